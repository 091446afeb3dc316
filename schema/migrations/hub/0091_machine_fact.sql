-- owner: flow      only src/flow writes this table
-- why:   the newest observation of each kind that says how a machine is set up: what
--        Flow::reconsider tries new checks on. A number, not a copy: the bytes are
--        the ledger's (docs/adr/0004-findings-are-idempotent.md)

CREATE TABLE machine_fact (
  tenant_id       INTEGER NOT NULL,
  machine_id      INTEGER NOT NULL,
  kind            TEXT    NOT NULL CHECK (kind IN ('configuration_seen', 'machine_seen', 'protection_seen')),
  observation_id  INTEGER NOT NULL CHECK (observation_id > 0),    -- in the ledger
  PRIMARY KEY (tenant_id, machine_id, kind),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
