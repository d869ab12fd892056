-- The promises of policy.yaml as tables: which level a ticket has, what it promises, when a clock counts.
-- Instants are whole seconds since 1970 and spans half-open; what goes on at the end of the export ends `never()`.
CREATE MACRO never() AS 9_000_000_000_000_000_000;
CREATE MACRO is_done(state) AS state IN ('solved', 'closed');
CREATE TYPE metric_name AS ENUM (
  'first_reply', 'next_reply', 'periodic_update', 'pausable_update', 'requester_wait', 'agent_work', 'work_logged',
  'resolution', 'first_resolution', 'first_assign', 'ownership', 'chat_answer', 'call_answer');

-- The level by the first rule that matches; "Chat is quick" (`stop: false`) would only count if no later rule matched.
CREATE MACRO level_of(subject, account, channel, department, priority) AS CASE
  WHEN starts_with(subject, 'Question 0 ') THEN NULL
  WHEN regexp_matches(account, '^Customer 1[0-9]$') AND priority = 'urgent' THEN 'gold'
  WHEN starts_with(account, 'Customer 2') THEN 'gold'
  WHEN channel = 'call' AND department = 'Sales' THEN 'silver'
  WHEN department = 'Technical' AND priority IN ('urgent', 'high') THEN 'silver'
  WHEN department = 'Sales' AND priority IN ('low', 'normal') THEN 'presales'
  WHEN department = 'Billing' AND priority = 'urgent' THEN 'silver'
  WHEN department = 'Returns' AND channel IS DISTINCT FROM 'chat' THEN 'standard'
  ELSE 'standard' END;

-- One row per target: its seconds of the calendar, or its working days. `priority`: whose it is; NULL = all others'.
CREATE TABLE targets AS
WITH standard(metric, priority, seconds, calendar) AS (VALUES
  ('first_reply',      NULL,     4 * 3600,  'office'),
  ('next_reply',       NULL,     8 * 3600,  'office'),
  ('periodic_update',  NULL,     16 * 3600, 'office'),
  ('pausable_update',  NULL,     16 * 3600, 'office'),
  ('requester_wait',   NULL,     24 * 3600, 'office'),
  ('agent_work',       NULL,     16 * 3600, 'office'),
  ('work_logged',      NULL,     1 * 3600,  'office'),
  ('resolution',       'urgent', 8 * 3600,  'office'),
  ('resolution',       'high',   16 * 3600, 'office'),
  ('resolution',       NULL,     40 * 3600, 'office'),
  ('first_resolution', NULL,     40 * 3600, 'office'),
  ('first_assign',     NULL,     30 * 60,   'office'),
  ('ownership',        NULL,     20 * 3600, 'office'),
  ('chat_answer',      NULL,     5 * 60,    'extended'),
  ('call_answer',      NULL,     5 * 60,    'extended')),
silver AS (
  SELECT metric, priority,
    CASE metric WHEN 'first_reply' THEN 3 * 3600 WHEN 'next_reply' THEN 6 * 3600 ELSE seconds END AS seconds,
    'extended' AS calendar
  FROM standard),
gold AS (
  SELECT * FROM silver WHERE metric NOT IN ('first_reply', 'resolution')
  UNION ALL VALUES
    ('first_reply', 'urgent', 1 * 3600,  'always'),
    ('first_reply', NULL,     2 * 3600,  'always'),
    ('resolution',  NULL,     24 * 3600, 'always')),
presales(metric, priority, seconds, calendar, working_days) AS (VALUES
  ('first_reply', NULL, NULL,     'office', 1),
  ('next_reply',  NULL, 8 * 3600, 'office', NULL)),
every AS (
  SELECT 'standard' AS level, *, NULL::INTEGER AS working_days FROM standard
  UNION ALL SELECT 'silver', *, NULL FROM silver
  UNION ALL SELECT 'gold', *, NULL FROM gold
  UNION ALL SELECT 'presales', * FROM presales)
SELECT * REPLACE (metric::metric_name AS metric) FROM every;

-- The states in which a clock counts; one that is not named here counts from its start to its end. A resolution pauses
-- as its targets say (in all levels alike), the others as their metrics do; before a reopening nothing counts.
CREATE TABLE counting AS
SELECT metric::metric_name AS metric, unnest(states) AS state FROM (VALUES
  ('first_reply',     ['new', 'open', 'pending', 'on_hold']),
  ('first_assign',    ['new', 'open', 'pending', 'on_hold']),
  ('requester_wait',  ['new', 'open', 'on_hold']),
  ('agent_work',      ['new', 'open']),
  ('resolution',      ['new', 'open']),
  ('pausable_update', ['new', 'open', 'on_hold', 'solved', 'closed'])) counts(metric, states);

-- The hours of a week of each calendar, Monday = 1; `always` has none and needs none.
CREATE TABLE hours(calendar, first_day, last_day, opens, closes) AS VALUES
  ('office',   1, 4, TIME '09:00', TIME '12:30'),
  ('office',   1, 4, TIME '13:00', TIME '17:30'),
  ('office',   5, 5, TIME '09:00', TIME '16:00'),
  ('extended', 1, 5, TIME '07:00', TIME '20:00'),
  ('extended', 6, 6, TIME '09:00', TIME '13:00');
