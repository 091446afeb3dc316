-- owner: patch     only src/patch writes these tables
-- why:   what is followed has a day by which it is to be patched, units that say that they
--        received it, and people who decide otherwise with a reason and an end. How a
--        machine stands is not stored: it follows from its findings and what was decided
--        (docs/adr/0027-from-advisory-to-proven-patch.md)

CREATE TABLE advisory (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,              -- never used again
  tenant_id       INTEGER NOT NULL REFERENCES tenant (id),
  kind            TEXT    NOT NULL CHECK (kind IN ('vulnerability', 'letter')),
  name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),  -- of the vulnerability; the letter's number
  title           TEXT    NOT NULL,
  severity        INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),
  followed_since  INTEGER NOT NULL,                               -- Unix ms, UTC
  ended_at        INTEGER,                                        -- Unix ms, UTC: no longer followed
  due_day         INTEGER,                                        -- days since 1970-01-01; NULL: none was set
  due_by          TEXT    NOT NULL CHECK (due_by IN ('letter', 'exploited', 'severity', 'likelihood', 'none')),
  events          INTEGER NOT NULL DEFAULT 0 CHECK (events >= 0),
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, kind, name),
  CHECK ((due_day IS NULL) = (due_by = 'none'))
) STRICT;
CREATE INDEX advisory_due ON advisory (tenant_id, due_day) WHERE ended_at IS NULL;

-- What it is about, by name: one's own, or all that a letter names.
CREATE TABLE advisory_vulnerability (
  tenant_id    INTEGER NOT NULL,
  advisory_id  INTEGER NOT NULL,
  name         TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, advisory_id, name),
  FOREIGN KEY (tenant_id, advisory_id) REFERENCES advisory (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX advisory_vulnerability_by_name ON advisory_vulnerability (tenant_id, name, advisory_id);

-- What a unit was told, and what it said.
CREATE TABLE advisory_receipt (
  tenant_id        INTEGER NOT NULL,
  advisory_id      INTEGER NOT NULL,
  unit_id          INTEGER NOT NULL,
  acknowledged_by  INTEGER,                                       -- a user; users are never removed
  acknowledged_at  INTEGER,                                       -- Unix ms, UTC
  reminded_at      INTEGER,                                       -- Unix ms, UTC
  escalated_at     INTEGER,                                       -- Unix ms, UTC: the unit above was told; NULL: it is not overdue
  PRIMARY KEY (tenant_id, advisory_id, unit_id),
  CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)),
  FOREIGN KEY (tenant_id, advisory_id) REFERENCES advisory (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX advisory_receipt_escalated ON advisory_receipt (tenant_id, unit_id) WHERE escalated_at IS NOT NULL;

-- Not open, says a person: on a machine, in a unit and below, of a package.
CREATE TABLE advisory_decision (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,                 -- never used again
  tenant_id    INTEGER NOT NULL,
  advisory_id  INTEGER NOT NULL,
  kind         TEXT    NOT NULL CHECK (kind IN ('mitigated', 'accepted', 'not_affected')),
  machine_id   INTEGER,
  unit_id      INTEGER,
  package      TEXT    NOT NULL,                                  -- a finding's subject; empty: any
  reason       TEXT    NOT NULL CHECK (length(reason) >= 1),
  until_day    INTEGER NOT NULL,                                  -- days since 1970-01-01; the last day it holds
  decided_by   INTEGER NOT NULL,                                  -- a user; users are never removed
  decided_at   INTEGER NOT NULL,                                  -- Unix ms, UTC
  ended_by     INTEGER,                                           -- a user; NULL: its day came
  ended_at     INTEGER,                                           -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  CHECK (machine_id IS NULL OR unit_id IS NULL),
  CHECK (machine_id IS NOT NULL OR unit_id IS NOT NULL OR package <> ''),
  FOREIGN KEY (tenant_id, advisory_id) REFERENCES advisory (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX advisory_decision_by_advisory ON advisory_decision (tenant_id, advisory_id, id);
CREATE INDEX advisory_decision_in_force ON advisory_decision (tenant_id, until_day) WHERE ended_at IS NULL;

-- Which findings a decision in force holds.
CREATE TABLE advisory_held (
  tenant_id    INTEGER NOT NULL,
  finding_id   INTEGER NOT NULL,
  decision_id  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, finding_id),
  FOREIGN KEY (tenant_id, finding_id) REFERENCES finding (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, decision_id) REFERENCES advisory_decision (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX advisory_held_by_decision ON advisory_held (tenant_id, decision_id);

CREATE TABLE advisory_event (
  tenant_id    INTEGER NOT NULL,
  advisory_id  INTEGER NOT NULL,
  number       INTEGER NOT NULL CHECK (number >= 1),
  at           INTEGER NOT NULL,                                  -- Unix ms, UTC
  user_id      INTEGER,                                           -- none: the hub itself
  event        TEXT    NOT NULL CHECK (event IN ('followed', 'unfollowed', 'letter', 'acknowledged', 'reminded',
                                                 'escalated', 'decided', 'ended', 'due_changed')),
  unit_id      INTEGER,
  note         TEXT    NOT NULL,
  PRIMARY KEY (tenant_id, advisory_id, number),
  FOREIGN KEY (tenant_id, advisory_id) REFERENCES advisory (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- In place of what content ships.
CREATE TABLE advisory_setting (
  tenant_id         INTEGER PRIMARY KEY REFERENCES tenant (id),
  least_severity    INTEGER CHECK (least_severity BETWEEN 1 AND 4),
  least_likelihood  INTEGER CHECK (least_likelihood BETWEEN 1 AND 100),   -- hundredths
  days_exploited    INTEGER NOT NULL CHECK (days_exploited BETWEEN 1 AND 365),
  days_ransomware   INTEGER NOT NULL CHECK (days_ransomware BETWEEN 1 AND 365),
  days_likely       INTEGER NOT NULL CHECK (days_likely BETWEEN 1 AND 365),
  days_critical     INTEGER NOT NULL CHECK (days_critical BETWEEN 1 AND 365),
  days_high         INTEGER NOT NULL CHECK (days_high BETWEEN 1 AND 365),
  days_medium       INTEGER NOT NULL CHECK (days_medium BETWEEN 1 AND 730),
  days_low          INTEGER NOT NULL CHECK (days_low BETWEEN 1 AND 730),
  remind_days       INTEGER NOT NULL CHECK (remind_days BETWEEN 0 AND 60),
  changed_by        INTEGER NOT NULL,                             -- a user; users are never removed
  changed_at        INTEGER NOT NULL                              -- Unix ms, UTC
) STRICT;
