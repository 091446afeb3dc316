-- owner: estate    only src/estate writes these tables
-- why:   that no address is listed is a figure only where somebody looked; read where duties are
--        measured, which is below where lists are judged

-- Addresses of a unit's own on lists, counted by who follows them, read where duties are measured.
CREATE TABLE unit_botnet (
  tenant_id  INTEGER NOT NULL,
  unit_id    INTEGER NOT NULL,
  open       INTEGER NOT NULL CHECK (open >= 0),
  PRIMARY KEY (tenant_id, unit_id),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
-- The newest look-up: without one of late "none is listed" is no knowledge.
CREATE TABLE tenant_botnet (
  tenant_id     INTEGER PRIMARY KEY REFERENCES tenant (id),
  looked_up_at  INTEGER NOT NULL,                                 -- Unix ms, UTC
  regular_days  INTEGER NOT NULL CHECK (regular_days BETWEEN 1 AND 365)
) STRICT;
