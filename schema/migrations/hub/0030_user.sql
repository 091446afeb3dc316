-- owner: api       only src/api writes these tables
-- why:   who may sign in, what they may see, and the sessions that are open; a
--        token is kept as its SHA-256 only, so the file gives nobody a session

-- AUTOINCREMENT: the audit log names people by id for ever.
CREATE TABLE account (
  id                    INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id             INTEGER NOT NULL REFERENCES tenant (id),
  username              TEXT    NOT NULL UNIQUE CHECK (length(username) BETWEEN 2 AND 64),
  name                  TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  name_order            BLOB    NOT NULL,   -- collation_key(name)
  role                  TEXT    NOT NULL
    CHECK (role IN ('province_admin', 'soc_operator', 'unit_officer', 'leader', 'inspector')),
  password              TEXT    NOT NULL,   -- PHC string, Argon2id
  password_is_one_time  INTEGER NOT NULL CHECK (password_is_one_time IN (0, 1)),
  totp_secret           BLOB,               -- RFC 6238 key; NULL: no second factor
  totp_pending          BLOB,               -- shown, not yet confirmed
  totp_last_step        INTEGER NOT NULL DEFAULT 0,  -- of 30 s; no step is taken twice
  disabled              INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  created_at            INTEGER NOT NULL,   -- Unix ms, UTC
  last_sign_in          INTEGER,            -- Unix ms, UTC
  UNIQUE (tenant_id, id)
) STRICT;

-- The roots of the unit subtrees a person sees. The reference keeps a unit that
-- is somebody's scope from being removed.
CREATE TABLE account_scope (
  tenant_id   INTEGER NOT NULL,
  account_id  INTEGER NOT NULL,
  unit_id     INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, account_id, unit_id),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_scope_by_unit ON account_scope (tenant_id, unit_id);

CREATE TABLE session (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  token_sha256     BLOB    NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
  previous_sha256  BLOB    UNIQUE,   -- good for reads until previous_until
  previous_until   INTEGER,          -- Unix ms, UTC
  tenant_id        INTEGER NOT NULL,
  account_id       INTEGER NOT NULL,
  created_at       INTEGER NOT NULL, -- Unix ms, UTC
  last_used_at     INTEGER NOT NULL, -- Unix ms, UTC; up to a minute old
  expires_at       INTEGER NOT NULL, -- Unix ms, UTC; never moves
  step_up_until    INTEGER,          -- Unix ms, UTC
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
) STRICT;
CREATE INDEX session_by_account ON session (tenant_id, account_id);
CREATE INDEX session_by_end ON session (expires_at);
