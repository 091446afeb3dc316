-- owner: estate    only src/estate writes this table
-- why:   a new machine joins by a token that one person made for one unit and
--        that works once; only its hash is kept, so a stolen backup lets nobody in

CREATE TABLE enrolment_token (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id      INTEGER NOT NULL,
  unit_id        INTEGER NOT NULL,
  secret_sha256  BLOB    NOT NULL UNIQUE CHECK (length(secret_sha256) = 32),
  created_at     INTEGER NOT NULL,                                -- Unix ms, UTC
  created_by     INTEGER NOT NULL,                                -- a user
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

CREATE INDEX enrolment_token_by_unit ON enrolment_token (tenant_id, unit_id, id);
CREATE INDEX enrolment_token_by_machine ON enrolment_token (tenant_id, machine_id);
