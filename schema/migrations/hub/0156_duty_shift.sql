-- owner: roster    only src/roster writes these tables
-- why:   who is on duty when. A shift that has begun is what happened: it does not change
--        and does not go, by whoever asks; one taken away before stays, and who took it

CREATE TABLE duty_shift (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,                       -- never used again
  tenant_id   INTEGER NOT NULL,
  unit_id     INTEGER NOT NULL,
  part        TEXT    NOT NULL CHECK (part IN ('main', 'deputy')),
  from_at     INTEGER NOT NULL,                                        -- Unix ms, UTC
  to_at       INTEGER NOT NULL,                                        -- Unix ms, UTC; not in it any more
  person      TEXT    NOT NULL CHECK (length(person) BETWEEN 1 AND 100),
  person_key  TEXT    NOT NULL,                                        -- equal: one person
  phone       TEXT    NOT NULL CHECK (length(phone) <= 40),
  user_id     INTEGER,                                                 -- who signs in as that person
  made_by     INTEGER NOT NULL,                                        -- a user; users are never removed
  made_at     INTEGER NOT NULL,                                        -- Unix ms, UTC
  changed_by  INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL,                                        -- Unix ms, UTC; of the last word on it
  removed     INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, id, unit_id),
  CHECK (from_at < to_at),
  CHECK (to_at - from_at <= 2678400000),                               -- 31 days
  -- Nobody is put on duty for a time that is over: within the present minute at the earliest.
  CHECK (from_at > changed_at - 60000 OR removed = 1),
  FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id) ON DELETE RESTRICT
) STRICT;
-- Coverage of a province is read from it alone.
CREATE INDEX duty_shift_by_unit ON duty_shift (tenant_id, unit_id, removed, from_at, to_at, part, id);

CREATE TRIGGER duty_shift_that_began_stays BEFORE UPDATE ON duty_shift
WHEN OLD.from_at <= NEW.changed_at OR OLD.removed = 1 OR NEW.changed_at < OLD.changed_at
BEGIN
  SELECT RAISE(ABORT, 'a shift that has begun does not change');
END;
CREATE TRIGGER duty_shift_keeps_its_place BEFORE UPDATE ON duty_shift
WHEN NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.unit_id IS NOT OLD.unit_id OR
  NEW.made_by IS NOT OLD.made_by OR NEW.made_at IS NOT OLD.made_at
BEGIN
  SELECT RAISE(ABORT, 'a shift stays with its unit');
END;
CREATE TRIGGER duty_shift_is_never_removed BEFORE DELETE ON duty_shift
BEGIN
  SELECT RAISE(ABORT, 'shifts are kept');
END;
