-- owner: site      only src/site writes these tables
-- why:   a site that was altered is followed until its cause is named and it stayed
--        clean for 30 days; what comes back is the same case, counted
--        (docs/adr/0025-sites-are-assets.md)

CREATE TABLE site_case (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,             -- never used again
  tenant_id        INTEGER NOT NULL,
  site_id          INTEGER NOT NULL,
  unit_id          INTEGER NOT NULL,                              -- the site's, always
  state            TEXT    NOT NULL CHECK (state IN ('open', 'cause_wanted', 'rescanning', 'watching', 'closed', 'legitimate')),
  opened_at        INTEGER NOT NULL,                              -- Unix ms, UTC: first, whatever came back since
  entered_at       INTEGER NOT NULL,                              -- Unix ms, UTC: its present state
  recurrences      INTEGER NOT NULL DEFAULT 0 CHECK (recurrences >= 0),
  confirmed_by     INTEGER,                                       -- a user: it is what it looks like
  cause            TEXT    NOT NULL DEFAULT '',                   -- khien::site::Cause; empty: not named
  cause_text       TEXT    NOT NULL DEFAULT '',
  rescan_since     INTEGER,                                       -- Unix ms, UTC: only what was seen later counts
  to_learn         INTEGER NOT NULL DEFAULT 0 CHECK (to_learn IN (0, 1)),  -- legitimate; the rules were not told yet
  events           INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0),
  UNIQUE (tenant_id, id),
  CHECK ((cause = '') = (cause_text = '')),
  CHECK (state NOT IN ('rescanning', 'watching', 'closed') OR (cause <> '' AND rescan_since IS NOT NULL)),
  FOREIGN KEY (tenant_id, site_id, unit_id) REFERENCES site (tenant_id, id, unit_id)
    ON UPDATE CASCADE ON DELETE CASCADE
) STRICT;
-- One case a site that is not over.
CREATE UNIQUE INDEX site_case_alive ON site_case (tenant_id, site_id)
  WHERE state IN ('open', 'cause_wanted', 'rescanning', 'watching');
CREATE INDEX site_case_by_site ON site_case (tenant_id, site_id, unit_id, id DESC);
CREATE INDEX site_case_by_unit ON site_case (tenant_id, unit_id, state, entered_at, id);

CREATE TABLE site_case_event (
  tenant_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  number     INTEGER NOT NULL CHECK (number >= 1),
  at         INTEGER NOT NULL,                                    -- Unix ms, UTC
  user_id    INTEGER,                                             -- none: the hub itself
  event      TEXT    NOT NULL,                                    -- khien::site::CaseEvent
  state      TEXT    NOT NULL,                                    -- after it
  cause      TEXT    NOT NULL,                                    -- khien::site::Cause; empty but for the event that names one
  note       TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, case_id, number),
  FOREIGN KEY (tenant_id, case_id) REFERENCES site_case (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
