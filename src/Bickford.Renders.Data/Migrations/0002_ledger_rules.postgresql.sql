-- The payload is text and not jsonb, because its very bytes are hashed and jsonb keeps no text: it sorts members, drops white space and
-- rewrites numbers. That it is a JSON object is checked all the same, so that payload::json always works in people's queries.
ALTER TABLE renders.ledger_events ADD CONSTRAINT ledger_events_payload_is_json CHECK (json_typeof(payload::json) = 'object');

CREATE FUNCTION renders.ledger_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger_events is append-only: events are never %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ledger_events_no_update BEFORE UPDATE ON renders.ledger_events
    FOR EACH STATEMENT EXECUTE FUNCTION renders.ledger_events_refuse('changed');
CREATE TRIGGER ledger_events_no_delete BEFORE DELETE ON renders.ledger_events
    FOR EACH STATEMENT EXECUTE FUNCTION renders.ledger_events_refuse('removed');
CREATE TRIGGER ledger_events_no_truncate BEFORE TRUNCATE ON renders.ledger_events
    FOR EACH STATEMENT EXECUTE FUNCTION renders.ledger_events_refuse('removed');
-- Also where triggers are switched off for a session (session_replication_role = replica).
ALTER TABLE renders.ledger_events ENABLE ALWAYS TRIGGER ledger_events_no_update;
ALTER TABLE renders.ledger_events ENABLE ALWAYS TRIGGER ledger_events_no_delete;
ALTER TABLE renders.ledger_events ENABLE ALWAYS TRIGGER ledger_events_no_truncate;

-- Transactions take their positions in the ledger before they commit, and may commit in another order: whoever reads on from the newest
-- position he has seen would miss an event that commits late. So every transaction that appends shows, from before its first
-- position until its end, the newest position given before its own, by a shared advisory lock of two numbers: the oid of this
-- table, and that position (its low 31 bits). Shared locks wait for nobody.
CREATE FUNCTION renders.ledger_events_announce() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    me text := pg_current_xact_id()::text;
BEGIN
    -- Once a transaction: rolled back to a savepoint, the lock and this setting go together.
    IF current_setting('renders.appending', true) IS DISTINCT FROM me THEN
        PERFORM pg_advisory_xact_lock_shared(TG_RELID::bigint::bit(32)::int, (renders.ledger_last_position() & 2147483647)::int);
        PERFORM set_config('renders.appending', me, true);
    END IF;
    RETURN NULL;
END $$;

-- The newest position that was given to any transaction, committed or not.
CREATE FUNCTION renders.ledger_last_position() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS
    'SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM renders.ledger_events_seq_seq';

-- The position up to which the ledger is settled: no event will ever appear there any more. Whoever reads events up to it must ask first and
-- take his snapshot afterwards. The newest position is read before the locks are: who shows up later gets later positions.
CREATE FUNCTION renders.ledger_horizon() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    newest bigint := renders.ledger_last_position();
    settled bigint;
BEGIN
    SELECT min(newest - ((newest - objid::bigint) & 2147483647)) INTO settled FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND classid = 'renders.ledger_events'::regclass
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
    RETURN least(newest, settled);
END $$;

CREATE TRIGGER ledger_events_announce BEFORE INSERT ON renders.ledger_events
    FOR EACH STATEMENT EXECUTE FUNCTION renders.ledger_events_announce();
