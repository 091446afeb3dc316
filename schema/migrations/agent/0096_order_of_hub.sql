-- owner: agent     only src/agent writes these tables
-- why:   an order's number is its hub's: an agent that was enrolled at another hub
--        must not take that one's orders for done

ALTER TABLE agent_order RENAME TO agent_order_before;

CREATE TABLE agent_order (
  hub          BLOB    NOT NULL CHECK (length(hub) IN (0, 32)),    -- SHA-256 of its CA; empty: kept before this was
  id           INTEGER NOT NULL CHECK (id > 0),                    -- the hub's number
  verb         TEXT    NOT NULL CHECK (verb IN ('quarantine', 'restore', 'scan')),
  text         TEXT    NOT NULL,                                   -- JSON
  received_at  INTEGER NOT NULL,                                   -- Unix ms, UTC
  done_at      INTEGER,                                            -- Unix ms, UTC; NULL: waits
  refusal      TEXT    NOT NULL DEFAULT 'none',                    -- khien::Refusal
  quarantine   TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (hub, id)
) STRICT, WITHOUT ROWID;

INSERT INTO agent_order (hub, id, verb, text, received_at, done_at, refusal, quarantine)
  SELECT x'', id, verb, text, received_at, done_at, refusal, quarantine FROM agent_order_before;

DROP TABLE agent_order_before;
