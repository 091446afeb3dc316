-- owner: duty      only src/duty writes these tables
-- why:   which directives bind a tenant, since when, and who said so. Shipped ones
--        come with the product, others are entered here; both are the same data

-- draft | refused → waiting   submit (update_directive)
-- waiting → in_force          decide_directive, by a second person
-- waiting → refused           decide_directive
-- Shipped ones begin in force. Force ends with `last_day` (end_directive, or a
-- directive that replaces it), or as the text says.
CREATE TABLE directive (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,               -- never used again
  tenant_id      INTEGER NOT NULL REFERENCES tenant (id),
  key            TEXT    NOT NULL CHECK (length(key) <= 80),      -- in the catalogue; empty: the draft has none yet
  source         TEXT    NOT NULL CHECK (source IN ('shipped', 'entered')),
  state          TEXT    NOT NULL CHECK (state IN ('draft', 'waiting', 'in_force', 'refused')),
  text           TEXT    NOT NULL,                                -- YAML or JSON; empty: the shipped file's
  entered_by     INTEGER,                                         -- a user; none: shipped
  entered_at     INTEGER NOT NULL,                                -- Unix ms, UTC
  decided_by     INTEGER,
  decided_at     INTEGER,
  decision_note  TEXT    NOT NULL DEFAULT '',
  last_day       INTEGER,                                         -- of its force, days since 1970-01-01; none: as its text says
  end_decision   TEXT    NOT NULL DEFAULT '',                     -- the paper that ended it
  ended_by       INTEGER,
  UNIQUE (tenant_id, id),
  CHECK (decided_by IS NULL OR decided_by <> entered_by),
  CHECK ((entered_by IS NULL) = (source = 'shipped')),
  CHECK (source = 'entered' OR state = 'in_force'),
  CHECK (last_day IS NULL OR state = 'in_force')
) STRICT;
-- One key binds once; drafts of the same may lie beside it.
CREATE UNIQUE INDEX directive_key ON directive (tenant_id, key) WHERE state = 'in_force';

-- A hash over all that binds, so that a running hub sees by one small row that its
-- catalogue is old; of the content, so that what was rolled back is never believed.
CREATE TABLE directive_revision (
  tenant_id  INTEGER PRIMARY KEY REFERENCES tenant (id),
  digest     BLOB    NOT NULL CHECK (length(digest) = 32)
) STRICT;
