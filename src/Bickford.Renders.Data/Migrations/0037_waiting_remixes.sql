-- Remixes that wait until their source has been rendered: few at any time.
ALTER TABLE {schema}renders ADD COLUMN waits_for_source_since {time};
CREATE INDEX renders_waiting_for_source ON {schema}renders (remix_of, id) WHERE waits_for_source_since IS NOT NULL;
