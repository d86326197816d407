CREATE TRIGGER ledger_seals_no_update BEFORE UPDATE ON ledger_seals
BEGIN
    SELECT RAISE(ABORT, 'ledger_seals is append-only: seals are never changed');
END;

CREATE TRIGGER ledger_seals_no_delete BEFORE DELETE ON ledger_seals
BEGIN
    SELECT RAISE(ABORT, 'ledger_seals is append-only: seals are never removed');
END;

-- INSERT OR REPLACE would remove the old seal without asking the delete trigger.
CREATE TRIGGER ledger_seals_no_replace BEFORE INSERT ON ledger_seals
WHEN EXISTS (SELECT 1 FROM ledger_seals WHERE number = NEW.number OR last_seq = NEW.last_seq)
BEGIN
    SELECT RAISE(ABORT, 'ledger_seals is append-only: this seal is there already');
END;
