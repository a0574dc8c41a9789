-- The availability, as it was measured.

-- name: runs
SELECT probe, function, result, since, until, is_slow FROM measured
WHERE until > ? AND since < ? ORDER BY since, probe;

-- name: last_runs
-- Of each probe the newest.
SELECT probe, function, result, since, until, is_slow FROM measured AS one
WHERE since = (SELECT MAX(other.since) FROM measured AS other WHERE other.probe = one.probe) ORDER BY until;

-- name: put_run
INSERT INTO measured (
  probe, function, result, since, until, is_slow
)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (probe, function, since) DO UPDATE SET
  result = excluded.result, until = excluded.until, is_slow = excluded.is_slow;

-- name: forget_run
DELETE FROM measured WHERE probe = ? AND function = ? AND since = ?;

-- name: forget_runs_ahead
-- The clock was set back: what was measured by the one that was ahead is no evidence.
DELETE FROM measured WHERE probe = ? AND since >= ?;

-- name: cut_runs_ahead
UPDATE measured SET until = ? WHERE probe = ? AND until > ?;

-- name: exclusion
SELECT
  id, function, what, starts_at, ends_at, because, party, "by", at, state, answered_by, answered_at, answer, means,
  recorded_by
FROM exclusion WHERE id = ?;

-- name: exclusions
SELECT
  id, function, what, starts_at, ends_at, because, party, "by", at, state, answered_by, answered_at, answer, means,
  recorded_by
FROM exclusion WHERE ends_at > ? AND starts_at < ? ORDER BY starts_at, id;

-- name: last_exclusion
-- The digits after `EXC-20261123-`.
SELECT COALESCE(MAX(CAST(substr(id, 14) AS INTEGER)), 0) FROM exclusion WHERE id > ? AND id < ?;

-- name: put_exclusion
INSERT INTO exclusion (
  id, function, what, starts_at, ends_at, because, party, "by", at, state, answered_by, answered_at, answer, means,
  recorded_by
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  function = excluded.function, what = excluded.what, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
  because = excluded.because, party = excluded.party, "by" = excluded."by", at = excluded.at,
  state = excluded.state, answered_by = excluded.answered_by, answered_at = excluded.answered_at,
  answer = excluded.answer, means = excluded.means, recorded_by = excluded.recorded_by;

-- name: maintenance_of
-- Windows of maintenance that were to overlap, also those that ended early.
SELECT
  id, what, starts_at, ends_at, announced_at, announced_until, "by", functions, probes, ended_at, ended_by,
  reminded_of
FROM maintenance WHERE ends_at > ? AND starts_at < ? ORDER BY starts_at, id;

-- name: reached_customer
-- The notices of a window, and by which endpoints and when carriers took each for the customer.
SELECT notice.content, delivery.endpoint, delivery.finished_at
FROM notice JOIN delivery ON delivery.notice = notice.id
WHERE notice.type = 'maintenance' AND notice.incident = '' AND notice.id >= ? AND notice.id < ?
  AND notice.party = 'customer' AND notice.is_trial = 0 AND delivery.state = 'accepted'
ORDER BY delivery.finished_at;
