-- owner: estate    only src/estate writes this table
-- why:   a report from outside names an address; who answers for it must be known

-- Ranges of a tenant do not overlap. IPv4 lies where RFC 4291 maps it, so both
-- families have one order of bytes.
CREATE TABLE address_range (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id   INTEGER NOT NULL,
  unit_id     INTEGER NOT NULL,
  first       BLOB    NOT NULL CHECK (length(first) = 16),
  last        BLOB    NOT NULL CHECK (length(last) = 16 AND last >= first),
  range       TEXT    NOT NULL,                                   -- CIDR, as it is written
  purpose     TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,                                   -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, first),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX address_range_by_unit ON address_range (tenant_id, unit_id, first);
