-- What processes with workers to spare ask for each second; the condition is the very text of the query, and negative, so that no planner answers it from an index on the column alone.
CREATE INDEX renders_begun_due ON {schema}renders (step, due_at, id) WHERE status NOT IN ('Queued', 'Completed', 'Failed', 'Parked', 'Cancelled');
