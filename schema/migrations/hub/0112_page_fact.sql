-- owner: flow      only src/flow writes these tables
-- why:   the newest observation of each page that was not clean once: what
--        Flow::reconsider tries new rules on; and the newest of each site as a whole.
--        Numbers, not copies: the bytes are the ledger's
--        (docs/adr/0004-findings-are-idempotent.md)

CREATE TABLE page_fact (
  tenant_id       INTEGER NOT NULL,
  site_id         INTEGER NOT NULL,
  url             TEXT    NOT NULL,
  class           TEXT    NOT NULL,                               -- khien::PageClass
  score           INTEGER NOT NULL,                               -- hundredths
  whole           INTEGER NOT NULL CHECK (whole IN (0, 1)),       -- every visitor's view came, unbounded
  evidence_id     INTEGER NOT NULL,                               -- of page_evidence; 0: not kept
  seen_at         INTEGER NOT NULL,                               -- Unix ms, UTC, the hub's clock
  observation_id  INTEGER NOT NULL CHECK (observation_id > 0),    -- in the ledger
  PRIMARY KEY (tenant_id, site_id, url),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE site_fact (
  tenant_id       INTEGER NOT NULL,
  site_id         INTEGER NOT NULL,
  answered        INTEGER NOT NULL CHECK (answered IN (0, 1)),    -- at the newest look
  pages           INTEGER NOT NULL CHECK (pages >= 0),
  looked_at       INTEGER NOT NULL,                               -- Unix ms, UTC, the hub's clock
  observation_id  INTEGER NOT NULL CHECK (observation_id > 0),    -- in the ledger
  PRIMARY KEY (tenant_id, site_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
