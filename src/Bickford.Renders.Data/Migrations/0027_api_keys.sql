-- Keys by which programs come in. Only the SHA-256 of each is here, and rows stay when their key is revoked: the ledger names them.
CREATE TABLE {schema}api_keys (
    id           {ordinal} NOT NULL PRIMARY KEY,
    name         {ordinal} NOT NULL,
    role         text      NOT NULL,
    sha256       text      NOT NULL,
    created_at   {time}    NOT NULL,
    expires_at   {time},
    revoked_at   {time},
    last_used_at {time}
){strict};

-- A name stands for one key at a time.
CREATE UNIQUE INDEX api_keys_name ON {schema}api_keys (name) WHERE revoked_at IS NULL;

-- What all workers seal cookies and forms with; each is encrypted under a secret of the settings.
CREATE TABLE {schema}page_keys (
    name       {ordinal} NOT NULL PRIMARY KEY,
    content    text      NOT NULL,
    created_at {time}    NOT NULL
){strict};
