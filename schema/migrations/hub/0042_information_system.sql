-- owner: estate    only src/estate writes these tables
-- why:   the law speaks of information systems, their level and who answers for
--        them; a level holds under the rules of its day, so it is kept with them

CREATE TABLE information_system (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id         INTEGER NOT NULL,
  unit_id           INTEGER NOT NULL,                             -- the owner
  name              TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),  -- NFC
  name_order        BLOB    NOT NULL,                             -- khien::collation_key
  search_key        TEXT    NOT NULL,                             -- khien::fold of its texts
  purpose           TEXT    NOT NULL,
  operator          TEXT    NOT NULL,                             -- who runs it; a unit's or a company's name
  monitor           TEXT    NOT NULL,                             -- who watches its security
  assessor          TEXT    NOT NULL,                             -- who judged it last
  dossier_at        INTEGER,                                      -- days, as in unit_version: level dossier made
  approved_at       INTEGER,                                      -- level approved
  plan_deployed_at  INTEGER,                                      -- protection plan in full effect
  assessed_at       INTEGER,                                      -- last assessed
  ended_on          INTEGER,                                      -- first day without it; none: it runs
  created_at        INTEGER NOT NULL,                             -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE UNIQUE INDEX information_system_name ON information_system (tenant_id, unit_id, name) WHERE ended_on IS NULL;
CREATE INDEX information_system_by_unit ON information_system (tenant_id, unit_id, name_order, id);

-- One row from each decision to the next; rows of a system do not overlap.
CREATE TABLE information_system_level (
  tenant_id   INTEGER NOT NULL,
  system_id   INTEGER NOT NULL,
  valid_from  INTEGER NOT NULL,                                   -- first day
  valid_to    INTEGER CHECK (valid_to >= valid_from),             -- last day; none: still
  level       INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
  rule        TEXT    NOT NULL CHECK (length(rule) BETWEEN 1 AND 64),  -- id of content/levels
  decision    TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, system_id, valid_from),
  FOREIGN KEY (tenant_id, system_id) REFERENCES information_system (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX information_system_level_now ON information_system_level (tenant_id, system_id)
  WHERE valid_to IS NULL;
