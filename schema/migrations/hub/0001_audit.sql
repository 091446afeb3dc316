-- owner: store     only src/store writes these tables
-- why:   who did what, as leaves of one RFC 6962 tree a tenant, so that nobody
--        can change or remove an entry unnoticed

-- `leaf` is the whole truth: the JSON that was hashed. Who and what are read out
-- of it, so that no column can say something else.
CREATE TABLE audit_entry (
  tenant_id   INTEGER NOT NULL CHECK (tenant_id > 0),
  leaf_index  INTEGER NOT NULL CHECK (leaf_index >= 0),
  leaf        TEXT    NOT NULL,
  leaf_hash   BLOB    NOT NULL CHECK (length(leaf_hash) = 32),        -- SHA-256(0x00 ‖ leaf)
  PRIMARY KEY (tenant_id, leaf_index)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_entry_is_never_changed BEFORE UPDATE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'audit entries are never changed');
END;
CREATE TRIGGER audit_entry_is_never_removed BEFORE DELETE ON audit_entry
BEGIN
  SELECT RAISE(ABORT, 'audit entries are never removed');
END;

-- The tree's right edge: roots of its perfect subtrees, largest first. With it
-- an append and the root cost O(log n).
CREATE TABLE audit_tree (
  tenant_id  INTEGER PRIMARY KEY CHECK (tenant_id > 0),
  size       INTEGER NOT NULL CHECK (size >= 0),
  edge       BLOB    NOT NULL CHECK (length(edge) % 32 = 0)
) STRICT;

-- Signed notes (C2SP tlog-checkpoint), kept to be compared with.
CREATE TABLE audit_checkpoint (
  tenant_id  INTEGER NOT NULL CHECK (tenant_id > 0),
  size       INTEGER NOT NULL CHECK (size >= 0),
  note       TEXT    NOT NULL,
  at         INTEGER NOT NULL,                                        -- Unix ms, UTC
  PRIMARY KEY (tenant_id, size)
) STRICT, WITHOUT ROWID;
