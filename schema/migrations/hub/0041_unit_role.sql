-- owner: estate    only src/estate writes this table
-- why:   directives name roles ("the standing security body"), decisions say who
--        holds one and from when; the words of a role are content, never code

CREATE TABLE unit_role (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id   INTEGER NOT NULL,
  unit_id     INTEGER NOT NULL,
  role        TEXT    NOT NULL CHECK (length(role) BETWEEN 1 AND 64),
  valid_from  INTEGER NOT NULL,                                   -- first day, as in unit_version
  valid_to    INTEGER CHECK (valid_to >= valid_from),             -- last day; none: open
  decision    TEXT    NOT NULL CHECK (length(decision) BETWEEN 1 AND 200),
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX unit_role_by_unit ON unit_role (tenant_id, unit_id, valid_from);
CREATE INDEX unit_role_by_role ON unit_role (tenant_id, role, valid_from);
