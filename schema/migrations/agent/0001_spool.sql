-- owner: agent     only src/agent writes these tables
-- why:   what a sensor saw outlives a hub that cannot be reached, a restart and
--        a power cut; what had to be dropped leaves a record, never a gap

-- Events wait here until the hub has acknowledged them. A position is never
-- used twice; the number on the wire is position - stream.base.
CREATE TABLE event (
  position  INTEGER PRIMARY KEY CHECK (position > 0),
  priority  INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),     -- khien::Priority
  cost      INTEGER NOT NULL CHECK (cost > 0),                     -- bytes it takes of the spool's limit
  kind      TEXT    NOT NULL,                                      -- "file_seen"
  text      TEXT    NOT NULL                                       -- one line of JSON
) STRICT;

-- Finds the oldest of the least important, and sums what waits at start.
CREATE INDEX event_by_priority ON event (priority, position, cost);

-- Positions that were dropped: no two overlap, and none is an event's.
CREATE TABLE dropped (
  position_lo  INTEGER PRIMARY KEY CHECK (position_lo > 0),
  position_hi  INTEGER NOT NULL CHECK (position_hi >= position_lo),
  priority     INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
  reason       TEXT    NOT NULL
) STRICT;

-- The one stream. Every position in (acknowledged, newest] is an event or dropped.
CREATE TABLE stream (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  epoch         INTEGER NOT NULL CHECK (epoch > 0),
  base          INTEGER NOT NULL CHECK (base >= 0),
  acknowledged  INTEGER NOT NULL CHECK (acknowledged >= base)      -- a position
) STRICT;
