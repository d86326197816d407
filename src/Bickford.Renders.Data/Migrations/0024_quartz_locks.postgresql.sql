-- The rows that Quartz's schedulers lock. It makes those that are missing when it first wants them, in whatever order: ten workers that start at once on an empty database
-- would run into each other.
INSERT INTO renders.qrtz_locks (sched_name, lock_name)
SELECT scheduler, name
FROM unnest(ARRAY['renders-creates', 'renders-api', 'renders-transfers']) AS scheduler, unnest(ARRAY['TRIGGER_ACCESS', 'STATE_ACCESS']) AS name
ON CONFLICT DO NOTHING;
