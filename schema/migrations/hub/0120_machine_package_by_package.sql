-- owner: estate    only src/estate writes these tables
-- why:   a new vulnerability is asked of distinct packages, and then: on which machines?
--        (docs/adr/0027-from-advisory-to-proven-patch.md)

CREATE INDEX machine_package_by_package ON machine_package (tenant_id, package_id);

-- How far a unit is with what it was warned of; of itself, not below. Counted by who
-- follows advisories, read where duties are measured.
CREATE TABLE unit_patching (
  tenant_id           INTEGER NOT NULL,
  unit_id             INTEGER NOT NULL,
  machines_known      INTEGER NOT NULL CHECK (machines_known >= 0),      -- with an inventory
  advisories_overdue  INTEGER NOT NULL CHECK (advisories_overdue >= 0),  -- open somewhere in it, past their day
  PRIMARY KEY (tenant_id, unit_id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
