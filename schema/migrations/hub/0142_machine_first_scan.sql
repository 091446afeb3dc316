-- owner: estate   only src/estate writes these tables
-- why:   a report on a period that is over asks whether a machine's state was known by its end:
--        the last whole scan alone would let machines into the past with every new scan

ALTER TABLE machine ADD COLUMN first_complete_scan_at INTEGER;       -- Unix ms, UTC
-- Of the time before nothing earlier is kept.
UPDATE machine SET first_complete_scan_at = last_complete_scan_at;
