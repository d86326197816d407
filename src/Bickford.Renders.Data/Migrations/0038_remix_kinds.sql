-- Whether a render is a remix, an edit or an extension of its source.
ALTER TABLE {schema}renders ADD COLUMN remix_kind text NOT NULL DEFAULT 'Remix';
