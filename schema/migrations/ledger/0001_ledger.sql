-- owner: store     only src/store writes these tables
-- why:   the fact base: what agents told us, append-only, keyed so that an event
--        is stored once however often it is sent (docs/adr/0003-ledger-first.md)

-- A numbered sequence of events and how far it is acknowledged. `number` stands
-- for the stream's 32 bytes in every event's key.
CREATE TABLE stream (
  number      INTEGER PRIMARY KEY,
  tenant_id   INTEGER NOT NULL CHECK (tenant_id > 0),
  stream      BLOB    NOT NULL CHECK (length(stream) = 32),           -- khien::store::stream_id
  machine_id  INTEGER NOT NULL CHECK (machine_id > 0),
  epoch       INTEGER NOT NULL CHECK (epoch BETWEEN 0 AND 4294967295),
  seq         INTEGER NOT NULL CHECK (seq >= 0),                      -- watermark: covered up to here
  seal        INTEGER NOT NULL,                                       -- over all of the above but `number`
  UNIQUE (tenant_id, stream)
) STRICT;

CREATE TABLE event (
  id             INTEGER PRIMARY KEY,     -- given out by ledger_position, never again
  tenant_id      INTEGER NOT NULL,
  stream_number  INTEGER NOT NULL,
  epoch          INTEGER NOT NULL,
  seq            INTEGER NOT NULL,
  received_at    INTEGER NOT NULL,        -- Unix ms, UTC, the hub's clock
  sha256         BLOB    NOT NULL,        -- of `text`, computed before it was stored
  seal           INTEGER NOT NULL,        -- over all of the above and the stream's row, so that damage shows
  text           BLOB    NOT NULL,        -- the event's bytes as they came
  UNIQUE (tenant_id, stream_number, epoch, seq)
) STRICT;

CREATE TRIGGER event_is_append_only BEFORE UPDATE ON event
BEGIN
  SELECT RAISE(ABORT, 'events are never changed');
END;

-- The id of the next event. A row of its own, so that an id is not given out
-- again after retention took the newest event.
CREATE TABLE ledger_position (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  next_id  INTEGER NOT NULL CHECK (next_id > 0)
) STRICT;
INSERT INTO ledger_position (one, next_id) VALUES (1, 1);

-- Numbers the agent had to drop, and why: what is missing is said to be missing.
CREATE TABLE drop_record (
  tenant_id      INTEGER NOT NULL,
  stream_number  INTEGER NOT NULL,
  epoch          INTEGER NOT NULL,
  seq_lo         INTEGER NOT NULL,
  seq_hi         INTEGER NOT NULL CHECK (seq_hi >= seq_lo),
  priority       INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),   -- khien::Priority
  reason         TEXT    NOT NULL,
  received_at    INTEGER NOT NULL,                                    -- Unix ms, UTC
  PRIMARY KEY (tenant_id, stream_number, epoch, seq_lo)
) STRICT, WITHOUT ROWID;

-- The same number with other bytes: two holders of one key, or a broken agent.
CREATE TABLE equivocation (
  tenant_id       INTEGER NOT NULL,
  stream_number   INTEGER NOT NULL,
  epoch           INTEGER NOT NULL,
  seq             INTEGER NOT NULL,
  offered_sha256  BLOB    NOT NULL,
  stored_sha256   BLOB    NOT NULL,
  first_seen      INTEGER NOT NULL,       -- Unix ms, UTC
  PRIMARY KEY (tenant_id, stream_number, epoch, seq, offered_sha256)
) STRICT, WITHOUT ROWID;
