-- owner: agent     only src/agent writes these tables
-- why:   a file that did not change is not scanned again, and a path that was
--        not clean is told of when it is clean or gone, after a restart as well

-- Files without anything to tell: clean, or not worth trying again. Good as
-- long as the file's status and the content (rules, signatures) are the same.
CREATE TABLE verdict (
  device    INTEGER NOT NULL,
  inode     INTEGER NOT NULL,
  size      INTEGER NOT NULL,   -- bytes
  mtime_ns  INTEGER NOT NULL,   -- Unix nanoseconds
  ctime_ns  INTEGER NOT NULL,   -- Unix nanoseconds
  content   INTEGER NOT NULL,   -- first 8 bytes of the content's SHA-256
  PRIMARY KEY (device, inode)
) STRICT, WITHOUT ROWID;

-- Paths whose last reported verdict was not clean.
CREATE TABLE flagged (
  path      BLOB    NOT NULL PRIMARY KEY,   -- bytes, not text
  device    INTEGER NOT NULL,
  inode     INTEGER NOT NULL,
  size      INTEGER NOT NULL,
  mtime_ns  INTEGER NOT NULL,
  ctime_ns  INTEGER NOT NULL,
  content   INTEGER NOT NULL,
  verdict   INTEGER NOT NULL CHECK (verdict BETWEEN 1 AND 3)   -- khien::FileVerdict
) STRICT, WITHOUT ROWID;

-- Numbers that grow with each scan and each inventory.
CREATE TABLE counter (
  name   TEXT    NOT NULL PRIMARY KEY,
  value  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
