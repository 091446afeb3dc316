-- owner: flow      only src/flow writes this table
-- why:   the third condition of the trust label is asked of every site of a unit at once
--        (docs/adr/0025-sites-are-assets.md)

-- Encrypted all the way by a certificate that a browser trusts, at the newest look that was answered; null: not known.
ALTER TABLE site_fact ADD COLUMN encrypted INTEGER CHECK (encrypted IN (0, 1));
