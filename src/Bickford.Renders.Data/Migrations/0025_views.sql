-- What pages ask of the rows. Conditions and expressions are the very text of the queries.

-- Lists by cause, newest first. Few rows have one.
CREATE INDEX renders_cause ON {schema}renders (cause, id) WHERE cause IS NOT NULL;
-- What stopped, with all that its groups are made of.
CREATE INDEX renders_stopped ON {schema}renders (status, cause, finished_at, expires_at, video_id, cost, step, files_deleting_at, provider_copy_deleting_at)
    WHERE cause IS NOT NULL AND finished_at IS NOT NULL;
-- What ended, by outcome and time.
CREATE INDEX renders_ended ON {schema}renders (status, finished_at, id) WHERE finished_at IS NOT NULL;
-- Families.
CREATE INDEX renders_again_of ON {schema}renders (again_of) WHERE again_of IS NOT NULL;
CREATE INDEX renders_remix_of ON {schema}renders (remix_of) WHERE remix_of IS NOT NULL;
-- What the provider accepted, and what is owed for it.
CREATE INDEX renders_accepted ON {schema}renders (coalesce(provider_created_at, create_started_at, created_at), cost) WHERE video_id IS NOT NULL;
