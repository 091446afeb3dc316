-- owner: duty      only src/duty writes these tables
-- why:   whether a system meets each requirement of its level, who judged it, and
--        what shows it. Every judgement stays; the newest counts

CREATE TABLE level_plan_item (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id    INTEGER NOT NULL,
  system_id    INTEGER NOT NULL,
  requirement  TEXT    NOT NULL CHECK (length(requirement) BETWEEN 1 AND 60),  -- id in the catalogue, of one rule version
  state        TEXT    NOT NULL CHECK (state IN ('met', 'partly', 'missing', 'not_judged')),
  note         TEXT    NOT NULL,
  decided_by   INTEGER NOT NULL,                                  -- a user; users are never removed
  decided_at   INTEGER NOT NULL,                                  -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, system_id) REFERENCES information_system (tenant_id, id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX level_plan_item_newest ON level_plan_item (tenant_id, system_id, requirement, id);

CREATE TABLE level_plan_item_evidence (
  tenant_id    INTEGER NOT NULL,
  item_id      INTEGER NOT NULL,
  evidence_id  INTEGER NOT NULL,
  unit_id      INTEGER NOT NULL,                                  -- the system's then
  PRIMARY KEY (tenant_id, item_id, evidence_id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES level_plan_item (tenant_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (tenant_id, evidence_id, unit_id) REFERENCES evidence (tenant_id, id, unit_id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
CREATE INDEX level_plan_item_evidence_by_evidence ON level_plan_item_evidence (tenant_id, evidence_id, unit_id);
