-- owner: notice    only src/notice writes these tables
-- why:   what people were told, when they read it and who answered: a receipt that is never
--        taken back (docs/adr/0035-notices.md)

-- No text: a message is its kind, units, number and a link, and the words are made when it is
-- read. Nothing that a sensor saw can stand in it.
CREATE TABLE notice_message (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,             -- never used again
  tenant_id        INTEGER NOT NULL,
  account_id       INTEGER,                                       -- NULL: the webhook
  channel          TEXT    NOT NULL CHECK (channel IN ('in_page', 'mail', 'webhook')),
  kind             TEXT    NOT NULL,                              -- khien::notice::CauseKind
  level            INTEGER NOT NULL CHECK (level BETWEEN 0 AND 4),
  urgent           INTEGER NOT NULL CHECK (urgent IN (0, 1)),
  unit_id          INTEGER NOT NULL,                              -- of the first cause
  units            INTEGER NOT NULL CHECK (units >= 1),
  count            INTEGER NOT NULL CHECK (count >= 1),
  due_at           INTEGER,                                       -- Unix ms, UTC: the soonest
  link_id          INTEGER NOT NULL,                              -- of the thing, by the kind; 0: several
  since            INTEGER NOT NULL,                              -- Unix ms, UTC: from when it was to be told
  told_at          INTEGER NOT NULL,                              -- Unix ms, UTC
  read_at          INTEGER,                                       -- Unix ms, UTC
  acknowledged_at  INTEGER,                                       -- Unix ms, UTC
  UNIQUE (tenant_id, id),
  CHECK ((account_id IS NULL) = (channel = 'webhook')),
  CHECK (acknowledged_at IS NULL OR read_at IS NOT NULL),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
) STRICT;
CREATE INDEX notice_message_of ON notice_message (tenant_id, account_id, id DESC) WHERE channel = 'in_page';
CREATE INDEX notice_message_unread ON notice_message (tenant_id, account_id, urgent) WHERE channel = 'in_page' AND read_at IS NULL;
CREATE INDEX notice_message_waiting ON notice_message (tenant_id, account_id) WHERE channel = 'in_page' AND urgent = 1 AND acknowledged_at IS NULL;
CREATE INDEX notice_message_told ON notice_message (tenant_id, told_at);

CREATE TRIGGER notice_message_says_what_it_said BEFORE UPDATE ON notice_message WHEN
  NEW.id IS NOT OLD.id OR NEW.tenant_id IS NOT OLD.tenant_id OR NEW.account_id IS NOT OLD.account_id OR
  NEW.channel IS NOT OLD.channel OR NEW.kind IS NOT OLD.kind OR NEW.level IS NOT OLD.level OR NEW.urgent IS NOT OLD.urgent OR
  NEW.unit_id IS NOT OLD.unit_id OR NEW.units IS NOT OLD.units OR NEW.count IS NOT OLD.count OR NEW.due_at IS NOT OLD.due_at OR
  NEW.link_id IS NOT OLD.link_id OR NEW.since IS NOT OLD.since OR NEW.told_at IS NOT OLD.told_at OR
  (OLD.read_at IS NOT NULL AND NEW.read_at IS NOT OLD.read_at) OR
  (OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS NOT OLD.acknowledged_at)
BEGIN
  SELECT RAISE(ABORT, 'what somebody was told, read and answered never changes');
END;
-- Kept for 400 days, by the newest message and by no clock.
CREATE TRIGGER notice_message_is_kept BEFORE DELETE ON notice_message
WHEN OLD.told_at > (SELECT max(told_at) FROM notice_message WHERE tenant_id = OLD.tenant_id) - 34560000000
BEGIN
  SELECT RAISE(ABORT, 'what somebody was told is kept for 400 days');
END;

-- Once a cause, a person and a channel.
CREATE TABLE notice_told (
  tenant_id   INTEGER NOT NULL,
  cause_id    INTEGER NOT NULL,
  account_id  INTEGER NOT NULL,                                   -- 0: the webhook
  channel     TEXT    NOT NULL,
  message_id  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, cause_id, account_id, channel),
  FOREIGN KEY (cause_id) REFERENCES notice_cause (id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, message_id) REFERENCES notice_message (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_told_by_message ON notice_told (tenant_id, message_id);
CREATE INDEX notice_told_by_cause ON notice_told (cause_id);
CREATE TRIGGER notice_told_never_changes BEFORE UPDATE ON notice_told
BEGIN
  SELECT RAISE(ABORT, 'who was told of what never changes');
END;
