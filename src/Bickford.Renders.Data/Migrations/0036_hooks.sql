-- How far each outbound hook has come, and how often the event after that was tried.
CREATE TABLE {schema}hooks (
    name       {ordinal} NOT NULL PRIMARY KEY,
    position   {bigint}  NOT NULL,
    attempt    integer   NOT NULL,
    due_at     {time},
    problem    text,
    updated_at {time}    NOT NULL
){strict};

-- What hooks gave up on. The events themselves are on the ledger.
CREATE TABLE {schema}hook_dead_letters (
    hook          {ordinal} NOT NULL,
    event_id      {uuid}    NOT NULL,
    seq           {bigint}  NOT NULL,
    type          text      NOT NULL,
    attempts      integer   NOT NULL,
    problem       text      NOT NULL,
    since         {time}    NOT NULL,
    last_tried_at {time}    NOT NULL,
    PRIMARY KEY (hook, event_id)
){strict};

CREATE INDEX hook_dead_letters_seq ON {schema}hook_dead_letters (seq, hook);
CREATE INDEX hook_dead_letters_event ON {schema}hook_dead_letters (event_id);
