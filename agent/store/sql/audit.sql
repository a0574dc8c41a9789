-- What the agent asks about itself.

-- name: due_since
SELECT grade, MIN(at) FROM (
  SELECT grade, due_at AS at FROM delivery WHERE state = 'waiting' AND due_at <= ?
  UNION ALL
  SELECT grade, lease_until AS at FROM delivery WHERE state = 'sending' AND lease_until <= ?
) AS due GROUP BY grade;

-- name: newest_facts
SELECT incident, seq, at, kind, "by", detail, salt, prev_hash, hash, detail_hash
FROM fact ORDER BY id DESC LIMIT ?;
