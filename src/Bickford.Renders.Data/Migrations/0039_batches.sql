-- Renders that were handed in together under a name.
ALTER TABLE {schema}renders ADD COLUMN batch text;
CREATE INDEX renders_batch ON {schema}renders (batch, id) WHERE batch IS NOT NULL;
