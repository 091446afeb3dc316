-- owner: botnet    only src/botnet writes this table
-- why:   which incident an address of a botnet became, read from both ends: nobody takes it back

CREATE TABLE botnet_incident (
  tenant_id    INTEGER NOT NULL,
  case_id      INTEGER NOT NULL,
  incident_id  INTEGER NOT NULL,
  linked_at    INTEGER NOT NULL,                                  -- Unix ms, UTC
  linked_by    INTEGER NOT NULL,                                  -- a user
  PRIMARY KEY (tenant_id, case_id, incident_id),
  FOREIGN KEY (tenant_id, case_id) REFERENCES botnet_case (tenant_id, id),
  FOREIGN KEY (tenant_id, incident_id) REFERENCES incident (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX botnet_incident_by_incident ON botnet_incident (tenant_id, incident_id, case_id);
CREATE TRIGGER botnet_incident_is_never_changed BEFORE UPDATE ON botnet_incident
BEGIN
  SELECT RAISE(ABORT, 'which incident an address became is never changed');
END;
CREATE TRIGGER botnet_incident_is_never_removed BEFORE DELETE ON botnet_incident
BEGIN
  SELECT RAISE(ABORT, 'which incident an address became is never removed');
END;
