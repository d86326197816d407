-- How long renders of a kind took, the newest first: when to look at the next is learnt from it.
CREATE INDEX renders_times ON {schema}renders (model, size, seconds, provider_completed_at, id) WHERE provider_completed_at IS NOT NULL AND provider_created_at IS NOT NULL;

-- Renders at Poll in the order of their creates: those around one whose look is due. The condition is negative, so that no planner answers it from an index on the column alone.
CREATE INDEX renders_looks ON {schema}renders (create_started_at, id) WHERE status NOT IN ('Queued', 'Storing', 'Completed', 'Failed', 'Parked', 'Cancelled');
