-- owner: duty      only src/duty writes these tables
-- why:   a duty is proved by papers; they are kept beside what they prove, byte
--        for byte, so that one backup carries both and a hash says if one changed

-- Content by its hash: the same file for ten duties is kept once.
CREATE TABLE evidence_content (
  id         INTEGER PRIMARY KEY,
  tenant_id  INTEGER NOT NULL REFERENCES tenant (id),
  sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
  bytes      BLOB    NOT NULL CHECK (length(bytes) BETWEEN 1 AND 10485760),
  UNIQUE (tenant_id, sha256)
) STRICT;

CREATE TABLE evidence (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,                -- never used again
  tenant_id     INTEGER NOT NULL,
  unit_id       INTEGER NOT NULL,
  sha256        BLOB    NOT NULL,
  file_name     TEXT    NOT NULL CHECK (length(file_name) BETWEEN 1 AND 200),  -- NFC; text from outside
  size          INTEGER NOT NULL CHECK (size BETWEEN 1 AND 10485760),          -- bytes
  looked_at     TEXT    NOT NULL CHECK (looked_at IN ('name', 'text')),        -- for markings of state secrets
  effective_on  INTEGER,                                          -- days since 1970-01-01: the document's own date
  uploaded_by   INTEGER NOT NULL,                                 -- a user; users are never removed
  uploaded_at   INTEGER NOT NULL,                                 -- Unix ms, UTC
  UNIQUE (tenant_id, id, unit_id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, sha256) REFERENCES evidence_content (tenant_id, sha256) ON DELETE RESTRICT
) STRICT;
CREATE INDEX evidence_by_unit ON evidence (tenant_id, unit_id, id);
CREATE INDEX evidence_by_content ON evidence (tenant_id, sha256);
