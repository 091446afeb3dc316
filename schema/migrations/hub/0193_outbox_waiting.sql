-- owner: exchange  only src/exchange writes this table
-- why:   how many wait for one target is asked whenever one more is queued: what is behind a
--        server that does not answer for days stays bounded

CREATE INDEX outbox_item_waiting ON outbox_item (tenant_id, target, id) WHERE state = 'waiting';
