-- owner: site      only src/site writes these tables
-- why:   which sites a person wants opened in a browser at each look, and why: it costs
--        a thousand times what a fetch does (docs/adr/0038-rendered-views.md)

CREATE TABLE site_rendering (
  tenant_id  INTEGER NOT NULL,
  site_id    INTEGER NOT NULL,
  reason     TEXT    NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  set_by     INTEGER NOT NULL,                                    -- user
  set_at     INTEGER NOT NULL,                                    -- Unix ms, UTC
  PRIMARY KEY (tenant_id, site_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON DELETE CASCADE
) STRICT;
