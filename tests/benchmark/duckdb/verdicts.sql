-- The verdict on every clock.
CREATE VIEW verdicts AS
WITH worked AS (
  SELECT ticket, sum(epoch(new::INTERVAL))::BIGINT AS seconds FROM events WHERE event = 'work' GROUP BY ticket),
excluded AS (
  SELECT ticket FROM tickets WHERE ends_with(subject, '000000')
  UNION
  SELECT ticket FROM states WHERE until = never() AND state IN ('spam', 'deleted', 'merged')),
judged AS (
  SELECT c.*, c.metric = 'work_logged' AS is_sum,
    coalesce(CASE WHEN is_sum THEN w.seconds ELSE m.elapsed END, 0) AS spent,
    CASE WHEN c.working_days IS NULL THEN c.seconds ELSE coalesce(m.target, 0) END AS target,
    -- a due date that no pause has moved counts even outside the hours
    coalesce(d.due < least(c.ended, getvariable('as_of')) AND coalesce(m.in_time, 0) = coalesce(m.target, 0), false)
      AS is_past,
    is_sum OR c.clock IN (SELECT clock FROM stretches WHERE goes_on) AS counts,
    CASE
      WHEN e.ticket IS NOT NULL THEN 'excluded' WHEN c.level IS NULL THEN 'no_level'
      WHEN c.calendar IS NULL THEN 'no_target' END AS unjudged
  FROM clocks c
  LEFT JOIN measured m USING (clock)
  LEFT JOIN due_dates d USING (clock)
  LEFT JOIN worked w ON w.ticket = c.ticket
  LEFT JOIN excluded e ON e.ticket = c.ticket)
SELECT ticket_id AS ticket, metric::VARCHAR AS metric, cycle,
  CASE
    WHEN unjudged IS NOT NULL THEN unjudged
    WHEN spent > target OR is_past THEN 'missed'
    WHEN ended = never() AND counts THEN 'running'
    WHEN ended = never() THEN 'paused'
    WHEN is_solved AND metric IN ('periodic_update', 'pausable_update', 'first_assign', 'chat_answer', 'call_answer')
      THEN 'cancelled'
    ELSE 'fulfilled' END AS outcome,
  CASE WHEN unjudged IS NULL THEN spent END AS elapsed
FROM judged JOIN tickets USING (ticket);
