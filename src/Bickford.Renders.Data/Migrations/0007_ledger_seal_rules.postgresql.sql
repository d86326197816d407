CREATE FUNCTION renders.ledger_seals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger_seals is append-only: seals are never %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ledger_seals_no_update BEFORE UPDATE ON renders.ledger_seals
    FOR EACH STATEMENT EXECUTE FUNCTION renders.ledger_seals_refuse('changed');
CREATE TRIGGER ledger_seals_no_delete BEFORE DELETE ON renders.ledger_seals
    FOR EACH STATEMENT EXECUTE FUNCTION renders.ledger_seals_refuse('removed');
CREATE TRIGGER ledger_seals_no_truncate BEFORE TRUNCATE ON renders.ledger_seals
    FOR EACH STATEMENT EXECUTE FUNCTION renders.ledger_seals_refuse('removed');
-- Also where triggers are switched off for a session (session_replication_role = replica).
ALTER TABLE renders.ledger_seals ENABLE ALWAYS TRIGGER ledger_seals_no_update;
ALTER TABLE renders.ledger_seals ENABLE ALWAYS TRIGGER ledger_seals_no_delete;
ALTER TABLE renders.ledger_seals ENABLE ALWAYS TRIGGER ledger_seals_no_truncate;
