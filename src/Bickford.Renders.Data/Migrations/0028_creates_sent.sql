-- How many creates were sent without a clear answer since a person last looked at the render.
ALTER TABLE {schema}renders ADD COLUMN creates_sent integer NOT NULL DEFAULT 0;
