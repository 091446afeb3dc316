-- owner: flow      only src/flow writes this table
-- why:   what people asked of agents: who, why, who agreed, and what the agent
--        answered. A person's decision: not to be refilled from the ledger

CREATE TABLE agent_order (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,               -- never used again: agents remember it
  tenant_id       INTEGER NOT NULL,
  machine_id      INTEGER NOT NULL,
  unit_id         INTEGER NOT NULL,                                -- the machine's, always
  verb            TEXT    NOT NULL CHECK (verb IN ('quarantine', 'restore', 'scan')),
  state           TEXT    NOT NULL CHECK (state IN ('waiting_second', 'waiting', 'done', 'refused', 'declined')),
  refusal         TEXT    NOT NULL DEFAULT 'none',                 -- khien::Refusal, the agent's word
  finding_id      INTEGER,                                         -- quarantine
  item_id         INTEGER,                                         -- restore
  subject         TEXT    NOT NULL DEFAULT '',                     -- the path, for people; never sent
  sha256          BLOB    CHECK (sha256 IS NULL OR length(sha256) = 32),
  insist          INTEGER NOT NULL DEFAULT 0 CHECK (insist IN (0, 1)),
  two_persons     INTEGER NOT NULL DEFAULT 0 CHECK (two_persons IN (0, 1)),  -- it took a second one
  reason          TEXT    NOT NULL,
  allow_until     INTEGER,                                         -- Unix ms, UTC; restore
  created_at      INTEGER NOT NULL,                                -- Unix ms, UTC
  created_by      INTEGER NOT NULL,                                -- a user; users are never removed
  expires_at      INTEGER NOT NULL CHECK (expires_at > created_at),
  decided_at      INTEGER,                                         -- Unix ms, UTC; by the second person
  decided_by      INTEGER CHECK (decided_by IS NULL OR decided_by <> created_by),
  note            TEXT    NOT NULL DEFAULT '',                     -- the second person's
  answered_at     INTEGER,                                         -- Unix ms, UTC, the hub's clock
  observation_id  INTEGER,                                         -- the answer, in the ledger
  UNIQUE (tenant_id, id),
  CHECK ((verb = 'restore') = (item_id IS NOT NULL AND allow_until IS NOT NULL)),
  CHECK ((verb = 'quarantine') = (finding_id IS NOT NULL)),
  CHECK (verb = 'scan' OR sha256 IS NOT NULL),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
  FOREIGN KEY (tenant_id, machine_id, unit_id) REFERENCES machine (tenant_id, id, unit_id)
    ON UPDATE CASCADE ON DELETE CASCADE
) STRICT;

-- What an agent is given; asked at each of its uploads.
CREATE INDEX agent_order_waiting ON agent_order (tenant_id, machine_id, id) WHERE state = 'waiting';
CREATE INDEX agent_order_by_machine ON agent_order (tenant_id, machine_id, unit_id, id DESC);
CREATE INDEX agent_order_newest ON agent_order (tenant_id, id DESC, unit_id, state);
