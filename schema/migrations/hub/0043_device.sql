-- owner: estate    only src/estate writes these tables
-- why:   "100 % of machines" needs the machines that ought to be there, not those
--        that speak to us: a device is a line of a list, matched to the machine
--        that enrolled by what both are known by

ALTER TABLE machine ADD COLUMN serial TEXT NOT NULL DEFAULT '';   -- as the agent says it; empty: unknown
ALTER TABLE machine ADD COLUMN macs TEXT NOT NULL DEFAULT '[]';   -- JSON array of text

CREATE TABLE device (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id          INTEGER NOT NULL,
  unit_id            INTEGER NOT NULL,
  name               TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  name_order         BLOB    NOT NULL,                            -- khien::collation_key
  search_key         TEXT    NOT NULL,                            -- khien::fold of its texts
  kind               TEXT    NOT NULL CHECK (kind IN ('workstation', 'server', 'network', 'other')),
  serial             TEXT    NOT NULL,                            -- empty: unknown
  mac                TEXT    NOT NULL,                            -- "00:15:5d:0a:0b:0c"; empty: unknown
  address            TEXT    NOT NULL,                            -- IP address, as it was listed
  source             TEXT    NOT NULL CHECK (source IN ('import', 'dhcp', 'agent', 'hand')),
  note               TEXT    NOT NULL,
  known_unprotected  INTEGER NOT NULL DEFAULT 0 CHECK (known_unprotected IN (0, 1)),  -- somebody looked
  retired_on         INTEGER,                                     -- first day without it, as in unit_version
  machine_id         INTEGER,                                     -- the machine that it is, if that enrolled
  matched_by         TEXT    CHECK (matched_by IN ('serial', 'mac', 'name', 'agent')),
  created_at         INTEGER NOT NULL,                            -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  CHECK ((machine_id IS NULL) = (matched_by IS NULL)),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id)
) STRICT;
CREATE UNIQUE INDEX device_machine ON device (tenant_id, machine_id) WHERE machine_id IS NOT NULL;
-- Two lines for one device would spoil every share that it is counted in.
CREATE UNIQUE INDEX device_mac ON device (tenant_id, mac) WHERE mac <> '' AND retired_on IS NULL;
CREATE UNIQUE INDEX device_serial ON device (tenant_id, serial) WHERE serial <> '' AND retired_on IS NULL;
-- The list and the counts of a unit.
CREATE INDEX device_by_unit ON device (tenant_id, unit_id, name_order, machine_id, known_unprotected, retired_on);

-- What devices and machines are known by, spelled alike: a serial number, a
-- MAC address, or a name within a unit ("<unit>/pc-01"). A key that two have is
-- nobody's. A line that an agent made for its machine (matched_by 'agent') has no
-- keys: it gives way to a list's.
CREATE TABLE device_key (
  tenant_id  INTEGER NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('serial', 'mac', 'name')),
  key        TEXT    NOT NULL CHECK (key <> ''),
  device_id  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, kind, key, device_id),
  FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX device_key_by_device ON device_key (tenant_id, device_id);

CREATE TABLE machine_key (
  tenant_id   INTEGER NOT NULL,
  kind        TEXT    NOT NULL CHECK (kind IN ('serial', 'mac', 'name')),
  key         TEXT    NOT NULL CHECK (key <> ''),
  machine_id  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, kind, key, machine_id),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX machine_key_by_machine ON machine_key (tenant_id, machine_id);

-- Machines that are there already: each a line of its own until a list names it.
-- The first line of a machine's search key is its folded host name.
INSERT INTO machine_key (tenant_id, kind, key, machine_id)
  SELECT tenant_id, 'name', unit_id || '/' || short, id
  FROM (SELECT tenant_id, unit_id, id, substr(first, 1, instr(first || '.', '.') - 1) AS short
        FROM (SELECT tenant_id, unit_id, id,
                     substr(search_key, 1, instr(search_key || char(10), char(10)) - 1) AS first
              FROM machine WHERE revoked_at IS NULL))
  WHERE short <> '';
INSERT INTO device (tenant_id, unit_id, name, name_order, search_key, kind, serial, mac, address, source, note,
                    machine_id, matched_by, created_at)
  SELECT tenant_id, unit_id, CASE hostname WHEN '' THEN '?' ELSE hostname END, hostname_order, search_key, 'other',
         '', '', '', 'agent', '', id, 'agent', enrolled_at
  FROM machine WHERE revoked_at IS NULL;
