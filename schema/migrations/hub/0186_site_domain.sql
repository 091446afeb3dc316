-- owner: estate    only src/estate writes this table
-- why:   a name whose registration lapses is somebody else's the day after, with all that links to it; registries
--        tell no machine when it ends, so whoever pays for the name types it or imports it

ALTER TABLE site ADD COLUMN domain_valid_to INTEGER;                -- last day of the name's registration, days since 1970-01-01
