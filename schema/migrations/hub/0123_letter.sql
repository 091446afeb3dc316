-- owner: patch     only src/patch writes these tables
-- why:   an official warning comes as a letter: what was read in it by the machine, what a
--        person confirmed, and the file itself until it is evidence
--        (docs/adr/0027-from-advisory-to-proven-patch.md)

CREATE TABLE letter (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,                -- never used again
  tenant_id     INTEGER NOT NULL,
  unit_id       INTEGER NOT NULL,                                 -- that received it
  state         TEXT    NOT NULL CHECK (state IN ('read', 'confirmed')),
  number        TEXT    NOT NULL,
  sender        TEXT    NOT NULL,
  title         TEXT    NOT NULL,
  severity      INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),
  issued_day    INTEGER,                                          -- days since 1970-01-01
  due_day       INTEGER,                                          -- days since 1970-01-01
  cves          TEXT    NOT NULL,                                 -- JSON: ["CVE-2024-3094"]
  fixes         TEXT    NOT NULL,                                 -- JSON: package URLs with the version that mends
  facts         TEXT    NOT NULL,                                 -- JSON of feed::LetterFacts: what was read
  file_name     TEXT    NOT NULL,                                 -- empty: pasted text
  content       BLOB    CHECK (content IS NULL OR length(content) <= 10485760),  -- until it is evidence
  received_by   INTEGER NOT NULL,                                 -- a user; users are never removed
  received_at   INTEGER NOT NULL,                                 -- Unix ms, UTC
  confirmed_by  INTEGER,
  confirmed_at  INTEGER,
  advisory_id   INTEGER,
  evidence_id   INTEGER,
  UNIQUE (tenant_id, id),
  CHECK ((state = 'confirmed') = (confirmed_at IS NOT NULL)),
  CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
  CHECK ((state = 'confirmed') = (advisory_id IS NOT NULL)),
  CHECK ((state = 'read') = (content IS NOT NULL)),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, advisory_id) REFERENCES advisory (tenant_id, id)
) STRICT;
CREATE INDEX letter_newest ON letter (tenant_id, id DESC);
