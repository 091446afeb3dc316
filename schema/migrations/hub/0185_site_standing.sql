-- owner: estate    only src/estate writes this table
-- why:   how many sites carry content that somebody put there is a figure of the law. It is measured where duties
--        are, which is below where sites are watched; that none does is known only of sites that were looked at of late

ALTER TABLE site ADD COLUMN altered INTEGER NOT NULL DEFAULT 0 CHECK (altered IN (0, 1));   -- and not seen to be mended
ALTER TABLE site ADD COLUMN seen_until INTEGER NOT NULL DEFAULT 0;                          -- Unix ms, UTC: until then the last look counts

UPDATE site SET
  altered = EXISTS (SELECT 1 FROM site_case c WHERE c.tenant_id = site.tenant_id AND c.site_id = site.id
    AND c.state IN ('open', 'cause_wanted', 'rescanning')),
  seen_until = coalesce((SELECT w.due_at + 86400000 FROM site_watch w WHERE w.tenant_id = site.tenant_id AND w.site_id = site.id
    AND w.finished_at IS NOT NULL), 0);
