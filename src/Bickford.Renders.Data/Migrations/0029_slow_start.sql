-- After a pause, requests are farther apart for so long. What stands here is the slot that was given last: how far the next one is from it depends on the pause.
ALTER TABLE {schema}provider_gate RENAME COLUMN next_slot TO last_slot;
ALTER TABLE {schema}provider_gate ADD COLUMN slow_for {bigint} NOT NULL DEFAULT 0;
