-- owner: rollout   only src/rollout writes these tables
-- why:   who may sign content: the pinned root and those that followed it, for
--        agents that know an older one

CREATE TABLE content_root (
  version  INTEGER PRIMARY KEY CHECK (version > 0),
  signed   TEXT    NOT NULL CHECK (length(signed) <= 40960)            -- a signed file of type root
) STRICT;

-- khien::Trust as JSON: the root in force and the versions taken.
CREATE TABLE content_trust (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  trust  TEXT    NOT NULL
) STRICT;
