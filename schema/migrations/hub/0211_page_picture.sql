-- owner: site      only src/site writes these tables
-- why:   what a page looked like when it was altered is proof that people who read no
--        source can read. Bytes that came from a browser with a hostile page in it: never
--        decoded here (docs/adr/0038-rendered-views.md)

CREATE TABLE page_picture (
  tenant_id    INTEGER NOT NULL,
  evidence_id  INTEGER NOT NULL,
  taken_at     INTEGER NOT NULL,                                  -- Unix ms, UTC, the hub's clock
  width        INTEGER NOT NULL CHECK (width BETWEEN 1 AND 1280), -- pixels
  height       INTEGER NOT NULL CHECK (height BETWEEN 1 AND 2000),
  sha256       BLOB    NOT NULL CHECK (length(sha256) = 32),      -- of png
  png          BLOB    NOT NULL CHECK (length(png) <= 4194304),
  PRIMARY KEY (tenant_id, evidence_id),
  FOREIGN KEY (tenant_id, evidence_id) REFERENCES page_evidence (tenant_id, id) ON DELETE CASCADE
) STRICT;
