-- owner: duty      only src/duty writes this table
-- why:   a figure of today says nothing about last month: what was read each day
--        is kept, so that the past is answered by readings or "cannot be known"

-- One row for as many days on end as the reading stayed the same.
CREATE TABLE metric_reading (
  tenant_id    INTEGER NOT NULL,
  metric       TEXT    NOT NULL CHECK (length(metric) BETWEEN 1 AND 60),
  coverage     TEXT    NOT NULL CHECK (coverage IN ('unit', 'tenant')),  -- what was measured for this unit
  unit_id      INTEGER NOT NULL,
  from_day     INTEGER NOT NULL,                                  -- days since 1970-01-01
  through_day  INTEGER NOT NULL CHECK (through_day >= from_day),
  part         REAL    NOT NULL,                                  -- of a ratio; else the value
  whole        REAL    CHECK (whole > 0),                         -- of a ratio; none: no ratio
  exempt       INTEGER NOT NULL DEFAULT 0 CHECK (exempt IN (0, 1)),
  PRIMARY KEY (tenant_id, metric, coverage, unit_id, from_day),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX metric_reading_by_unit ON metric_reading (tenant_id, unit_id);
