-- owner: notice    only src/notice writes these tables
-- why:   what happened is noted once, by a name of its own, so that who was told of it is not
--        told again, however often and by whomever the tables are read
--        (docs/adr/0035-notices.md)

-- How far a table was read.
CREATE TABLE notice_mark (
  tenant_id  INTEGER NOT NULL REFERENCES tenant (id),
  source     TEXT    NOT NULL CHECK (length(source) BETWEEN 1 AND 40),
  position   INTEGER NOT NULL,                                    -- an id, Unix ms or a day, as the source has it
  PRIMARY KEY (tenant_id, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE notice_cause (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,                   -- never used again
  tenant_id  INTEGER NOT NULL,
  key        TEXT    NOT NULL CHECK (length(key) BETWEEN 1 AND 300),
  first_key  TEXT    NOT NULL,                                    -- of the cause that it was escalated from, or its own
  kind       TEXT    NOT NULL,                                    -- khien::notice::CauseKind
  bundle     TEXT    NOT NULL,                                    -- told together; never shown
  level      INTEGER NOT NULL CHECK (level BETWEEN 0 AND 4),
  unit_id    INTEGER NOT NULL,
  at         INTEGER NOT NULL,                                    -- Unix ms, UTC: when it happened
  count      INTEGER NOT NULL CHECK (count >= 1),
  owner_id   INTEGER,                                             -- a user; users are never removed
  due_at     INTEGER,                                             -- Unix ms, UTC
  link_id    INTEGER NOT NULL,                                    -- of the thing, by the kind; 0: several
  noted_at   INTEGER NOT NULL,                                    -- Unix ms, UTC
  settled    INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1)),  -- nothing will ever be due of it again
  UNIQUE (tenant_id, key),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX notice_cause_pending ON notice_cause (tenant_id, id) WHERE settled = 0;
CREATE INDEX notice_cause_first ON notice_cause (tenant_id, first_key);
CREATE INDEX notice_cause_noted ON notice_cause (noted_at) WHERE settled = 1;

-- Of src/patch's table: whom it reminded and escalated since.
CREATE INDEX advisory_receipt_reminded ON advisory_receipt (tenant_id, reminded_at) WHERE reminded_at IS NOT NULL;
CREATE INDEX advisory_receipt_escalated_at ON advisory_receipt (tenant_id, escalated_at) WHERE escalated_at IS NOT NULL;
