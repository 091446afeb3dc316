-- owner: estate    only src/estate writes this table
-- why:   a log of last month names an address that another machine has today: which machine had
--        which address when, by what agents told. A machine without a row has what its own
--        row says

CREATE TABLE machine_address (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  address     TEXT    NOT NULL,                                   -- as the agent says it
  since       INTEGER NOT NULL,                                   -- Unix ms, UTC: told of
  until       INTEGER,                                            -- Unix ms, UTC; none: it has it now
  is_first    INTEGER NOT NULL CHECK (is_first IN (0, 1)),        -- of the first it told: it may have had it before
  PRIMARY KEY (tenant_id, machine_id, address, since),
  CHECK (until IS NULL OR until >= since),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
