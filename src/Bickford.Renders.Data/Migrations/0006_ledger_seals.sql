-- Seals over blocks of events, each chained to the one before. How a seal is computed is said by the type LedgerSeal of the core.
CREATE TABLE {schema}ledger_seals (
    number    {bigint} NOT NULL PRIMARY KEY,
    prev_hash text     NOT NULL,
    first_seq {bigint} NOT NULL,
    last_seq  {bigint} NOT NULL UNIQUE,
    events    {bigint} NOT NULL,
    root      text     NOT NULL,
    sealed_at {time}   NOT NULL,
    hash      text     NOT NULL
){strict};
