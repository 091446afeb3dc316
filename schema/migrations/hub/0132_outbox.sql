-- owner: exchange  only src/exchange writes this table
-- why:   a mail that could not be sent now is sent later, and it can be seen that it was

CREATE TABLE outbox_item (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,                  -- never used again
  tenant_id    INTEGER NOT NULL REFERENCES tenant (id),
  channel      TEXT    NOT NULL CHECK (channel IN ('mail', 'webhook')),
  target       TEXT    NOT NULL CHECK (length(target) BETWEEN 1 AND 2000),
  subject      TEXT    NOT NULL,                                   -- of a webhook: its event
  body         TEXT    NOT NULL,                                   -- of a webhook: JSON
  state        TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  queued_at    INTEGER NOT NULL,                                   -- Unix ms, UTC
  next_try_at  INTEGER,                                            -- Unix ms, UTC
  settled_at   INTEGER,                                            -- Unix ms, UTC: sent, or given up
  last_error   TEXT    NOT NULL DEFAULT '',
  UNIQUE (tenant_id, id),
  CHECK ((state = 'waiting') = (next_try_at IS NOT NULL)),
  CHECK ((state = 'waiting') = (settled_at IS NULL))
) STRICT;
CREATE INDEX outbox_item_due ON outbox_item (next_try_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_item_newest ON outbox_item (tenant_id, id DESC);
CREATE INDEX outbox_item_settled ON outbox_item (settled_at) WHERE state <> 'waiting';
