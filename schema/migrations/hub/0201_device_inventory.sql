-- owner: estate    only src/estate writes this table
-- why:   the newest list of software that somebody handed in for a device without an
--        agent: kept in the transaction of its audit entry, told to the road behind it,
--        and told after a crash as well

CREATE TABLE device_inventory (
  tenant_id   INTEGER NOT NULL,
  device_id   INTEGER NOT NULL,
  number      INTEGER NOT NULL CHECK (number > 0),                -- grows with each list of the device
  format      TEXT    NOT NULL,                                   -- "cyclonedx-json"; "hand": typed
  file_name   TEXT    NOT NULL,
  digest      BLOB    NOT NULL CHECK (length(digest) = 32),       -- of its packages: the same list changes nothing
  packages    INTEGER NOT NULL CHECK (packages > 0),
  handed_at   INTEGER NOT NULL,                                   -- Unix ms, UTC
  handed_by   INTEGER NOT NULL,                                   -- a user; users are never removed
  untold      TEXT,                                               -- JSON of its packages; NULL: the ledger has them
  PRIMARY KEY (tenant_id, device_id),
  FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX device_inventory_untold ON device_inventory (tenant_id, device_id) WHERE untold IS NOT NULL;
