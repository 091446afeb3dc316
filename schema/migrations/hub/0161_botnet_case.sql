-- owner: botnet    only src/botnet writes these tables
-- why:   an address on a list is somebody's to clean; it is over when two later lists are without
--        it, and not before (docs/adr/0034-botnet-addresses.md)

CREATE TABLE botnet_case (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,               -- never used again
  tenant_id      INTEGER NOT NULL,
  unit_id        INTEGER NOT NULL,                                -- whose address; of nobody's: the tenant's root
  known_unit     INTEGER NOT NULL CHECK (known_unit IN (0, 1)),   -- 0: nobody knows whose it is
  source_key     TEXT    NOT NULL,
  source         TEXT    NOT NULL,
  address        BLOB    NOT NULL CHECK (length(address) = 16),
  address_text   TEXT    NOT NULL,
  range          TEXT    NOT NULL DEFAULT '',                     -- the range that it lies in: CIDR
  state          TEXT    NOT NULL
    CHECK (state IN ('new', 'sent', 'cleaning', 'reported_clean', 'delisted', 'recurred')),
  opened_at      INTEGER NOT NULL,                                -- Unix ms, UTC
  entered_at     INTEGER NOT NULL,                                -- Unix ms, UTC: its present state
  first_listed   INTEGER NOT NULL,                                -- days since 1970-01-01
  open_since     INTEGER NOT NULL,                                -- days: first listed, or since it came back
  last_listed    INTEGER NOT NULL,                                -- days: the newest list that names it
  last_seen_at   INTEGER,                                         -- Unix ms, UTC: the newest time that a list gives
  absences       INTEGER NOT NULL DEFAULT 0 CHECK (absences BETWEEN 0 AND 2),
  recurrences    INTEGER NOT NULL DEFAULT 0 CHECK (recurrences >= 0),
  malware        TEXT    NOT NULL DEFAULT '',                     -- by the newest list; text from outside
  controller     TEXT    NOT NULL DEFAULT '',                     -- by the newest list
  machine_id     INTEGER,                                         -- which machine stands behind it, once known
  search_key     TEXT    NOT NULL,                                -- khien::fold of address, malware, controller
  events         INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0),
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, source_key, address),
  CHECK (first_listed <= open_since AND open_since <= last_listed),
  CHECK (state <> 'delisted' OR absences = 2),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id)
) STRICT;
CREATE INDEX botnet_case_open ON botnet_case (tenant_id, unit_id, open_since, id) WHERE state <> 'delisted';
CREATE INDEX botnet_case_by_age ON botnet_case (tenant_id, open_since, id);
CREATE INDEX botnet_case_by_address ON botnet_case (tenant_id, address);

CREATE TRIGGER botnet_case_is_kept BEFORE DELETE ON botnet_case
BEGIN
  SELECT RAISE(ABORT, 'an address that was listed is kept');
END;

CREATE TABLE botnet_case_event (
  tenant_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  number     INTEGER NOT NULL CHECK (number >= 1),
  at         INTEGER NOT NULL,                                    -- Unix ms, UTC
  user_id    INTEGER,                                             -- none: a list, or the hub itself; 0: the command line
  event      TEXT    NOT NULL,                                    -- khien::botnet::Event
  state      TEXT    NOT NULL,                                    -- after it
  round      INTEGER NOT NULL CHECK (round >= 0),                 -- how often it had come back then
  step       TEXT    NOT NULL DEFAULT '',                         -- of content/botnet/steps.yaml
  list_id    INTEGER,
  note       TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, case_id, number),
  FOREIGN KEY (tenant_id, case_id) REFERENCES botnet_case (tenant_id, id),
  FOREIGN KEY (tenant_id, list_id) REFERENCES botnet_list (tenant_id, id)
) STRICT, WITHOUT ROWID;
-- What became of addresses in a period.
CREATE INDEX botnet_case_event_by_time ON botnet_case_event (tenant_id, event, at, case_id);
CREATE TRIGGER botnet_case_event_is_never_changed BEFORE UPDATE ON botnet_case_event
BEGIN
  SELECT RAISE(ABORT, 'what happened to an address does not change');
END;
CREATE TRIGGER botnet_case_event_is_kept BEFORE DELETE ON botnet_case_event
BEGIN
  SELECT RAISE(ABORT, 'what happened to an address is kept');
END;
