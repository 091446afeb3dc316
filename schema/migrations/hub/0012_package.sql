-- owner: estate    only src/estate writes these tables
-- why:   30,000 machines with 2,000 packages each are 60 million lines but few
--        thousand different packages, so a package is stored once a tenant and a
--        machine names it by number

CREATE TABLE package (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id       INTEGER NOT NULL REFERENCES tenant (id),
  -- Of all five texts: an agent that gives a known purl another name makes
  -- another row and changes nobody else's.
  digest          BLOB    NOT NULL CHECK (length(digest) = 32),
  purl            TEXT    NOT NULL,
  name            TEXT    NOT NULL,
  version         TEXT    NOT NULL,
  source          TEXT    NOT NULL,
  source_version  TEXT    NOT NULL,
  search_key      TEXT    NOT NULL,                               -- khien::fold of name and version
  UNIQUE (tenant_id, digest),
  UNIQUE (tenant_id, id)
) STRICT;

CREATE TABLE machine_package (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  package_id  INTEGER NOT NULL,
  inventory   INTEGER NOT NULL,                                   -- that named it last
  PRIMARY KEY (tenant_id, machine_id, package_id),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, package_id) REFERENCES package (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Parts of the inventory that is coming in. None is left when it is whole.
CREATE TABLE machine_inventory_part (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  inventory   INTEGER NOT NULL,
  part        INTEGER NOT NULL CHECK (part BETWEEN 1 AND 1000),
  PRIMARY KEY (tenant_id, machine_id, inventory, part),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
