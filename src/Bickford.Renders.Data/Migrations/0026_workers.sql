-- Which workers are alive. Times but the start are microseconds since 1970, by the clock that leases go by; the start is by the worker's own.
CREATE TABLE {schema}workers (
    id                {uuid}   NOT NULL PRIMARY KEY,
    host              text     NOT NULL,
    process_id        integer  NOT NULL,
    version           text     NOT NULL,
    engine            text     NOT NULL,
    started_at        {time}   NOT NULL,
    staging_bytes     {bigint} NOT NULL,
    staging_max_bytes {bigint} NOT NULL,
    seen_at           {bigint} NOT NULL
){strict};

-- What all workers sent to the provider, by hours since 1970.
CREATE TABLE {schema}provider_traffic (
    hour      {bigint} NOT NULL PRIMARY KEY,
    calls     {bigint} NOT NULL,
    throttled {bigint} NOT NULL,
    failed    {bigint} NOT NULL
){strict};
