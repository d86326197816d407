-- What all workers share about the provider. Times are microseconds since 1970, by the clock that leases go by.
CREATE TABLE {schema}provider_gate (
    provider     text     NOT NULL PRIMARY KEY,
    next_slot    {bigint} NOT NULL,
    next_turn    {bigint} NOT NULL,
    paused_until {bigint} NOT NULL
){strict};

INSERT INTO {schema}provider_gate (provider, next_slot, next_turn, paused_until) VALUES ('default', 0, 0, 0);

-- Creates that wait until fewer renders are in flight, and the renders that are: the conditions are the very text of the queries.
ALTER TABLE {schema}renders ADD COLUMN waits_for_room_since {time};
CREATE INDEX renders_waiting_for_room ON {schema}renders (priority DESC, id) WHERE waits_for_room_since IS NOT NULL;
CREATE INDEX renders_in_flight ON {schema}renders (id) WHERE create_started_at IS NOT NULL AND status IN ('Queued', 'Rendering');
