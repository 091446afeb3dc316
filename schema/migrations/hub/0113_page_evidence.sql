-- owner: site      only src/site writes these tables
-- why:   what visitors got for a page that was altered is the proof of it, and what
--        new rules are tried on. Each body is kept once, compressed, by its hash
--        (docs/adr/0025-sites-are-assets.md)

CREATE TABLE page_body (
  tenant_id  INTEGER NOT NULL,
  sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),        -- of the bytes as they came
  size       INTEGER NOT NULL CHECK (size >= 0),                  -- of the same
  packed     BLOB    NOT NULL,                                    -- zstd
  PRIMARY KEY (tenant_id, sha256)
) STRICT;

-- One page at one time, all its views.
CREATE TABLE page_evidence (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,                   -- never used again
  tenant_id  INTEGER NOT NULL,
  site_id    INTEGER NOT NULL,
  url        TEXT    NOT NULL,
  class      TEXT    NOT NULL,                                    -- khien::PageClass, when it was taken
  taken_at   INTEGER NOT NULL,                                    -- Unix ms, UTC, the hub's clock
  bytes      INTEGER NOT NULL CHECK (bytes >= 0),                 -- of its bodies as they are kept
  digest     BLOB    NOT NULL CHECK (length(digest) = 32),        -- of its views: the same again is kept once
  pinned     INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)), -- the first proof of a case: outlives the others
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX page_evidence_by_site ON page_evidence (tenant_id, site_id, taken_at, id);
CREATE INDEX page_evidence_by_page ON page_evidence (tenant_id, site_id, url, id DESC);

CREATE TABLE page_view (
  tenant_id    INTEGER NOT NULL,
  evidence_id  INTEGER NOT NULL,
  visitor      TEXT    NOT NULL CHECK (visitor IN ('desktop', 'desktop-google', 'googlebot', 'mobile-google')),
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
CREATE INDEX page_view_by_body ON page_view (tenant_id, sha256) WHERE sha256 IS NOT NULL;
