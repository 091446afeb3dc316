-- owner: site      only src/site writes these tables
-- why:   a fifth view, what is there after a page's scripts ran. The set of visitors is
--        a CHECK, which SQLite alters by a new table only (docs/adr/0038-rendered-views.md)

CREATE TABLE page_view_again (
  tenant_id    INTEGER NOT NULL,
  evidence_id  INTEGER NOT NULL,
  visitor      TEXT    NOT NULL CHECK (visitor IN ('desktop', 'desktop-google', 'googlebot', 'mobile-google', 'rendered')),
  final_url    TEXT    NOT NULL,
  steps        TEXT    NOT NULL,                                  -- JSON: [{url, status, how}]
  status       INTEGER NOT NULL CHECK (status BETWEEN 0 AND 999), -- 0: no answer
  headers      TEXT    NOT NULL,                                  -- JSON: [[name, value]]
  limit_name   TEXT    NOT NULL,                                  -- why it is not whole; empty: it is
  fetched_at   INTEGER NOT NULL,                                  -- Unix ms, UTC, the hub's clock
  sha256       BLOB    CHECK (sha256 IS NULL OR length(sha256) = 32),  -- of the body; none: none came
  size         INTEGER NOT NULL CHECK (size >= 0),
  PRIMARY KEY (tenant_id, evidence_id, visitor),
  FOREIGN KEY (tenant_id, evidence_id) REFERENCES page_evidence (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO page_view_again SELECT tenant_id, evidence_id, visitor, final_url, steps, status, headers, limit_name, fetched_at, sha256, size FROM page_view;
DROP TABLE page_view;
ALTER TABLE page_view_again RENAME TO page_view;
CREATE INDEX page_view_by_body ON page_view (tenant_id, sha256) WHERE sha256 IS NOT NULL;

-- What was found was found in the rendered view alone: looks without one mend nothing.
ALTER TABLE page_evidence ADD COLUMN by_script INTEGER NOT NULL DEFAULT 0 CHECK (by_script IN (0, 1));
