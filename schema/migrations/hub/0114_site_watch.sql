-- owner: site      only src/site writes these tables
-- why:   each site is looked at when it is due, by one at a time, and a look that a
--        restart broke off is begun again

CREATE TABLE site_watch (
  tenant_id      INTEGER NOT NULL,
  site_id        INTEGER NOT NULL,
  every_minutes  INTEGER CHECK (every_minutes BETWEEN 60 AND 43200),  -- NULL: as the province does
  due_at         INTEGER NOT NULL,                                -- Unix ms, UTC
  taken_until    INTEGER,                                         -- Unix ms, UTC: somebody looks until then at most
  look           INTEGER NOT NULL DEFAULT 0 CHECK (look >= 0),    -- looks begun
  finished_at    INTEGER,                                         -- Unix ms, UTC: of the last that came to its end
  failures       INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),-- since then
  failure        TEXT    NOT NULL DEFAULT '',                     -- the last one's reason, for a log
  wished_by      INTEGER,                                         -- a user who asked for a look at once
  wished_at      INTEGER,                                         -- Unix ms, UTC
  content        INTEGER NOT NULL DEFAULT 0,                      -- by which rules the kept pages were judged last
  PRIMARY KEY (tenant_id, site_id),
  CHECK ((wished_by IS NULL) = (wished_at IS NULL)),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX site_watch_due ON site_watch (due_at);

-- What the rules learned of a site: bytes of theirs.
CREATE TABLE site_baseline (
  tenant_id   INTEGER NOT NULL,
  site_id     INTEGER NOT NULL,
  baseline    BLOB    NOT NULL CHECK (length(baseline) <= 4194304),
  learned_at  INTEGER NOT NULL,                                   -- Unix ms, UTC
  PRIMARY KEY (tenant_id, site_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
