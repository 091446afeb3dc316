-- owner: store     only src/store writes this table
-- why:   what the hub's own crawler saw is a fact like any other. It comes on a stream
--        of its own, one a tenant, that is no machine's: machine 0
--        (docs/adr/0025-sites-are-assets.md)

CREATE TABLE stream_next (
  number      INTEGER PRIMARY KEY,
  tenant_id   INTEGER NOT NULL CHECK (tenant_id > 0),
  stream      BLOB    NOT NULL CHECK (length(stream) = 32),           -- khien::store::stream_id, hub_stream
  machine_id  INTEGER NOT NULL CHECK (machine_id >= 0),               -- 0: the hub's own sensors
  epoch       INTEGER NOT NULL CHECK (epoch BETWEEN 0 AND 4294967295),
  seq         INTEGER NOT NULL CHECK (seq >= 0),                      -- watermark: covered up to here
  seal        INTEGER NOT NULL,                                       -- over all of the above but `number`
  UNIQUE (tenant_id, stream)
) STRICT;
INSERT INTO stream_next (number, tenant_id, stream, machine_id, epoch, seq, seal)
  SELECT number, tenant_id, stream, machine_id, epoch, seq, seal FROM stream;
DROP TABLE stream;
ALTER TABLE stream_next RENAME TO stream;
