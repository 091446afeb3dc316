-- owner: incident  only src/incident writes these tables
-- why:   what people do together when a finding is serious: by when whom is to be told, who
--        does what, and a line for every step that nobody takes back
--        (docs/adr/0032-incidents-never-change-their-past.md)

CREATE TABLE incident (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,           -- never used again
  tenant_id          INTEGER NOT NULL,
  unit_id            INTEGER NOT NULL,
  title              TEXT    NOT NULL CHECK (length(title) BETWEEN 1 AND 200),  -- NFC; text from people
  search_key         TEXT    NOT NULL,                            -- khien::fold of title
  kind               TEXT    NOT NULL CHECK (kind IN ('malware', 'website', 'intrusion', 'data_breach', 'phishing', 'denial_of_service', 'other')),
  severity           INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),  -- khien::Severity; a province's own table
  said               TEXT    NOT NULL DEFAULT '[]',               -- JSON: traits that a person said, sorted
  personal_data      INTEGER NOT NULL CHECK (personal_data IN (0, 1)),
  state              TEXT    NOT NULL CHECK (state IN ('open', 'contained', 'closed')),
  detected_at        INTEGER NOT NULL,                            -- Unix ms, UTC: T0, never changed
  opened_at          INTEGER NOT NULL CHECK (opened_at >= detected_at),
  opened_by          INTEGER,                                     -- a user; none: the hub, by a rule
  source             TEXT    NOT NULL CHECK (source IN ('finding', 'person', 'outside')),
  rule               TEXT    NOT NULL DEFAULT '',                 -- of content/incidents/opening.yaml; empty: none
  rule_key           TEXT    NOT NULL DEFAULT '',                 -- what the rule grouped by
  rule_version       TEXT    NOT NULL,                            -- of the clocks; empty: none covers the day
  first_seen         INTEGER,                                     -- Unix ms, UTC: of its findings, the first sight
  first_reported_at  INTEGER,                                     -- Unix ms, UTC: the first report was sent
  contained_at       INTEGER,
  closed_at          INTEGER,
  cause              TEXT    NOT NULL DEFAULT '',
  lesson             TEXT    NOT NULL DEFAULT '',
  -- Of the clock that ends next and is not met; empty, and far ahead, where there is none.
  next_clock         TEXT    NOT NULL DEFAULT '',
  next_soon_at       INTEGER NOT NULL DEFAULT 9007199254740991,
  next_late_at       INTEGER NOT NULL DEFAULT 9007199254740991,
  tasks_open         INTEGER NOT NULL DEFAULT 0 CHECK (tasks_open >= 0),
  lead_id            INTEGER,                                     -- a user
  UNIQUE (tenant_id, id),
  CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  CHECK (state <> 'closed' OR cause <> ''),
  CHECK (state <> 'contained' OR contained_at IS NOT NULL),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
-- The board: the one whose clock ends soonest first.
CREATE INDEX incident_board ON incident (tenant_id, next_late_at, id) WHERE state <> 'closed';
CREATE INDEX incident_newest ON incident (tenant_id, id DESC);
-- The counts of the board, and of a unit.
CREATE INDEX incident_counts ON incident (tenant_id, unit_id, state, next_late_at, next_soon_at);
CREATE INDEX incident_by_detection ON incident (tenant_id, detected_at, unit_id, severity);
-- One that is not over of each thing that a rule grouped.
CREATE UNIQUE INDEX incident_of_rule ON incident (tenant_id, unit_id, rule, rule_key) WHERE rule <> '' AND state <> 'closed';

CREATE TRIGGER incident_keeps_its_past BEFORE UPDATE ON incident WHEN
  NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.unit_id IS NOT OLD.unit_id OR
  NEW.detected_at IS NOT OLD.detected_at OR NEW.opened_at IS NOT OLD.opened_at OR NEW.opened_by IS NOT OLD.opened_by OR
  NEW.source IS NOT OLD.source OR NEW.rule IS NOT OLD.rule OR NEW.rule_key IS NOT OLD.rule_key OR
  NEW.rule_version IS NOT OLD.rule_version
BEGIN
  SELECT RAISE(ABORT, 'when an incident was detected and how it was opened does not change');
END;
CREATE TRIGGER incident_closed_is_only_opened BEFORE UPDATE ON incident WHEN OLD.state = 'closed' AND (
  NEW.state <> 'open' OR NEW.title IS NOT OLD.title OR NEW.kind IS NOT OLD.kind OR NEW.severity IS NOT OLD.severity OR
  NEW.said IS NOT OLD.said OR NEW.personal_data IS NOT OLD.personal_data OR NEW.first_seen IS NOT OLD.first_seen OR
  NEW.first_reported_at IS NOT OLD.first_reported_at OR NEW.cause IS NOT OLD.cause OR NEW.lesson IS NOT OLD.lesson OR
  NEW.tasks_open IS NOT OLD.tasks_open OR NEW.lead_id IS NOT OLD.lead_id)
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;
CREATE TRIGGER incident_is_kept BEFORE DELETE ON incident
BEGIN
  SELECT RAISE(ABORT, 'an incident is kept');
END;

-- By when whom is to be told. In the words of the rules on the day it was written: content that
-- changes later changes nothing here.
CREATE TABLE incident_clock (
  tenant_id           INTEGER NOT NULL,
  incident_id         INTEGER NOT NULL,
  clock               TEXT    NOT NULL CHECK (length(clock) BETWEEN 1 AND 60),
  place               INTEGER NOT NULL,                           -- in the order of the rules
  applies             INTEGER NOT NULL CHECK (applies IN (0, 1)), -- by its present severity and traits
  due_at              INTEGER,                                    -- Unix ms, UTC; none: the law names no number
  soon_at             INTEGER,                                    -- a quarter of its time is left
  late_at             INTEGER,                                    -- due_at; of "at once" the province's minutes later
  name_vi             TEXT    NOT NULL,
  name_en             TEXT    NOT NULL,
  receiver_vi         TEXT    NOT NULL,
  receiver_en         TEXT    NOT NULL,
  content_vi          TEXT    NOT NULL,
  content_en          TEXT    NOT NULL,
  basis               TEXT    NOT NULL,
  rule_version        TEXT    NOT NULL,
  met_at              INTEGER,                                    -- Unix ms, UTC: sent
  next_escalation_at  INTEGER,                                    -- Unix ms, UTC; none: nothing ahead
  PRIMARY KEY (tenant_id, incident_id, clock),
  CHECK ((due_at IS NULL) = (soon_at IS NULL) AND (due_at IS NULL) = (late_at IS NULL)),
  CHECK (due_at IS NULL OR (soon_at <= late_at AND due_at <= late_at)),
  FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_clock_to_escalate ON incident_clock (next_escalation_at) WHERE next_escalation_at IS NOT NULL;
CREATE TRIGGER incident_clock_runs_on BEFORE UPDATE ON incident_clock WHEN
  NEW.tenant_id IS NOT OLD.tenant_id OR NEW.incident_id IS NOT OLD.incident_id OR NEW.clock IS NOT OLD.clock OR
  NEW.due_at IS NOT OLD.due_at OR NEW.soon_at IS NOT OLD.soon_at OR NEW.late_at IS NOT OLD.late_at OR
  NEW.name_vi IS NOT OLD.name_vi OR NEW.name_en IS NOT OLD.name_en OR NEW.receiver_vi IS NOT OLD.receiver_vi OR
  NEW.receiver_en IS NOT OLD.receiver_en OR NEW.content_vi IS NOT OLD.content_vi OR NEW.content_en IS NOT OLD.content_en OR
  NEW.basis IS NOT OLD.basis OR NEW.rule_version IS NOT OLD.rule_version OR
  (OLD.met_at IS NOT NULL AND NEW.met_at IS NOT OLD.met_at) OR
  (SELECT i.state FROM incident i WHERE i.tenant_id = OLD.tenant_id AND i.id = OLD.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a clock runs from detection, and once met is met');
END;
CREATE TRIGGER incident_clock_is_kept BEFORE DELETE ON incident_clock
BEGIN
  SELECT RAISE(ABORT, 'a clock is kept');
END;
CREATE TRIGGER incident_clock_of_closed BEFORE INSERT ON incident_clock
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;
