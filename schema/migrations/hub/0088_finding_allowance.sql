-- owner: flow      only src/flow writes this table
-- why:   a file that a person let back is closed for these bytes and until that
--        day, not for good (docs/adr/0016-quarantine-by-descriptor.md); and what
--        machines say of each other is found by itself

-- Of the bytes that the newest sighting was about; NULL: none, or seen before this was kept.
ALTER TABLE finding ADD COLUMN sha256 BLOB CHECK (sha256 IS NULL OR length(sha256) = 32);
-- Suppressed by an order to restore: these bytes, until then (Unix ms, UTC).
ALTER TABLE finding ADD COLUMN allowed_sha256 BLOB
  CHECK (allowed_sha256 IS NULL OR (length(allowed_sha256) = 32 AND state = 'suppressed'));
ALTER TABLE finding ADD COLUMN allowed_until INTEGER CHECK ((allowed_until IS NULL) = (allowed_sha256 IS NULL));

CREATE INDEX finding_allowed ON finding (allowed_until) WHERE allowed_until IS NOT NULL;
CREATE INDEX finding_of_fleet ON finding (tenant_id, machine_id, last_seen)
  WHERE rule = 'fleet:false_clean' AND state IN ('new', 'in_progress');
