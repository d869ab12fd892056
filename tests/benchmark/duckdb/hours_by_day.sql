-- Business hours without an interval join: a running total of the open time before each day, and what its own openings
-- (at most two, none over midnight UTC) add up to the instant. Two equi-joins with a table of some hundred days.
CREATE TABLE measured AS
WITH every_day AS (
  SELECT calendar, unnest(range(min(opens) // 86400, max(closes) // 86400 + 1)) AS day FROM openings GROUP BY calendar),
open_days AS (
  SELECT calendar, opens // 86400 AS day, list(opens ORDER BY opens) AS opens, list(closes ORDER BY opens) AS closes,
    sum(closes - opens) AS seconds
  FROM openings GROUP BY ALL),
days AS (
  SELECT calendar, day, opens[1] AS opens, closes[1] AS closes, opens[2] AS reopens, closes[2] AS recloses,
    (coalesce(sum(seconds) OVER (PARTITION BY calendar ORDER BY day), 0) - coalesce(seconds, 0))::BIGINT AS before
  FROM every_day LEFT JOIN open_days USING (calendar, day)),
open AS (
  SELECT clock, what,
    b.before + coalesce(greatest(least(until, b.closes) - b.opens, 0), 0)
      + coalesce(greatest(least(until, b.recloses) - b.reopens, 0), 0)
      - a.before - coalesce(greatest(least(since, a.closes) - a.opens, 0), 0)
      - coalesce(greatest(least(since, a.recloses) - a.reopens, 0), 0) AS seconds
  FROM stretches s
  JOIN days a ON a.calendar = s.calendar AND a.day = s.since // 86400
  JOIN days b ON b.calendar = s.calendar AND b.day = s.until // 86400),
always AS (SELECT clock, what, until - since FROM stretches WHERE calendar = 'always')
SELECT clock, sum(seconds) FILTER (what = 'elapsed')::BIGINT AS elapsed,
  sum(seconds) FILTER (what = 'target')::BIGINT AS target, sum(seconds) FILTER (what = 'in_time')::BIGINT AS in_time
FROM (FROM open UNION ALL FROM always) GROUP BY clock;
