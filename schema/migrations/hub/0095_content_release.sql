-- owner: rollout   only src/rollout writes these tables
-- why:   content that other people signed goes to machines ring by ring, and back
--        from all of them when it does harm (docs/adr/0020-content-in-rings.md)

CREATE TABLE content_release (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  sha256       BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32),   -- of the payload; its file is <hex>.release
  version      INTEGER NOT NULL UNIQUE CHECK (version > 0),           -- of the line "scan"
  envelope     TEXT    NOT NULL CHECK (length(envelope) <= 8192),
  size         INTEGER NOT NULL CHECK (size >= 0),                    -- bytes
  standing     TEXT    NOT NULL CHECK (standing IN ('rolling', 'paused', 'halted', 'rolled_back', 'done')),
  ring         INTEGER NOT NULL CHECK (ring BETWEEN 0 AND 4),         -- khien::rollout::Ring
  baked_ms     INTEGER NOT NULL DEFAULT 0 CHECK (baked_ms >= 0),      -- in that ring, seen by the hub
  emergency    INTEGER NOT NULL CHECK (emergency IN (0, 1)),
  why          TEXT    NOT NULL DEFAULT '',                           -- it stands so: a sign, or a person's words
  gate_note    TEXT    NOT NULL,                                      -- what the hub measured before
  imported_at  INTEGER NOT NULL,                                      -- Unix ms, UTC
  changed_at   INTEGER NOT NULL                                       -- Unix ms, UTC: standing or ring
) STRICT;

-- Which ring each machine has for this release; drawn when it is imported. A
-- machine that came later is in the rest.
CREATE TABLE content_member (
  release_id  INTEGER NOT NULL REFERENCES content_release (id) ON DELETE CASCADE,
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  ring        INTEGER NOT NULL CHECK (ring BETWEEN 0 AND 4),
  PRIMARY KEY (release_id, tenant_id, machine_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX content_member_by_ring ON content_member (release_id, ring);
