-- Which clocks there are: from the files to one row per cycle of a metric on a ticket.
-- No two events of a ticket share an instant in this export, so that the instant alone orders them.
CREATE TABLE exported AS
SELECT ticket_id, epoch(created_at)::BIGINT AS created, account, department, priority, status, channel, subject
FROM read_csv(getvariable('tickets'), types = {'created_at': 'TIMESTAMP'});
CREATE VIEW tickets AS SELECT rowid AS ticket, * FROM exported;

CREATE TABLE events AS
SELECT t.ticket, epoch(e."at")::BIGINT AS happened, e.event, e.actor, e.public, e.field, e.old, e.new
FROM read_csv(getvariable('events'),
  types = {'at': 'TIMESTAMP', 'public': 'BOOLEAN', 'old': 'VARCHAR', 'new': 'VARCHAR'}) e
JOIN tickets t USING (ticket_id);

SET VARIABLE as_of = greatest((SELECT max(happened) FROM events), (SELECT max(created) FROM tickets));

-- The state over time. As created: what the first change says it was before; without any change as exported, but never
-- solved.
CREATE TABLE states AS
WITH told AS (
  SELECT ticket, created AS since, NULL AS old, NULL AS new,
    CASE WHEN is_done(status) THEN 'new' ELSE status END AS exported
  FROM tickets
  UNION ALL
  SELECT ticket, happened, old, new, NULL FROM events WHERE event = 'change' AND field = 'status'),
known AS (
  SELECT ticket, since, coalesce(new, lead(old) OVER w, exported) AS state FROM told
  WINDOW w AS (PARTITION BY ticket ORDER BY since)),
changed AS (
  SELECT *, lag(state) OVER w AS before FROM known
  WINDOW w AS (PARTITION BY ticket ORDER BY since)
  QUALIFY state IS DISTINCT FROM before)
SELECT *, coalesce(lead(since) OVER w, never()) AS until FROM changed
WINDOW w AS (PARTITION BY ticket ORDER BY since);

-- Department and priority over time, likewise.
CREATE TABLE holders AS
WITH was AS (
  SELECT ticket, arg_min(old, happened) FILTER (field = 'department') AS department,
    arg_min(old, happened) FILTER (field = 'priority') AS priority
  FROM events WHERE event = 'change' AND field IN ('department', 'priority') GROUP BY ticket),
told AS (
  SELECT ticket, created AS since, coalesce(was.department, t.department) AS department,
    coalesce(was.priority, t.priority) AS priority
  FROM tickets t LEFT JOIN was USING (ticket)
  UNION ALL
  SELECT ticket, happened, CASE field WHEN 'department' THEN new END, CASE field WHEN 'priority' THEN new END
  FROM events WHERE event = 'change' AND field IN ('department', 'priority'))
SELECT ticket, since, coalesce(lead(since) OVER w, never()) AS until,
  last_value(department IGNORE NULLS) OVER w AS department, last_value(priority IGNORE NULLS) OVER w AS priority
FROM told WINDOW w AS (PARTITION BY ticket ORDER BY since);

-- One row per cycle; `ended` is never() while it runs, `is_solved` tells whether a solve ended it or its own event.
CREATE TABLE cycles(
  metric metric_name, ticket BIGINT, cycle BIGINT, started BIGINT, ended BIGINT, is_solved BOOLEAN);

-- From creation to the last solve: a reopening resumes it.
INSERT INTO cycles
WITH lives AS (
  SELECT ticket, min(since) AS started, max(until) AS ended FROM states WHERE NOT is_done(state) GROUP BY ticket)
SELECT metric, ticket, 1, started, ended, true
FROM lives CROSS JOIN (VALUES ('requester_wait'), ('agent_work'), ('work_logged'), ('resolution')) m(metric);

-- From creation to the first solve.
INSERT INTO cycles
SELECT 'first_resolution', ticket, 1, min(since), coalesce(min(since) FILTER (is_done(state)), never()), true
FROM states GROUP BY ticket;

-- From creation to the first reply, or agent; a solve ends it too, and a reopening resumes what was not stopped yet.
INSERT INTO cycles
WITH stops AS (
  SELECT 'first_reply' AS metric, ticket, min(happened) AS stopped FROM events
  WHERE event = 'message' AND actor = 'agent' AND public GROUP BY ticket
  UNION ALL
  SELECT 'first_assign', ticket, min(happened) FROM events
  WHERE event = 'change' AND field = 'agent' AND old IS NULL AND new IS NOT NULL GROUP BY ticket),
spans AS (
  SELECT m.metric, s.ticket, s.since, s.until, coalesce(stopped, never()) AS stopped
  FROM states s CROSS JOIN (VALUES ('first_reply'), ('first_assign')) m(metric) LEFT JOIN stops USING (metric, ticket)
  WHERE NOT is_done(state))
SELECT metric, ticket, 1, min(since), least(max(until), any_value(stopped)), max(until) < any_value(stopped)
FROM spans WHERE since < stopped GROUP BY metric, ticket;

-- Clocks of many cycles. A mark is an event that `starts` the clock, or ends it, or both: then it `stops` a cycle by
-- itself and begins the next. A start while the clock runs is ignored.
INSERT INTO cycles
WITH replies AS (SELECT ticket, happened FROM events WHERE event = 'message' AND actor = 'agent' AND public),
first_replies AS (SELECT ticket, min(happened) AS happened FROM replies GROUP BY ticket),
solves AS (SELECT ticket, since AS happened FROM states WHERE is_done(state) AND NOT is_done(before)),
owners AS (
  SELECT ticket, since, department, lag(department) OVER (PARTITION BY ticket ORDER BY since) AS before FROM holders
  QUALIFY department IS DISTINCT FROM before),
marks(metric, ticket, happened, starts, stops) AS (
  SELECT 'next_reply', m.ticket, m.happened, true, false
  FROM events m JOIN first_replies f ON f.ticket = m.ticket AND f.happened < m.happened
  WHERE m.event = 'message' AND m.actor = 'requester' AND m.public
  UNION ALL SELECT 'next_reply', ticket, happened, false, true FROM replies
  UNION ALL SELECT 'periodic_update', ticket, happened, true, true FROM replies
  UNION ALL
  SELECT channel || '_answer', ticket, happened, event = channel || '_started', event = channel || '_answered'
  FROM events JOIN tickets USING (ticket)
  WHERE channel IN ('chat', 'call') AND event IN (channel || '_started', channel || '_answered')
    AND (event <> 'chat_answered' OR actor IS DISTINCT FROM 'requester')
  UNION ALL SELECT 'ownership', ticket, since, department IS NOT NULL, before IS NOT NULL FROM owners
  UNION ALL SELECT 'ownership', ticket, since, true, false FROM states WHERE is_done(before) AND NOT is_done(state)
  UNION ALL
  SELECT metric, ticket, happened, false, false
  FROM solves CROSS JOIN (VALUES ('next_reply'), ('periodic_update'), ('ownership')) m(metric)
  UNION ALL
  SELECT channel || '_answer', ticket, happened, false, false
  FROM solves JOIN tickets USING (ticket) WHERE channel IN ('chat', 'call')),
turns AS (
  SELECT *, coalesce(lag(starts) OVER w, false) AS ran, starts AND (stops OR NOT ran) AS begins
  FROM (SELECT * REPLACE (metric::metric_name AS metric) FROM marks)
  WINDOW w AS (PARTITION BY metric, ticket ORDER BY happened)
  QUALIFY begins OR (ran AND NOT starts)),
cut AS (
  SELECT metric, ticket, begins, happened AS started, coalesce(lead(happened) OVER w, never()) AS ended,
    NOT lead(stops, 1, false) OVER w AS is_solved
  FROM turns WINDOW w AS (PARTITION BY metric, ticket ORDER BY happened))
SELECT metric, ticket, row_number() OVER (PARTITION BY metric, ticket ORDER BY started), started, ended, is_solved
FROM cut WHERE begins;

INSERT INTO cycles SELECT * REPLACE ('pausable_update' AS metric) FROM cycles WHERE metric = 'periodic_update';
