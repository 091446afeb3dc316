-- owner: estate    only src/estate writes this table
-- why:   every website and portal of a unit is watched, labelled and answered for

CREATE TABLE site (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id       INTEGER NOT NULL,
  unit_id         INTEGER NOT NULL,
  address         TEXT    NOT NULL CHECK (length(address) BETWEEN 1 AND 500),  -- "https://lamgiang.gov.vn"
  title           TEXT    NOT NULL,
  label           TEXT    NOT NULL,                               -- trust label it carries; empty: none
  label_valid_to  INTEGER,                                        -- last day of the label, as in unit_version
  valid_to        INTEGER,                                        -- last day of the site; none: it is up
  search_key      TEXT    NOT NULL,                               -- khien::fold of address and title
  created_at      INTEGER NOT NULL,                               -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE UNIQUE INDEX site_address ON site (tenant_id, address) WHERE valid_to IS NULL;
CREATE INDEX site_by_unit ON site (tenant_id, unit_id, address, id);
