-- Which runs of steps the engine Hangfire has been asked for, so that it is not asked twice: it has no unique keys of its own.
CREATE TABLE renders.hangfire_jobs (
    -- Render, step and version: what makes two runs the same.
    name       text        NOT NULL PRIMARY KEY,
    render_id  uuid        NOT NULL,
    due_at     timestamptz NOT NULL,
    -- Hangfire's id of the job; null until it has been made.
    job_id     text,
    asked_at   timestamptz NOT NULL DEFAULT now(),
    checked_at timestamptz,
    started_at timestamptz
);
CREATE INDEX hangfire_jobs_render ON renders.hangfire_jobs (render_id, asked_at);

ALTER TABLE renders.hangfire_jobs SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500);
