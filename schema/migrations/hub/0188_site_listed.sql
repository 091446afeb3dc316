-- owner: site      only src/site writes this table
-- why:   a page that only search engines are shown is linked from nowhere: what they list of a site is
--        looked at besides what the site says of itself, a part at each look, those that wait longest first

CREATE TABLE site_listed (
  tenant_id  INTEGER NOT NULL,
  site_id    INTEGER NOT NULL,
  url        TEXT    NOT NULL,                                    -- text from outside
  added_at   INTEGER NOT NULL,                                    -- Unix ms, UTC
  added_by   INTEGER NOT NULL,                                    -- a user; users are never removed
  look       INTEGER NOT NULL DEFAULT 0 CHECK (look >= 0),        -- the last that was given it; 0: none yet
  PRIMARY KEY (tenant_id, site_id, url),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX site_listed_by_look ON site_listed (tenant_id, site_id, look, url);
