-- owner: estate    only src/estate writes this table
-- why:   a site is watched and has findings like a machine; they follow it to another
--        unit by themselves (docs/adr/0025-sites-are-assets.md)

ALTER TABLE site ADD COLUMN open_findings INTEGER NOT NULL DEFAULT 0 CHECK (open_findings >= 0);

CREATE UNIQUE INDEX site_home ON site (tenant_id, id, unit_id);
