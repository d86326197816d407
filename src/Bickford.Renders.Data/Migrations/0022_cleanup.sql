-- What clean-up has done to a render that ended, and what keeps it from it.
ALTER TABLE {schema}renders ADD COLUMN keep {bool} NOT NULL DEFAULT {false};
ALTER TABLE {schema}renders ADD COLUMN provider_copy_deleting_at {time};
ALTER TABLE {schema}renders ADD COLUMN provider_copy_deleted_at {time};
ALTER TABLE {schema}renders ADD COLUMN files_deleting_at {time};
ALTER TABLE {schema}renders ADD COLUMN files_deleted_at {time};

-- What is left to delete, oldest first. The conditions are the very text of the queries.
CREATE INDEX renders_provider_copies ON {schema}renders (finished_at, id)
    WHERE status = 'Completed' AND video_id IS NOT NULL AND provider_copy_deleting_at IS NULL;
CREATE INDEX renders_files ON {schema}renders (status, finished_at, id)
    WHERE finished_at IS NOT NULL AND files_deleting_at IS NULL AND NOT keep AND (assets <> '[]' OR input_reference IS NOT NULL);
-- Deletions on their way: few at any time.
CREATE INDEX renders_deletions_begun ON {schema}renders (finished_at, id)
    WHERE ((provider_copy_deleting_at IS NOT NULL AND provider_copy_deleted_at IS NULL) OR (files_deleting_at IS NOT NULL AND files_deleted_at IS NULL));

-- Upkeep that one process does at a time. Times are microseconds since 1970, by the clock that leases go by.
CREATE TABLE {schema}upkeep_leases (
    work       text     NOT NULL PRIMARY KEY,
    owner      text     NOT NULL,
    held_until {bigint} NOT NULL,
    ended_at   {bigint} NOT NULL
){strict};
