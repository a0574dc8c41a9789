-- What the courier asks.

-- name: due_deliveries
SELECT
  id, notice, incident, party, contact, endpoint, grade, state, due_at, made_at, rank, attempt, lease_until,
  fence, subject, text, verdict, reason, finished_at, is_overtaken
FROM delivery
WHERE (state = 'waiting' AND due_at <= ?) OR (state = 'sending' AND lease_until <= ?)
ORDER BY grade, due_at, made_at, rank, id LIMIT ?;

-- name: outbox
SELECT COUNT(*), MIN(made_at) FROM delivery WHERE state IN ('waiting', 'sending');

-- name: next_delivery_at
SELECT MIN(at) FROM (
  SELECT MIN(due_at) AS at FROM delivery WHERE state = 'waiting'
  UNION ALL
  SELECT MIN(lease_until) AS at FROM delivery WHERE state = 'sending'
) AS soonest;

-- name: delivery
SELECT
  id, notice, incident, party, contact, endpoint, grade, state, due_at, made_at, rank, attempt, lease_until,
  fence, subject, text, verdict, reason, finished_at, is_overtaken
FROM delivery WHERE id = ?;

-- name: deliveries_of
SELECT
  id, notice, incident, party, contact, endpoint, grade, state, due_at, made_at, rank, attempt, lease_until,
  fence, subject, text, verdict, reason, finished_at, is_overtaken
FROM delivery WHERE notice = ? ORDER BY contact, made_at, rank, id;

-- name: deliveries_to
SELECT
  id, notice, incident, party, contact, endpoint, grade, state, due_at, made_at, rank, attempt, lease_until,
  fence, subject, text, verdict, reason, finished_at, is_overtaken
FROM delivery WHERE notice = ? AND contact = ? ORDER BY made_at, rank, id;

-- name: deliveries_for
SELECT
  id, notice, incident, party, contact, endpoint, grade, state, due_at, made_at, rank, attempt, lease_until,
  fence, subject, text, verdict, reason, finished_at, is_overtaken
FROM delivery WHERE incident = ? AND (made_at >= ? OR finished_at IS NULL) ORDER BY made_at, contact, rank, id;

-- name: notice
SELECT
  id, incident, seq, type, party, grade, at, due_at, state, recipients, content, is_loud, is_trial, asks,
  answer_by, generation, proof
FROM notice WHERE id = ?;

-- name: link
SELECT token, incident, party, contact, made_at, endpoint, about FROM link WHERE token = ?;

-- name: link_for
-- By contact, or by room for a group's.
SELECT token, incident, party, contact, made_at, endpoint, about
FROM link WHERE incident = ? AND about = ? AND (contact = ? OR (contact = '' AND endpoint = ?))
ORDER BY made_at DESC, token LIMIT 1;
