-- Nothing asks any more what was accepted: what was sent is what budgets go by.
DROP INDEX {schema}renders_accepted;

-- What was spent on the creates of a day or a month. By an expression, so that no planner counts what is in flight by walking through it.
CREATE INDEX renders_spent ON {schema}renders (coalesce(create_started_at, created_at), cost);
