-- owner: estate    only src/estate writes this table
-- why:   a token made on the command line has no author among the accounts: what
--        was 0, and shown as somebody, is NULL

CREATE TABLE enrolment_token_again (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id      INTEGER NOT NULL,
  unit_id        INTEGER NOT NULL,
  secret_sha256  BLOB    NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
  created_at     INTEGER NOT NULL,                                -- Unix ms, UTC
  created_by     INTEGER CHECK (created_by > 0),                  -- a user; NULL: the command line
  expires_at     INTEGER NOT NULL CHECK (expires_at > created_at),
  revoked_at     INTEGER,                                         -- Unix ms, UTC
  used_at        INTEGER,                                         -- Unix ms, UTC
  machine_id     INTEGER,                                         -- that used it
  UNIQUE (tenant_id, id),
  CHECK (revoked_at IS NULL OR used_at IS NULL),
  CHECK ((used_at IS NULL) = (machine_id IS NULL)),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT;

INSERT INTO enrolment_token_again
  SELECT id, tenant_id, unit_id, secret_sha256, created_at, nullif(created_by, 0), expires_at, revoked_at, used_at,
         machine_id
    FROM enrolment_token;

-- No id is given out twice, not even that of a token that is gone.
DELETE FROM sqlite_sequence WHERE name = 'enrolment_token_again';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'enrolment_token_again', seq FROM sqlite_sequence WHERE name = 'enrolment_token';

DROP TABLE enrolment_token;
ALTER TABLE enrolment_token_again RENAME TO enrolment_token;
CREATE INDEX enrolment_token_by_unit ON enrolment_token (tenant_id, unit_id, id);
CREATE INDEX enrolment_token_by_machine ON enrolment_token (tenant_id, machine_id);
