-- owner: fleet     only src/fleet writes these tables
-- why:   a file that enough machines judged clean is not judged by every other one
--        as well (docs/adr/0015-votes-are-not-observations.md)

-- A content epoch: which rules, signatures and engines a machine judged by. One
-- that was recalled stays, closed, until its files are cleared away.
CREATE TABLE fleet_content (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,                -- never used again
  tenant_id   INTEGER NOT NULL,
  content     INTEGER NOT NULL,                                 -- as agents name it
  machine_id  INTEGER NOT NULL,                                 -- who named it first
  first_seen  INTEGER NOT NULL,                                 -- Unix ms, UTC, the hub's clock
  last_seen   INTEGER NOT NULL CHECK (last_seen >= first_seen), -- the last vote, to the hour
  files       INTEGER NOT NULL DEFAULT 0 CHECK (files >= 0),    -- rows of fleet_file
  recalled    INTEGER NOT NULL DEFAULT 0 CHECK (recalled IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX fleet_content_open ON fleet_content (tenant_id, content) WHERE recalled = 0;
CREATE INDEX fleet_content_by_machine ON fleet_content (tenant_id, machine_id, first_seen);

-- Who judged these bytes clean: for each voter 4 bytes of its unit and 4 of its
-- machine, at most one a unit.
CREATE TABLE fleet_file (
  tenant_id   INTEGER NOT NULL,
  content_id  INTEGER NOT NULL,
  sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
  voters      BLOB    NOT NULL CHECK (length(voters) BETWEEN 8 AND 64 AND length(voters) % 8 = 0),
  answers     INTEGER NOT NULL DEFAULT 0 CHECK (answers >= 0),  -- how often it was told clean, about
  PRIMARY KEY (tenant_id, content_id, sha256)
) STRICT, WITHOUT ROWID;

-- Bytes that a machine found malicious, or a person does not trust. Never told
-- clean, under any content, as long as one who says so is trusted. At most 8 a file.
CREATE TABLE fleet_contested (
  tenant_id   INTEGER NOT NULL,
  sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
  machine_id  INTEGER NOT NULL,                                 -- 0: a person
  at          INTEGER NOT NULL,                                 -- Unix ms, UTC, the hub's clock
  recalled    INTEGER NOT NULL CHECK (recalled IN (0, 1)),      -- 0: told clean before, a recall is owed
  PRIMARY KEY (tenant_id, sha256, machine_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fleet_contested_by_machine ON fleet_contested (tenant_id, machine_id);
CREATE INDEX fleet_contested_owed ON fleet_contested (tenant_id) WHERE recalled = 0;

-- Machines whose votes do not count, those of before and those to come.
CREATE TABLE fleet_distrusted (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  at          INTEGER NOT NULL,                                 -- Unix ms, UTC, the hub's clock
  PRIMARY KEY (tenant_id, machine_id)
) STRICT, WITHOUT ROWID;

-- Each recall. The newest number of a tenant goes out with every answer: an agent
-- that sees another one than before believes no earlier word.
CREATE TABLE fleet_recall (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id   INTEGER NOT NULL,
  at          INTEGER NOT NULL,                                 -- Unix ms, UTC, the hub's clock
  kind        TEXT    NOT NULL CHECK (kind IN ('file', 'machine', 'content', 'found')),
  what        TEXT    NOT NULL,                                 -- hash, machine's number or content
  reason      TEXT    NOT NULL
) STRICT;
CREATE INDEX fleet_recall_by_tenant ON fleet_recall (tenant_id, id);
