-- What each clock is promised, and of which stretches of time the business hours are wanted.

-- The level over time: a rule can only match otherwise where the department or the priority changes.
CREATE TABLE promises AS
SELECT ticket, since, until, level_of(subject, account, channel, h.department, h.priority) AS level, h.priority
FROM holders h JOIN tickets USING (ticket);

-- The target by level, metric and priority: the priority's own, or else that of all others.
CREATE TABLE terms AS
SELECT t.level, t.metric, p.priority, t.seconds, t.working_days, t.calendar
FROM targets t JOIN (SELECT DISTINCT priority FROM promises) p ON t.priority = p.priority OR t.priority IS NULL
QUALIFY row_number() OVER (PARTITION BY t.level, t.metric, p.priority ORDER BY t.priority NULLS LAST) = 1;

-- A clock is judged by the promise in force just before it ended.
CREATE TABLE clocks AS
SELECT c.rowid AS clock, c.*, p.level, t.seconds, t.working_days, t.calendar
FROM cycles c
JOIN promises p ON p.ticket = c.ticket AND p.since < c.ended AND p.until >= c.ended
LEFT JOIN terms t ON t.level = p.level AND t.metric = c.metric AND t.priority IS NOT DISTINCT FROM p.priority;

-- When the calendars are open, on every day of the export and some more; `holidays` are those of the Netherlands.
CREATE TABLE openings AS
WITH days AS (
  SELECT unnest(generate_series(
    to_timestamp(min(created))::DATE - 7, to_timestamp(getvariable('as_of'))::DATE + 30, INTERVAL 1 DAY))::DATE AS day
  FROM tickets)
SELECT calendar, day, opens AS local_opening, epoch(timezone('Europe/Amsterdam', day + opens))::BIGINT AS opens,
  epoch(timezone('Europe/Amsterdam', day + closes))::BIGINT AS closes
FROM hours JOIN days ON isodow(day) BETWEEN first_day AND last_day
WHERE calendar <> 'office' OR day NOT IN (SELECT day FROM holidays);

-- Targets in working days are due at the same clock time so many working days later; a start on another day counts from
-- the first opening of the next working day.
CREATE TABLE due_dates AS
WITH working AS (
  SELECT calendar, day, min(local_opening) AS opening, row_number() OVER (PARTITION BY calendar ORDER BY day) AS number
  FROM openings GROUP BY calendar, day),
starts AS (
  SELECT clock, calendar, started, working_days, timezone('Europe/Amsterdam', to_timestamp(started)) AS local
  FROM clocks WHERE working_days IS NOT NULL),
dues AS (
  SELECT s.clock, s.calendar, s.started,
    due.day + CASE WHEN w.day = local::DATE THEN local::TIME ELSE w.opening END AS due
  FROM starts s
  ASOF JOIN working w ON w.calendar = s.calendar AND w.day >= s.local::DATE
  JOIN working due ON due.calendar = w.calendar AND due.number = w.number + s.working_days)
SELECT clock, calendar, started, epoch(timezone('Europe/Amsterdam', due))::BIGINT AS due FROM dues;

-- The stretches in which a clock counts (`goes_on`: also after the end of the export); and, of targets in working days,
-- those from the start to the due date, because what is promised is the open time between them, and those in which the
-- clock counts until then.
CREATE TYPE of_what AS ENUM ('elapsed', 'target', 'in_time');
CREATE TABLE stretches AS
SELECT clock, calendar, started AS since, least(ended, getvariable('as_of')) AS until, ended = never() AS goes_on,
  'elapsed'::of_what AS what
FROM clocks WHERE calendar IS NOT NULL AND metric <> 'work_logged' AND metric NOT IN (SELECT metric FROM counting)
UNION ALL
SELECT c.clock, c.calendar, greatest(c.started, s.since), least(c.ended, s.until, getvariable('as_of')),
  least(c.ended, s.until) = never(), 'elapsed'
FROM clocks c
JOIN states s ON s.ticket = c.ticket AND s.since < c.ended AND s.until > c.started
JOIN counting n ON n.metric = c.metric AND n.state = s.state
WHERE c.calendar IS NOT NULL
UNION ALL
SELECT clock, calendar, started, due, false, 'target' FROM due_dates
UNION ALL
SELECT c.clock, c.calendar, greatest(c.started, s.since), least(c.ended, s.until, d.due, getvariable('as_of')), false,
  'in_time'
FROM clocks c
JOIN due_dates d USING (clock)
JOIN states s ON s.ticket = c.ticket AND s.since < least(c.ended, d.due) AND s.until > c.started
JOIN counting n ON n.metric = c.metric AND n.state = s.state;
