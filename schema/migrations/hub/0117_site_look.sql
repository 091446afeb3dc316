-- owner: flow      only src/flow writes these tables
-- why:   whether a site answered, look by look: what its uptime is counted from, and what a
--        person sees of the last weeks. When its certificate ends is asked of the whole list
--        (docs/adr/0025-sites-are-assets.md)

CREATE TABLE site_look (
  tenant_id       INTEGER NOT NULL,
  site_id         INTEGER NOT NULL,
  look            INTEGER NOT NULL,                               -- its number, of the site's
  started_at      INTEGER NOT NULL,                               -- Unix ms, UTC, the hub's clock
  finished_at     INTEGER NOT NULL,                               -- the same
  answered        INTEGER NOT NULL CHECK (answered IN (0, 1)),
  pages           INTEGER NOT NULL CHECK (pages >= 0),
  views           INTEGER NOT NULL CHECK (views >= 0),
  limited         INTEGER NOT NULL CHECK (limited >= 0),          -- views that were not whole
  observation_id  INTEGER NOT NULL CHECK (observation_id > 0),    -- in the ledger
  PRIMARY KEY (tenant_id, site_id, look),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Unix ms, UTC; null: no certificate, or none was seen.
ALTER TABLE site_fact ADD COLUMN certificate_expires_at INTEGER;
