-- owner: flow      only src/flow writes this table
-- why:   how far the ledger is applied, moved in the transaction that holds what
--        was applied, so that a crash between the two cannot be

CREATE TABLE flow_position (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  observation_id  INTEGER NOT NULL CHECK (observation_id >= 0)    -- newest one applied; 0: none
) STRICT;
INSERT INTO flow_position (id, observation_id) VALUES (1, 0);
