-- owner: estate    only src/estate writes this column
-- why:   a made-up province must never be taken for a real one: the mark stands on
--        every page, and nothing takes it away

ALTER TABLE tenant ADD COLUMN sample INTEGER NOT NULL DEFAULT 0 CHECK (sample IN (0, 1));
