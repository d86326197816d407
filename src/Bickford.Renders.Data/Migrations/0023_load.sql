-- Whoever is refused a slot asks again by himself: there is no line to stand in.
ALTER TABLE {schema}provider_gate DROP COLUMN next_turn;

-- The condition is negative, so that no planner counts the renders in flight by walking through all that are queued.
DROP INDEX {schema}renders_in_flight;
CREATE INDEX renders_in_flight ON {schema}renders (id)
    WHERE create_started_at IS NOT NULL AND status NOT IN ('Storing', 'Completed', 'Failed', 'Parked', 'Cancelled');
