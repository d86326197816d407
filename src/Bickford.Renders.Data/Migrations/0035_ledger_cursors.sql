-- How far each named reader of the ledger has come.
CREATE TABLE {schema}ledger_cursors (
    name     {ordinal} NOT NULL PRIMARY KEY,
    position {bigint}  NOT NULL,
    moved_at {time}    NOT NULL
){strict};
