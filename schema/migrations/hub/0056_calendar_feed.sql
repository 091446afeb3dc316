-- owner: duty      only src/duty writes this table
-- why:   calendar programs cannot sign in: they hold an address with a secret, of
--        which only the SHA-256 is kept, so the file opens nobody's calendar

CREATE TABLE calendar_feed (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id      INTEGER NOT NULL,
  unit_id        INTEGER NOT NULL,
  user_id        INTEGER NOT NULL,                                -- whose it is; sees what they may see
  secret_sha256  BLOB    NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
  created_at     INTEGER NOT NULL,                                -- Unix ms, UTC
  ended_at       INTEGER,
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX calendar_feed_by_unit ON calendar_feed (tenant_id, unit_id, user_id);
