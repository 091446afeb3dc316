-- owner: patch     only src/patch writes these tables
-- why:   an advisory's page names the letters that name it, with who sent them

CREATE INDEX letter_of_advisory ON letter (tenant_id, advisory_id) WHERE advisory_id IS NOT NULL;
