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

-- name: heads
SELECT fact.incident, fact.seq, fact.hash, fact.id
FROM fact JOIN (SELECT incident, MAX(seq) AS seq FROM fact GROUP BY incident) AS last
  ON fact.incident = last.incident AND fact.seq = last.seq
ORDER BY fact.incident;
