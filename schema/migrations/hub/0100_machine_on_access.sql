-- owner: estate    only src/estate writes this table
-- why:   when a machine looks at a file that is opened or written, and why not as it
--        was told to; as its agent said last

CREATE TABLE machine_on_access (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  mode        TEXT    NOT NULL CHECK (mode IN ('permission', 'notify', 'inotify', 'scheduled')),
  wanted      TEXT    NOT NULL CHECK (wanted IN ('permission', 'notify', 'inotify', 'scheduled')),
  why         TEXT    NOT NULL,
  denied      INTEGER NOT NULL CHECK (denied >= 0),                -- since the agent began
  late        INTEGER NOT NULL CHECK (late >= 0),
  PRIMARY KEY (tenant_id, machine_id),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
