-- Maintenance that people announced, and quiet that they asked for.

-- name: maintenance
-- Those that are not over, and those that ended since.
SELECT
  id, what, starts_at, ends_at, announced_at, announced_until, "by", functions, probes, ended_at, ended_by,
  reminded_of
FROM maintenance WHERE ended_at IS NULL OR ended_at > ? ORDER BY starts_at, id;

-- name: maintenance_window
SELECT
  id, what, starts_at, ends_at, announced_at, announced_until, "by", functions, probes, ended_at, ended_by,
  reminded_of
FROM maintenance WHERE id = ?;

-- name: lines_in_maintenance
SELECT line, function, COUNT(*) FROM episode
WHERE outcome = 'maintenance' AND ended_at IS NULL AND incident IS NULL
GROUP BY line, function ORDER BY line;

-- name: last_maintenance
-- The digits after `MW-20261123-`.
SELECT COALESCE(MAX(CAST(substr(id, 13) AS INTEGER)), 0) FROM maintenance WHERE id > ? AND id < ?;

-- name: put_maintenance
INSERT INTO maintenance (
  id, what, starts_at, ends_at, announced_at, announced_until, "by", functions, probes, ended_at, ended_by,
  reminded_of
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  what = excluded.what, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
  announced_at = excluded.announced_at, announced_until = excluded.announced_until, "by" = excluded."by",
  functions = excluded.functions, probes = excluded.probes, ended_at = excluded.ended_at,
  ended_by = excluded.ended_by, reminded_of = excluded.reminded_of;

-- name: live_snoozes
SELECT
  incident, party, contact, "by", at, until, grade, reason
FROM snooze
WHERE incident IN (SELECT number FROM incident WHERE state IN ('open', 'verifying', 'recovered'))
ORDER BY incident, party, contact;

-- name: snoozes
SELECT
  incident, party, contact, "by", at, until, grade, reason
FROM snooze WHERE incident = ? ORDER BY party, contact;

-- name: put_snooze
INSERT INTO snooze (
  incident, party, contact, "by", at, until, grade, reason
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (incident, party, contact) DO UPDATE SET
  "by" = excluded."by", at = excluded.at, until = excluded.until, grade = excluded.grade, reason = excluded.reason;
