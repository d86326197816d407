-- The same in PL/pgSQL, which keeps the plan of its query: a function in SQL that cannot be inlined is parsed and planned anew for each transaction that appends.
CREATE OR REPLACE FUNCTION renders.ledger_last_position() RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM renders.ledger_events_seq_seq);
END $$;
