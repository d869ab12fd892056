-- Business hours by an interval join: every stretch with all openings that it overlaps.
CREATE TABLE measured AS
WITH office AS (
  SELECT clock, what, least(s.until, o.closes) - greatest(s.since, o.opens) AS seconds
  FROM (FROM stretches WHERE calendar = 'office') s
  JOIN (FROM openings WHERE calendar = 'office') o ON o.opens < s.until AND o.closes > s.since),
extended AS (
  SELECT clock, what, least(s.until, o.closes) - greatest(s.since, o.opens)
  FROM (FROM stretches WHERE calendar = 'extended') s
  JOIN (FROM openings WHERE calendar = 'extended') o ON o.opens < s.until AND o.closes > s.since),
always AS (SELECT clock, what, until - since FROM stretches WHERE calendar = 'always')
SELECT clock, sum(seconds) FILTER (what = 'elapsed')::BIGINT AS elapsed,
  sum(seconds) FILTER (what = 'target')::BIGINT AS target, sum(seconds) FILTER (what = 'in_time')::BIGINT AS in_time
FROM (FROM office UNION ALL FROM extended UNION ALL FROM always) GROUP BY clock;
