-- owner: policy    only src/policy writes these tables
-- why:   what a unit wants of the machines below it, by role, dated and in versions:
--        who wrote each, who put it into force, and that it did not change since

CREATE TABLE policy (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,                  -- never used again
  tenant_id   INTEGER NOT NULL,
  unit_id     INTEGER NOT NULL,
  role        TEXT    NOT NULL CHECK (role IN ('', 'workstation', 'server', 'other')),  -- empty: every machine
  created_at  INTEGER NOT NULL,                                   -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, unit_id, role),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;

CREATE TABLE policy_version (
  tenant_id    INTEGER NOT NULL,
  policy_id    INTEGER NOT NULL,
  number       INTEGER NOT NULL CHECK (number >= 1),              -- of the policy's versions
  state        TEXT    NOT NULL CHECK (state IN ('draft', 'published', 'declined')),
  text         TEXT    NOT NULL,                                  -- khien::Policy as JSON
  valid_from   INTEGER NOT NULL,                                  -- first day, days since 1970-01-01
  valid_until  INTEGER CHECK (valid_until >= valid_from),         -- last day; none: open
  reason       TEXT    NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
  written_at   INTEGER NOT NULL,                                  -- Unix ms, UTC
  written_by   INTEGER NOT NULL,                                  -- a user; users are never removed
  decided_at   INTEGER,                                           -- Unix ms, UTC
  decided_by   INTEGER,
  note         TEXT    NOT NULL DEFAULT '',                       -- the second person's
  PRIMARY KEY (tenant_id, policy_id, number),
  CHECK (decided_by IS NULL OR decided_by <> written_by),
  CHECK ((state = 'draft') = (decided_by IS NULL)),
  CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
  FOREIGN KEY (tenant_id, policy_id) REFERENCES policy (tenant_id, id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
-- One draft at a time, so that there is one thing to agree to.
CREATE UNIQUE INDEX policy_version_draft ON policy_version (tenant_id, policy_id) WHERE state = 'draft';

CREATE TRIGGER policy_version_stays BEFORE UPDATE ON policy_version WHEN OLD.state <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'a version that was decided does not change');
END;
CREATE TRIGGER policy_version_is_kept BEFORE DELETE ON policy_version WHEN OLD.state <> 'draft'
BEGIN
  SELECT RAISE(ABORT, 'a version that was decided is kept');
END;
