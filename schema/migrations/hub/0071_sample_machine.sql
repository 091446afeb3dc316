-- owner: estate    only src/estate writes this column
-- why:   a made-up machine must never be taken for one that an agent speaks for: it
--        is marked from its first moment, has no certificate and never gets one
--        (docs/adr/0014-made-up-facts.md)

ALTER TABLE machine ADD COLUMN sample_at INTEGER;  -- Unix ms, UTC: where its clock stands still; none: a real machine

-- The health of a machine asks it too, and the index alone answers.
DROP INDEX machine_by_unit;
CREATE INDEX machine_by_unit ON machine
  (tenant_id, unit_id, hostname_order, open_malware, last_seen, engine_trouble, last_complete_scan_at,
   files_scanned, open_findings, sample_at);
