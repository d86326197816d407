-- Whose turn it is among the creates of one priority. Renders of one share (the first tag) go one after the other, and shares take turns. What waits already goes first.
ALTER TABLE {schema}renders ADD COLUMN share text NOT NULL DEFAULT '';
ALTER TABLE {schema}renders ADD COLUMN turn {bigint} NOT NULL DEFAULT 0;

-- The order of those that wait for room; the conditions are the very text of the queries.
DROP INDEX {schema}renders_waiting_for_room;
CREATE INDEX renders_waiting_for_room ON {schema}renders (priority DESC, turn, id) WHERE waits_for_room_since IS NOT NULL;

-- What a new turn is made from: the first one that waits, the last one that has begun, and the last one of the share.
CREATE INDEX renders_to_begin ON {schema}renders (priority, turn)
    WHERE create_started_at IS NULL AND status NOT IN ('Rendering', 'Storing', 'Completed', 'Failed', 'Parked', 'Cancelled');
DROP INDEX {schema}renders_in_flight;
CREATE INDEX renders_in_flight ON {schema}renders (priority, turn, id)
    WHERE create_started_at IS NOT NULL AND status NOT IN ('Storing', 'Completed', 'Failed', 'Parked', 'Cancelled');
-- Its condition says more than it must, so that nobody counts what is in flight by walking through all that wait.
CREATE INDEX renders_shares ON {schema}renders (priority, share, turn)
    WHERE turn >= 0 AND status NOT IN ('Storing', 'Completed', 'Failed', 'Parked', 'Cancelled');
