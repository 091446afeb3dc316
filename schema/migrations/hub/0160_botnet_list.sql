-- owner: botnet    only src/botnet writes these tables
-- why:   a list of addresses that do a bot's work is shown before it counts; what counted is
--        kept as it came, for whether an address left the lists is read off them

CREATE TABLE botnet_list (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,                  -- never used again
  tenant_id   INTEGER NOT NULL,
  unit_id     INTEGER NOT NULL,                                   -- the tenant's root: a list is everybody's
  source      TEXT    NOT NULL CHECK (length(source) BETWEEN 1 AND 120),  -- who made it, as it was written
  source_key  TEXT    NOT NULL CHECK (length(source_key) >= 1),   -- khien::fold of it: "the same source"
  listed_on   INTEGER NOT NULL,                                   -- days since 1970-01-01: as of when it holds
  complete    INTEGER NOT NULL CHECK (complete IN (0, 1)),        -- all of the source's; else only some
  file_name   TEXT    NOT NULL,                                   -- as it was uploaded; text from outside
  state       TEXT    NOT NULL CHECK (state IN ('previewed', 'confirmed', 'stale')),
  rows        INTEGER NOT NULL CHECK (rows >= 0),
  addresses   INTEGER NOT NULL CHECK (addresses >= 0),            -- different ones
  problems    INTEGER NOT NULL CHECK (problems >= 0),
  report      TEXT    NOT NULL,                                   -- JSON: schema BotnetListReport, as it was shown
  plan_sha256 BLOB    NOT NULL CHECK (length(plan_sha256) = 32),  -- of everything that confirming would do
  created_at  INTEGER NOT NULL,                                   -- Unix ms, UTC
  created_by  INTEGER NOT NULL,                                   -- a user; 0: the command line
  confirmed_at INTEGER,                                           -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  CHECK ((state = 'confirmed') = (confirmed_at IS NOT NULL)),
  CHECK (state <> 'confirmed' OR problems = 0),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX botnet_list_by_source ON botnet_list (tenant_id, source_key, listed_on, complete) WHERE state = 'confirmed';
CREATE INDEX botnet_list_newest ON botnet_list (tenant_id, id DESC);

CREATE TRIGGER botnet_list_is_never_changed BEFORE UPDATE ON botnet_list WHEN OLD.state = 'confirmed'
BEGIN
  SELECT RAISE(ABORT, 'a list that counted does not change');
END;
CREATE TRIGGER botnet_list_is_kept BEFORE DELETE ON botnet_list WHEN OLD.state = 'confirmed'
BEGIN
  SELECT RAISE(ABORT, 'a list that counted is kept');
END;

-- A row of a list, as it was read.
CREATE TABLE botnet_entry (
  tenant_id   INTEGER NOT NULL,
  list_id     INTEGER NOT NULL,
  number      INTEGER NOT NULL CHECK (number >= 1),
  row         INTEGER NOT NULL,                                   -- in the file
  address     BLOB    NOT NULL CHECK (length(address) = 16),      -- IPv4 as RFC 4291 maps it
  port        INTEGER CHECK (port BETWEEN 1 AND 65535),
  seen_at     INTEGER,                                            -- Unix ms, UTC
  malware     TEXT    NOT NULL,                                   -- text from outside
  controller  BLOB    CHECK (length(controller) = 16),
  controller_port INTEGER CHECK (controller_port BETWEEN 1 AND 65535),
  origin      TEXT    NOT NULL,                                   -- who saw it, where the list says so
  PRIMARY KEY (tenant_id, list_id, number),
  FOREIGN KEY (tenant_id, list_id) REFERENCES botnet_list (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX botnet_entry_by_address ON botnet_entry (tenant_id, address, list_id);

CREATE TRIGGER botnet_entry_is_never_changed BEFORE UPDATE ON botnet_entry
BEGIN
  SELECT RAISE(ABORT, 'what a list says does not change');
END;
CREATE TRIGGER botnet_entry_is_kept BEFORE DELETE ON botnet_entry
WHEN (SELECT l.state FROM botnet_list l WHERE l.tenant_id = OLD.tenant_id AND l.id = OLD.list_id) = 'confirmed'
BEGIN
  SELECT RAISE(ABORT, 'what a list says is kept');
END;
CREATE TRIGGER botnet_entry_in_its_turn BEFORE INSERT ON botnet_entry
WHEN (SELECT l.state FROM botnet_list l WHERE l.tenant_id = NEW.tenant_id AND l.id = NEW.list_id) IS NOT 'previewed'
BEGIN
  SELECT RAISE(ABORT, 'a list that counted does not grow');
END;

-- Who looked at the remote-monitoring system, when, and how many addresses were there.
CREATE TABLE botnet_lookup (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id   INTEGER NOT NULL,
  unit_id     INTEGER NOT NULL,                                   -- on whose behalf
  looked_up_at INTEGER NOT NULL,                                  -- Unix ms, UTC
  user_id     INTEGER NOT NULL,                                   -- a user; 0: the command line
  found       INTEGER NOT NULL CHECK (found BETWEEN 0 AND 1000000),
  note        TEXT    NOT NULL,
  list_id     INTEGER,                                            -- the list that came of it
  recorded_at INTEGER NOT NULL,                                   -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, list_id) REFERENCES botnet_list (tenant_id, id)
) STRICT;
CREATE INDEX botnet_lookup_newest ON botnet_lookup (tenant_id, looked_up_at DESC, id DESC);

CREATE TRIGGER botnet_lookup_is_never_changed BEFORE UPDATE ON botnet_lookup
BEGIN
  SELECT RAISE(ABORT, 'a look-up that was recorded does not change');
END;
CREATE TRIGGER botnet_lookup_is_kept BEFORE DELETE ON botnet_lookup
BEGIN
  SELECT RAISE(ABORT, 'a look-up that was recorded is kept');
END;
