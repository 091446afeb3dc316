-- owner: agent     only src/agent writes these tables
-- why:   an order is carried out once however often it is fetched, and answered
--        again if it is asked for again; what was put back is not taken again at
--        once; and the hub is told of each file in quarantine exactly until it knows

-- Orders of the hub, newest thousand; `text` is as it was fetched.
CREATE TABLE agent_order (
  id           INTEGER PRIMARY KEY CHECK (id > 0),                 -- the hub's number
  verb         TEXT    NOT NULL CHECK (verb IN ('quarantine', 'restore', 'scan')),
  text         TEXT    NOT NULL,                                   -- JSON
  received_at  INTEGER NOT NULL,                                   -- Unix ms, UTC
  done_at      INTEGER,                                            -- Unix ms, UTC; NULL: waits
  refusal      TEXT    NOT NULL DEFAULT 'none',                    -- khien::Refusal
  quarantine   TEXT    NOT NULL DEFAULT ''
) STRICT;

-- Bytes that a person let back: the agent takes them by itself only after `until`.
CREATE TABLE allowed (
  sha256    BLOB    NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
  until     INTEGER NOT NULL,                                      -- Unix ms, UTC
  order_id  INTEGER NOT NULL,
  reason    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- What the hub was told of each file in quarantine.
CREATE TABLE quarantine_told (
  name   TEXT    NOT NULL PRIMARY KEY,
  state  INTEGER NOT NULL                                          -- khien::QuarantineSeen::State
) STRICT, WITHOUT ROWID;
