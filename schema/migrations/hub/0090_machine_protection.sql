-- owner: estate    only src/estate writes these
-- why:   what the national format asks of each machine: protection on or off,
--        firewall on or off, when its content was last updated. Other makers'
--        protection counts. Refilled from the ledger

ALTER TABLE machine ADD COLUMN protection_on INTEGER CHECK (protection_on IN (0, 1));     -- NULL: not said yet
ALTER TABLE machine ADD COLUMN firewall TEXT NOT NULL DEFAULT 'unknown' CHECK (firewall IN ('unknown', 'off', 'on'));
ALTER TABLE machine ADD COLUMN content_updated_at INTEGER;                                -- Unix ms, UTC, the agent's clock

-- The counts of a unit touch no row.
CREATE INDEX machine_protection ON machine
  (tenant_id, unit_id, revoked_at, protection_on, firewall, content_updated_at, sample_at);

CREATE TABLE machine_product (
  tenant_id   INTEGER NOT NULL,
  machine_id  INTEGER NOT NULL,
  product     TEXT    NOT NULL,                                   -- id of its detector
  name        TEXT    NOT NULL,
  is_on       INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  updated_at  INTEGER,                                            -- Unix ms, UTC: of its content, where its files tell
  PRIMARY KEY (tenant_id, machine_id, product),
  FOREIGN KEY (tenant_id, machine_id) REFERENCES machine (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
