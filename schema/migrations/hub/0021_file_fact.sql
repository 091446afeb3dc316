-- owner: flow      only src/flow writes this table
-- why:   the newest observation of each path that was not clean once: what
--        Flow::reconsider tries new rules on. A number, not a copy: the bytes are
--        the ledger's (docs/adr/0004-findings-are-idempotent.md)

CREATE TABLE file_fact (
  tenant_id       INTEGER NOT NULL,
  machine_id      INTEGER NOT NULL,
  path            TEXT    NOT NULL,
  observation_id  INTEGER NOT NULL CHECK (observation_id > 0),    -- in the ledger
  PRIMARY KEY (tenant_id, machine_id, path),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
