-- The order in which creates that are due are taken; the condition is the very text of the query.
CREATE INDEX renders_creates_due ON {schema}renders (priority DESC, turn, id)
    WHERE due_at IS NOT NULL AND waits_for_room_since IS NULL AND status NOT IN ('Rendering', 'Storing', 'Completed', 'Failed', 'Parked', 'Cancelled');
