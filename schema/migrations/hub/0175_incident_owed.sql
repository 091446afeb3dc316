-- owner: incident  only src/incident writes these tables
-- why:   closing an incident ends no duty to report: what is owed is still carried up and still
--        recorded. A report that was sent before the one that was written first is the one that
--        counts (docs/adr/0032-incidents-never-change-their-past.md)

-- Unix ms, UTC: nothing is carried up before it. Set where the clock was late when it began:
-- people act first and write later.
ALTER TABLE incident_clock ADD COLUMN quiet_until INTEGER;

DROP TRIGGER incident_clock_runs_on;
CREATE TRIGGER incident_clock_runs_on BEFORE UPDATE ON incident_clock WHEN
  NEW.tenant_id IS NOT OLD.tenant_id OR NEW.incident_id IS NOT OLD.incident_id OR NEW.clock IS NOT OLD.clock OR
  NEW.due_at IS NOT OLD.due_at OR NEW.soon_at IS NOT OLD.soon_at OR NEW.late_at IS NOT OLD.late_at OR
  NEW.name_vi IS NOT OLD.name_vi OR NEW.name_en IS NOT OLD.name_en OR NEW.receiver_vi IS NOT OLD.receiver_vi OR
  NEW.receiver_en IS NOT OLD.receiver_en OR NEW.content_vi IS NOT OLD.content_vi OR NEW.content_en IS NOT OLD.content_en OR
  NEW.basis IS NOT OLD.basis OR NEW.rule_version IS NOT OLD.rule_version OR NEW.quiet_until IS NOT OLD.quiet_until OR
  -- Only what was recorded as sent meets it, and only an earlier sending takes the place of another.
  (NEW.met_at IS NOT OLD.met_at AND (NEW.met_at IS NULL OR NEW.met_at > OLD.met_at OR NOT EXISTS (
    SELECT 1 FROM incident_report r WHERE r.tenant_id = OLD.tenant_id AND r.incident_id = OLD.incident_id AND r.clock = OLD.clock
    AND r.sent_at = NEW.met_at))) OR
  (NEW.applies IS NOT OLD.applies AND
   (SELECT i.state FROM incident i WHERE i.tenant_id = OLD.tenant_id AND i.id = OLD.incident_id) = 'closed')
BEGIN
  SELECT RAISE(ABORT, 'a clock runs from detection, and only a report meets it');
END;

DROP TRIGGER incident_closed_is_only_opened;
CREATE TRIGGER incident_closed_is_only_opened BEFORE UPDATE ON incident WHEN OLD.state = 'closed' AND (
  NEW.state NOT IN ('open', 'closed') OR NEW.title IS NOT OLD.title OR NEW.kind IS NOT OLD.kind OR NEW.severity IS NOT OLD.severity OR
  NEW.said IS NOT OLD.said OR NEW.personal_data IS NOT OLD.personal_data OR NEW.first_seen IS NOT OLD.first_seen OR
  NEW.cause IS NOT OLD.cause OR NEW.lesson IS NOT OLD.lesson OR NEW.tasks_open IS NOT OLD.tasks_open OR NEW.lead_id IS NOT OLD.lead_id OR
  NEW.search_key IS NOT OLD.search_key OR
  (NEW.state = 'closed' AND (NEW.closed_at IS NOT OLD.closed_at OR NEW.contained_at IS NOT OLD.contained_at)) OR
  (NEW.first_reported_at IS NOT OLD.first_reported_at AND NOT EXISTS (
    SELECT 1 FROM incident_report r WHERE r.tenant_id = OLD.tenant_id AND r.incident_id = OLD.id AND r.sent_at = NEW.first_reported_at)))
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;

DROP TRIGGER incident_entry_of_closed;
CREATE TRIGGER incident_entry_of_closed BEFORE INSERT ON incident_entry
WHEN NEW.what NOT IN ('reported', 'escalated') AND
  (SELECT i.state FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id) = 'closed'
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;

-- What proves a report comes with it.
DROP TRIGGER incident_evidence_of_closed;
CREATE TRIGGER incident_evidence_of_closed BEFORE INSERT ON incident_evidence
WHEN (SELECT i.state FROM incident i WHERE i.tenant_id = NEW.tenant_id AND i.id = NEW.incident_id) = 'closed' AND
  NOT EXISTS (SELECT 1 FROM incident_entry e WHERE e.tenant_id = NEW.tenant_id AND e.id = NEW.entry_id AND e.what = 'reported')
BEGIN
  SELECT RAISE(ABORT, 'a closed incident is only opened again');
END;

DROP TRIGGER incident_report_of_closed;
CREATE TRIGGER incident_report_of_closed BEFORE INSERT ON incident_report
WHEN NOT EXISTS (SELECT 1 FROM incident_clock k WHERE k.tenant_id = NEW.tenant_id AND k.incident_id = NEW.incident_id
  AND k.clock = NEW.clock AND (k.applies = 1 OR k.met_at IS NOT NULL))
BEGIN
  SELECT RAISE(ABORT, 'nothing is owed by that clock');
END;
