-- owner: estate    only src/estate writes this table
-- why:   who is to be called, for what, and until when that holds

CREATE TABLE contact (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id         INTEGER NOT NULL,
  unit_id           INTEGER NOT NULL,
  purpose           TEXT    NOT NULL CHECK (purpose IN ('security', 'monitoring', 'incident', 'duty', 'leader')),
  name              TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  name_order        BLOB    NOT NULL,                             -- khien::collation_key
  search_key        TEXT    NOT NULL,                             -- khien::fold of its texts
  title             TEXT    NOT NULL,
  phone             TEXT    NOT NULL,                             -- digits, perhaps with a plus sign before
  email             TEXT    NOT NULL,
  around_the_clock  INTEGER NOT NULL CHECK (around_the_clock IN (0, 1)),
  valid_from        INTEGER NOT NULL,                             -- first day, as in unit_version
  valid_to          INTEGER CHECK (valid_to >= valid_from),       -- last day; none: open
  created_at        INTEGER NOT NULL,                             -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  CHECK (phone <> '' OR email <> ''),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX contact_by_unit ON contact (tenant_id, unit_id, name_order, id);
