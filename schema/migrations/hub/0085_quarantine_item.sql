-- owner: flow      only src/flow writes this table
-- why:   what agents say they hold in quarantine, so that a person can see it and
--        give it back. Refilled from the ledger like findings

CREATE TABLE quarantine_item (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,               -- never used again
  tenant_id       INTEGER NOT NULL,
  machine_id      INTEGER NOT NULL,
  unit_id         INTEGER NOT NULL,                                -- the machine's, always
  name            TEXT    NOT NULL CHECK (length(name) = 32),      -- the agent's own
  state           TEXT    NOT NULL CHECK (state IN ('held', 'restored')),
  path            TEXT    NOT NULL,
  search_key      TEXT    NOT NULL,                                -- khien::fold of path and rule
  sha256          BLOB    NOT NULL CHECK (length(sha256) = 32),
  size            INTEGER NOT NULL CHECK (size >= 0),              -- bytes
  owner_uid       INTEGER NOT NULL,
  rule            TEXT    NOT NULL,
  order_id        INTEGER,                                         -- that took it; NULL: the agent by itself
  emptied         INTEGER NOT NULL CHECK (emptied IN (0, 1)),      -- an empty file was left where it was
  running         INTEGER NOT NULL CHECK (running IN (0, 1)),      -- a process was running it
  held_at         INTEGER NOT NULL,                                -- Unix ms, UTC, the hub's clock
  restored_at     INTEGER,                                         -- Unix ms, UTC, the hub's clock
  observation_id  INTEGER NOT NULL CHECK (observation_id > 0),     -- newest that spoke of it
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, machine_id, name),
  FOREIGN KEY (tenant_id, machine_id, unit_id) REFERENCES machine (tenant_id, id, unit_id)
    ON UPDATE CASCADE ON DELETE CASCADE
) STRICT;

CREATE INDEX quarantine_item_newest ON quarantine_item (tenant_id, id DESC, unit_id, state);
CREATE INDEX quarantine_item_by_machine ON quarantine_item (tenant_id, machine_id, unit_id, id DESC);
