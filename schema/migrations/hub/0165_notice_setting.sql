-- owner: notice    only src/notice writes this table
-- why:   each person says how they are reached, and when it is quiet

CREATE TABLE notice_setting (
  tenant_id   INTEGER NOT NULL,
  account_id  INTEGER NOT NULL,
  language    TEXT    NOT NULL CHECK (language IN ('vi', 'en')),
  mail        TEXT    NOT NULL CHECK (length(mail) <= 254),       -- an address; empty: none
  by_mail     INTEGER NOT NULL CHECK (by_mail IN (0, 1)),
  quiet_from  INTEGER NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),  -- minutes of the day at UTC+7
  quiet_to    INTEGER NOT NULL CHECK (quiet_to BETWEEN 0 AND 1439),    -- the same: no hours are quiet
  changed_at  INTEGER NOT NULL,                                   -- Unix ms, UTC
  PRIMARY KEY (tenant_id, account_id),
  CHECK (by_mail = 0 OR mail <> ''),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
) STRICT, WITHOUT ROWID;
