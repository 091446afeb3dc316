-- owner: estate    only src/estate writes these tables
-- why:   what is known of each machine now. Filled by enrolment and from
--        observations, so everything but identity and certificates can be
--        refilled from the ledger

CREATE TABLE machine (
  id                      INTEGER PRIMARY KEY AUTOINCREMENT,      -- never used again
  tenant_id               INTEGER NOT NULL,
  unit_id                 INTEGER NOT NULL,
  hostname                TEXT    NOT NULL,                       -- as the agent says it
  hostname_order          BLOB    NOT NULL,                       -- khien::collation_key
  search_key              TEXT    NOT NULL,                       -- khien::fold of hostname and addresses
  os_id                   TEXT    NOT NULL DEFAULT '',
  os_name                 TEXT    NOT NULL DEFAULT '',
  os_version              TEXT    NOT NULL DEFAULT '',
  kernel_running          TEXT    NOT NULL DEFAULT '',
  kernel_installed        TEXT    NOT NULL DEFAULT '',
  addresses               TEXT    NOT NULL DEFAULT '[]',          -- JSON array of text
  agent_version           TEXT    NOT NULL DEFAULT '',
  enrolled_at             INTEGER NOT NULL,                       -- Unix ms, UTC, the hub's clock
  last_seen               INTEGER NOT NULL,                       -- Unix ms, UTC, the hub's clock
  described_at            INTEGER NOT NULL DEFAULT 0,             -- when the hub received hostname … agent_version
  certificate_expires_at  INTEGER NOT NULL DEFAULT 0,             -- Unix ms, UTC; 0: none issued yet
  revoked_at              INTEGER,                                -- Unix ms, UTC
  open_findings           INTEGER NOT NULL DEFAULT 0 CHECK (open_findings >= 0),
  open_malware            INTEGER NOT NULL DEFAULT 0 CHECK (open_malware BETWEEN 0 AND open_findings),
  engine_trouble          INTEGER NOT NULL DEFAULT 0 CHECK (engine_trouble IN (0, 1)),
  scan                    INTEGER,                                -- number of the scan below, by the agent
  scan_state              TEXT    CHECK (scan_state IN ('running', 'complete')),
  scan_started_at         INTEGER,                                -- Unix ms, UTC, the agent's clock
  scan_finished_at        INTEGER,                                -- Unix ms, UTC, the agent's clock
  scan_files_seen         INTEGER NOT NULL DEFAULT 0 CHECK (scan_files_seen >= 0),
  scan_files_scanned      INTEGER NOT NULL DEFAULT 0 CHECK (scan_files_scanned >= 0),
  scan_files_skipped      INTEGER NOT NULL DEFAULT 0 CHECK (scan_files_skipped >= 0),
  scan_files_total        INTEGER NOT NULL DEFAULT 0 CHECK (scan_files_total >= 0),  -- 0 while unknown
  last_complete_scan_at   INTEGER,                                -- Unix ms, UTC, never after last_seen
  files_scanned           INTEGER NOT NULL DEFAULT 0 CHECK (files_scanned >= 0),  -- in the last complete scan
  packages_total          INTEGER NOT NULL DEFAULT 0 CHECK (packages_total >= 0),
  UNIQUE (tenant_id, id),
  -- So that what hangs on a machine can follow it to another unit by itself.
  UNIQUE (tenant_id, id, unit_id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;

-- Serves the list and the counts of a unit without touching the rows.
CREATE INDEX machine_by_unit ON machine
  (tenant_id, unit_id, hostname_order, open_malware, last_seen, engine_trouble, last_complete_scan_at,
   files_scanned, open_findings);

CREATE TABLE machine_engine (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  engine      TEXT    NOT NULL CHECK (engine IN ('ioc', 'yara', 'clamav', 'watch')),
  state       TEXT    NOT NULL CHECK (state IN ('running', 'degraded', 'absent')),
  signatures  INTEGER NOT NULL,
  updated_at  INTEGER,                                            -- Unix ms, UTC: of its content
  detail      TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, machine_id, engine),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The certificate in use and the one before it, while they overlap.
CREATE TABLE machine_certificate (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),       -- of the DER
  not_after   INTEGER NOT NULL,                                   -- Unix ms, UTC
  good_until  INTEGER,                                            -- Unix ms, UTC; none: the one in use
  PRIMARY KEY (tenant_id, machine_id, sha256),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX machine_certificate_in_use ON machine_certificate (tenant_id, machine_id)
  WHERE good_until IS NULL;
