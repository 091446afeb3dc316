-- owner: roster    only src/roster writes these tables
-- why:   what the next one on duty was told: one note a shift, and nothing of it is ever
--        changed or taken back

CREATE TABLE duty_handover (
  tenant_id  INTEGER NOT NULL,
  shift_id   INTEGER NOT NULL,
  at         INTEGER NOT NULL,                                         -- Unix ms, UTC
  user_id    INTEGER NOT NULL,                                         -- a user; users are never removed
  words      TEXT    NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),
  PRIMARY KEY (tenant_id, shift_id),
  FOREIGN KEY (tenant_id, shift_id) REFERENCES duty_shift (tenant_id, id) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID;
CREATE TRIGGER duty_handover_is_never_changed BEFORE UPDATE ON duty_handover
BEGIN
  SELECT RAISE(ABORT, 'a hand-over note does not change');
END;
CREATE TRIGGER duty_handover_is_never_removed BEFORE DELETE ON duty_handover
BEGIN
  SELECT RAISE(ABORT, 'a hand-over note is kept');
END;
