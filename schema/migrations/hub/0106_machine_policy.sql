-- owner: policy    only src/policy writes these tables
-- why:   what each machine is to do, worked out from all policies above it and
--        numbered, so that its agent can tell newer from older; and what it says it
--        does. The difference is drift

-- Only machines to which a policy ever said something.
CREATE TABLE machine_policy (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  version     INTEGER NOT NULL CHECK (version >= 1),              -- grows with each change of `settings`
  settings    TEXT    NOT NULL,                                   -- khien::PolicySettings as JSON
  since       INTEGER NOT NULL,                                   -- Unix ms, UTC; of this version
  PRIMARY KEY (tenant_id, machine_id),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Of its agent's last word; refilled from the ledger.
CREATE TABLE machine_policy_seen (
  tenant_id       INTEGER NOT NULL,
  machine_id      INTEGER NOT NULL,
  state           TEXT    NOT NULL CHECK (state IN ('none', 'in_force', 'expired')),
  version         INTEGER NOT NULL CHECK (version >= 0),
  expires_at      INTEGER,                                        -- Unix ms, UTC
  refusal         TEXT    NOT NULL,                               -- khien::PolicyRefusal
  differences     TEXT    NOT NULL,                               -- JSON object: setting to khien::PolicyDeviation
  received_at     INTEGER NOT NULL,                               -- Unix ms, UTC, the hub's clock
  observation_id  INTEGER NOT NULL CHECK (observation_id > 0),    -- newest that spoke of it
  PRIMARY KEY (tenant_id, machine_id),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
