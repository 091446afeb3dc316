-- owner: fleet     only src/fleet writes these tables
-- why:   votes count by the branches below the province's root, so that one stolen
--        account of an office is one vote; and no machine costs the province more
--        than a few recalls (docs/adr/0015-votes-are-not-observations.md)

-- The branches whose machines voted under a content. With fewer than must agree
-- nobody was ever told anything by it.
CREATE TABLE fleet_content_branch (
  tenant_id   INTEGER NOT NULL,
  content_id  INTEGER NOT NULL,
  branch_id   INTEGER NOT NULL,                                  -- a unit directly below the root, or the root
  PRIMARY KEY (tenant_id, content_id, branch_id)
) STRICT, WITHOUT ROWID;

-- Who had a recall made, for a day or two.
CREATE TABLE fleet_recall_cause (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  recall_id   INTEGER NOT NULL,
  at          INTEGER NOT NULL,                                  -- Unix ms, UTC, the hub's clock
  PRIMARY KEY (tenant_id, machine_id, recall_id)
) STRICT, WITHOUT ROWID;

-- How many branches, the accuser aside, agreed that it is clean; 0 too if they were
-- too few to have anybody told. With `recalled` 1 and more than 0 it was recalled.
ALTER TABLE fleet_contested ADD COLUMN agreed INTEGER NOT NULL DEFAULT 0 CHECK (agreed >= 0);
-- 1: those who voted so were named to the road.
ALTER TABLE fleet_contested ADD COLUMN named INTEGER NOT NULL DEFAULT 0 CHECK (named IN (0, 1));

DROP INDEX fleet_contested_owed;
CREATE INDEX fleet_contested_owed ON fleet_contested (tenant_id, machine_id) WHERE recalled = 0;
CREATE INDEX fleet_contested_named ON fleet_contested (tenant_id, machine_id, at) WHERE named = 1;

-- Voters were kept with their units: what they agreed on is recalled, once.
INSERT INTO fleet_recall (tenant_id, at, kind, what, reason)
  SELECT tenant_id, max(last_seen), 'content', 'all', 'votes count by branches' FROM fleet_content GROUP BY tenant_id;
UPDATE fleet_content SET recalled = 1;
UPDATE fleet_contested SET recalled = 1, agreed = 1;
