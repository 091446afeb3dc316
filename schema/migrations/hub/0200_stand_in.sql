-- owner: estate    only src/estate writes these tables
-- why:   a device without an agent, or a site, has software too, and what a book says of
--        it is asked machine by machine: a row of `machine` stands in for it from its
--        first inventory on. No agent may ever speak for such a row: its certificate is
--        revoked from the beginning, so what counts, orders and lists machines that are
--        ours leaves it out, and who asks for patches lets it in
--        (docs/adr/0037-inventories-without-an-agent.md)

ALTER TABLE machine ADD COLUMN device_id INTEGER REFERENCES device (id) ON DELETE CASCADE;
ALTER TABLE machine ADD COLUMN site_id INTEGER REFERENCES site (id) ON DELETE CASCADE;
-- 0 a machine; 1 it stands in for a device or a site; 2 it did: an agent speaks now, or
-- the device is retired, the site switched off.
ALTER TABLE machine ADD COLUMN stand_in INTEGER NOT NULL DEFAULT 0 CHECK (stand_in IN (0, 1, 2))
  CHECK ((stand_in > 0) = ((device_id IS NULL) <> (site_id IS NULL)))
  CHECK (device_id IS NULL OR site_id IS NULL)
  CHECK (stand_in = 0 OR revoked_at IS NOT NULL);
CREATE UNIQUE INDEX machine_of_device ON machine (tenant_id, device_id) WHERE device_id IS NOT NULL;
CREATE UNIQUE INDEX machine_of_site ON machine (tenant_id, site_id) WHERE site_id IS NOT NULL;

-- Lists of machines leave it out, and the index alone answers.
DROP INDEX machine_by_unit;
CREATE INDEX machine_by_unit ON machine
  (tenant_id, unit_id, hostname_order, open_malware, last_seen, engine_trouble, last_complete_scan_at,
   files_scanned, open_findings, sample_at, stand_in);

-- It is where its device or site is, and called like it; findings follow by their foreign key.
CREATE TRIGGER stand_in_follows_device AFTER UPDATE OF unit_id, name, search_key, retired_on, machine_id ON device
BEGIN
  UPDATE machine SET unit_id = NEW.unit_id, hostname = NEW.name, hostname_order = NEW.name_order, search_key = NEW.search_key,
    stand_in = CASE WHEN NEW.retired_on IS NULL AND NEW.machine_id IS NULL THEN 1 ELSE 2 END
  WHERE tenant_id = NEW.tenant_id AND device_id = NEW.id;
END;
CREATE TRIGGER stand_in_follows_site AFTER UPDATE OF unit_id, address, search_key, valid_to ON site
BEGIN
  UPDATE machine SET unit_id = NEW.unit_id, hostname = NEW.address, hostname_order = CAST(NEW.address AS BLOB),
    search_key = NEW.search_key, stand_in = CASE WHEN NEW.valid_to IS NULL THEN 1 ELSE 2 END
  WHERE tenant_id = NEW.tenant_id AND site_id = NEW.id;
END;
