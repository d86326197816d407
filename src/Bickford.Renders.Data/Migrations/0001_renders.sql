-- A row a render. What a column means is said by the type Render of the core.
CREATE TABLE {schema}renders (
    id                    {uuid}   NOT NULL PRIMARY KEY,
    idempotency_key       text     UNIQUE,
    request_hash          text     NOT NULL,
    prompt                text     NOT NULL,
    model                 text     NOT NULL,
    size                  text,
    seconds               integer,
    input_reference       {json},
    tags                  {json}   NOT NULL,
    priority              integer  NOT NULL,
    again_of              {uuid},
    remix_of              {uuid},
    remix_video_id        text,
    status                text     NOT NULL,
    step                  text     NOT NULL,
    attempt               integer  NOT NULL,
    looks                 integer  NOT NULL,
    progress              integer  NOT NULL,
    due_at                {time},
    lease_owner           text,
    lease_until           {time},
    version               {bigint} NOT NULL,
    cancel_requested      {bool}   NOT NULL,
    create_started_at     {time},
    create_since          {time},
    video_id              text     UNIQUE,
    provider_created_at   {time},
    provider_completed_at {time},
    expires_at            {time},
    deadline_at           {time}   NOT NULL,
    assets                {json}   NOT NULL,
    cost                  {money},
    cause                 text,
    message               text,
    trace_parent          text,
    ledger_seq            {bigint} NOT NULL,
    ledger_hash           text     NOT NULL,
    created_at            {time}   NOT NULL,
    updated_at            {time}   NOT NULL,
    finished_at           {time}
){strict};

-- Overdue rows, longest overdue first; and all open rows by id. The conditions are the very text of the queries, and negative so that no
-- planner answers them from an index on the column alone.
CREATE INDEX renders_due ON {schema}renders (due_at, id) WHERE status NOT IN ('Completed', 'Failed', 'Parked', 'Cancelled');
CREATE INDEX renders_open ON {schema}renders (id) WHERE status NOT IN ('Completed', 'Failed', 'Parked', 'Cancelled');
-- Lists, newest first: version 7 ids sort by time.
CREATE INDEX renders_status ON {schema}renders (status, id);
CREATE INDEX renders_model ON {schema}renders (model, id);
-- Creates whose effect is open: few at any time.
CREATE INDEX renders_open_creates ON {schema}renders (model, create_since, id) WHERE create_since IS NOT NULL AND NOT (video_id IS NOT NULL);

-- The append-only record. Streams sort by their bytes in every database: verification walks along them in that order. How an event
-- is hashed is said by the type LedgerHash of the core.
CREATE TABLE {schema}ledger_events (
    seq         {identity},
    event_id    {uuid}     NOT NULL UNIQUE,
    stream      {ordinal}  NOT NULL,
    render_id   {uuid}     REFERENCES {schema}renders (id),
    render_seq  {bigint}   NOT NULL,
    type        text       NOT NULL,
    occurred_at {time}     NOT NULL,
    payload     text       NOT NULL,
    prev_hash   text       NOT NULL,
    hash        text       NOT NULL,
    UNIQUE (stream, render_seq)
){strict};

CREATE INDEX ledger_events_stream ON {schema}ledger_events (stream, seq);
