-- owner: estate    only src/estate writes this table
-- why:   a machine says itself what it is known by, and may be wrong or lie; a
--        person who looked says that it is not the device, and that stays said

CREATE TABLE device_parted (
  tenant_id   INTEGER NOT NULL,
  device_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  parted_at   INTEGER NOT NULL,                                   -- Unix ms, UTC; who is in the audit log
  PRIMARY KEY (tenant_id, device_id, machine_id),
  FOREIGN KEY (tenant_id, device_id) REFERENCES device (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX device_parted_by_machine ON device_parted (tenant_id, machine_id);
