-- owner: botnet    only src/botnet writes the first two tables; estate the others
-- why:   behind one public address stands a whole office: a firewall's log says which machine.
--        Of a log only what touches a listed address is kept

CREATE TABLE botnet_log (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id   INTEGER NOT NULL,
  unit_id     INTEGER NOT NULL,                                   -- whose network wrote it
  file_name   TEXT    NOT NULL,                                   -- as it was uploaded; text from outside
  rows        INTEGER NOT NULL CHECK (rows >= 0),
  unread      INTEGER NOT NULL CHECK (unread >= 0),               -- that could not be read
  kept        INTEGER NOT NULL CHECK (kept BETWEEN 0 AND rows),
  uploaded_at INTEGER NOT NULL,                                   -- Unix ms, UTC
  uploaded_by INTEGER NOT NULL,                                   -- a user; 0: the command line
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE TRIGGER botnet_log_is_never_changed BEFORE UPDATE ON botnet_log
BEGIN
  SELECT RAISE(ABORT, 'a log that was read does not change');
END;
CREATE TRIGGER botnet_log_is_kept BEFORE DELETE ON botnet_log
BEGIN
  SELECT RAISE(ABORT, 'a log that was read is kept');
END;

-- Lines of a log about one case, those that say the same as one.
CREATE TABLE botnet_connection (
  tenant_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,
  log_id      INTEGER NOT NULL,
  number      INTEGER NOT NULL CHECK (number >= 1),
  matched     TEXT    NOT NULL CHECK (matched IN ('controller', 'translated')),
  inside      TEXT    NOT NULL,                                   -- address inside
  outside     TEXT    NOT NULL,
  port        INTEGER CHECK (port BETWEEN 1 AND 65535),
  first_at    INTEGER NOT NULL,                                   -- Unix ms, UTC
  last_at     INTEGER NOT NULL,
  times       INTEGER NOT NULL CHECK (times >= 1),
  machine_id  INTEGER,                                            -- the one that had the address inside
  machines    INTEGER NOT NULL CHECK (machines >= 0),             -- how many had it
  PRIMARY KEY (tenant_id, case_id, log_id, number),
  FOREIGN KEY (tenant_id, case_id) REFERENCES botnet_case (tenant_id, id),
  FOREIGN KEY (tenant_id, log_id) REFERENCES botnet_log (tenant_id, id),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER botnet_connection_is_never_changed BEFORE UPDATE ON botnet_connection
BEGIN
  SELECT RAISE(ABORT, 'what a log says does not change');
END;
CREATE TRIGGER botnet_connection_is_kept BEFORE DELETE ON botnet_connection
BEGIN
  SELECT RAISE(ABORT, 'what a log says is kept');
END;
