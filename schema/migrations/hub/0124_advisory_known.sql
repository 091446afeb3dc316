-- owner: patch     only src/patch writes this column
-- why:   what no record describes cannot be found on a machine: that a letter about it
--        concerns nobody is not known (docs/adr/0027-from-advisory-to-proven-patch.md)

-- Does the book in force name packages that it concerns?
ALTER TABLE advisory_vulnerability ADD COLUMN known INTEGER NOT NULL DEFAULT 0 CHECK (known IN (0, 1));

-- Of src/flow's tables: what a book says of a package goes when no machine has it any more
-- and no finding was shown by it.
CREATE INDEX package_lookup_by_package ON package_lookup (tenant_id, package_id);
CREATE INDEX finding_package_by_package ON finding_package (tenant_id, package_id);
