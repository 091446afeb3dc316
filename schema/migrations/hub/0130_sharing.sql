-- owner: exchange  only src/exchange writes these tables
-- why:   what was told to the national centre, and that it was taken: each row once, with the
--        signed bytes and the raw answers as proof. "200" is not "accepted"
--        (docs/adr/0030-sharing.md)

CREATE TABLE share_partner (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,              -- never used again
  tenant_id        INTEGER NOT NULL REFERENCES tenant (id),
  name             TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  scheme           TEXT    NOT NULL,
  url              TEXT    NOT NULL,                               -- empty: no longer configured
  since            INTEGER NOT NULL,                               -- Unix ms, UTC: what was opened before is not shared
  noted_through    INTEGER NOT NULL,                               -- Unix ms, UTC: findings opened until then are noted
  noted_day        INTEGER,                                        -- days since 1970-01-01: its machines are noted
  paused_at        INTEGER,                                        -- Unix ms, UTC
  paused_by        INTEGER,                                        -- a user; users are never removed
  pause_note       TEXT    NOT NULL DEFAULT '',
  failures         INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),  -- in a row, of the receiver as a whole
  next_try_at      INTEGER NOT NULL DEFAULT 0,                     -- Unix ms, UTC: not before
  last_try_at      INTEGER,
  last_success_at  INTEGER,
  last_error       TEXT    NOT NULL DEFAULT '',
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, name),
  CHECK ((paused_at IS NULL) = (paused_by IS NULL))
) STRICT;

-- Signed once, before the first try, and never changed.
CREATE TABLE share_message (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,                  -- never used again
  tenant_id    INTEGER NOT NULL,
  partner_id   INTEGER NOT NULL,
  name         TEXT    NOT NULL CHECK (length(name) = 64),         -- SHA-256 of partner and keys of rows
  state        TEXT    NOT NULL CHECK (state IN ('queued', 'shared', 'failed')),
  rows         INTEGER NOT NULL CHECK (rows BETWEEN 1 AND 1000),
  bytes        INTEGER NOT NULL CHECK (bytes > 0),
  digest       BLOB    NOT NULL CHECK (length(digest) = 32),       -- SHA-256 of the signed XML
  xml          BLOB,                                               -- zstd; NULL: its time is over
  composed_at  INTEGER NOT NULL,                                   -- Unix ms, UTC
  attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  unclear      INTEGER NOT NULL DEFAULT 0 CHECK (unclear >= 0),    -- answers since it was queued last
  next_try_at  INTEGER,                                            -- Unix ms, UTC
  settled_at   INTEGER,                                            -- Unix ms, UTC
  last_error   TEXT    NOT NULL DEFAULT '',
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, partner_id, name),
  CHECK ((state = 'queued') = (next_try_at IS NOT NULL)),
  CHECK ((state = 'queued') = (settled_at IS NULL)),
  CHECK (state <> 'queued' OR xml IS NOT NULL),
  FOREIGN KEY (tenant_id, partner_id) REFERENCES share_partner (tenant_id, id)
) STRICT;
CREATE INDEX share_message_waiting ON share_message (tenant_id, partner_id, next_try_at, id) WHERE state = 'queued';
CREATE INDEX share_message_newest ON share_message (tenant_id, id DESC, partner_id, state);
CREATE INDEX share_message_kept ON share_message (tenant_id, settled_at) WHERE xml IS NOT NULL AND state = 'shared';
CREATE INDEX share_message_state ON share_message (tenant_id, partner_id, state);

-- What is to be shared once. Machines and units by number only: a row outlives what it speaks of.
CREATE TABLE share_row (
  tenant_id    INTEGER NOT NULL,
  partner_id   INTEGER NOT NULL,
  key          TEXT    NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
  kind         TEXT    NOT NULL CHECK (kind IN ('malware', 'connection', 'vulnerability', 'machine')),
  machine_id   INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,                                   -- the machine's when it was noted
  finding_id   INTEGER,
  noted_at     INTEGER NOT NULL,                                   -- Unix ms, UTC
  not_updated  INTEGER NOT NULL CHECK (not_updated IN (0, 1)),     -- of a machine: for 15 days
  facts        TEXT    NOT NULL,                                   -- JSON; empty once a message has them
  state        TEXT    NOT NULL CHECK (state IN ('unshared', 'queued', 'shared', 'failed')),
  message_id   INTEGER,
  PRIMARY KEY (tenant_id, partner_id, key),
  CHECK ((state = 'unshared') = (message_id IS NULL)),
  FOREIGN KEY (tenant_id, partner_id) REFERENCES share_partner (tenant_id, id),
  FOREIGN KEY (tenant_id, message_id) REFERENCES share_message (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX share_row_unshared ON share_row (tenant_id, partner_id, noted_at, unit_id, machine_id, key) WHERE state = 'unshared';
CREATE INDEX share_row_by_message ON share_row (tenant_id, message_id, unit_id) WHERE message_id IS NOT NULL;
CREATE INDEX share_row_by_unit ON share_row (tenant_id, unit_id, partner_id, state);
CREATE INDEX share_row_of_machines ON share_row (tenant_id, noted_at) WHERE kind = 'machine' AND state = 'shared';

CREATE TABLE share_answer (
  tenant_id   INTEGER NOT NULL,
  message_id  INTEGER NOT NULL,
  number      INTEGER NOT NULL CHECK (number >= 1),                -- of the attempt
  at          INTEGER NOT NULL,                                    -- Unix ms, UTC
  took        INTEGER NOT NULL CHECK (took >= 0),                  -- ms
  status      INTEGER NOT NULL CHECK (status BETWEEN 0 AND 999),   -- 0: no answer came
  outcome     TEXT    NOT NULL CHECK (outcome IN ('accepted', 'duplicate', 'refused', 'unclear', 'later')),
  error       TEXT    NOT NULL,
  body        BLOB    NOT NULL,
  cut         INTEGER NOT NULL CHECK (cut IN (0, 1)),
  PRIMARY KEY (tenant_id, message_id, number),
  FOREIGN KEY (tenant_id, message_id) REFERENCES share_message (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
