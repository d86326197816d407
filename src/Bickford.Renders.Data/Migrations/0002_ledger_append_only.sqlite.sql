CREATE TRIGGER ledger_events_no_update BEFORE UPDATE ON ledger_events
BEGIN
    SELECT RAISE(ABORT, 'ledger_events is append-only: events are never changed');
END;

CREATE TRIGGER ledger_events_no_delete BEFORE DELETE ON ledger_events
BEGIN
    SELECT RAISE(ABORT, 'ledger_events is append-only: events are never removed');
END;

-- INSERT OR REPLACE would remove the old event without asking the delete trigger.
CREATE TRIGGER ledger_events_no_replace BEFORE INSERT ON ledger_events
WHEN EXISTS (
    SELECT 1 FROM ledger_events
    WHERE seq = NEW.seq OR event_id = NEW.event_id OR (stream = NEW.stream AND render_seq = NEW.render_seq))
BEGIN
    SELECT RAISE(ABORT, 'ledger_events is append-only: this event is there already');
END;
