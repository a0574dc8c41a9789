-- The small registers.

-- name: put_item
INSERT INTO item (
  id, kind, what, text, party, origin, "by", at, on_file_at, state, owner, due_at, period, incident, items, is_internal,
  recorded_by, done_by, done_at, outcome, verified_by, verified_at, accepted_provider, accepted_customer, ended_by,
  ended_at, reason
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  kind = excluded.kind, what = excluded.what, text = excluded.text, party = excluded.party, origin = excluded.origin,
  "by" = excluded."by", at = excluded.at, on_file_at = excluded.on_file_at, state = excluded.state,
  owner = excluded.owner,
  due_at = excluded.due_at, period = excluded.period, incident = excluded.incident, items = excluded.items,
  is_internal = excluded.is_internal, recorded_by = excluded.recorded_by, done_by = excluded.done_by,
  done_at = excluded.done_at, outcome = excluded.outcome, verified_by = excluded.verified_by,
  verified_at = excluded.verified_at, accepted_provider = excluded.accepted_provider,
  accepted_customer = excluded.accepted_customer, ended_by = excluded.ended_by, ended_at = excluded.ended_at,
  reason = excluded.reason;

-- name: item
SELECT
  id, kind, what, text, party, origin, "by", at, on_file_at, state, owner, due_at, period, incident, items, is_internal,
  recorded_by, done_by, done_at, outcome, verified_by, verified_at, accepted_provider, accepted_customer, ended_by,
  ended_at, reason
FROM item WHERE id = ?;

-- name: items
SELECT
  id, kind, what, text, party, origin, "by", at, on_file_at, state, owner, due_at, period, incident, items, is_internal,
  recorded_by, done_by, done_at, outcome, verified_by, verified_at, accepted_provider, accepted_customer, ended_by,
  ended_at, reason
FROM item
WHERE (on_file_at, id) < (?, ?) AND kind IN (?, ?, ?, ?, ?) AND state IN (?, ?, ?, ?, ?, ?, ?, ?)
  AND incident = COALESCE(?, incident) AND owner = COALESCE(?, owner)
ORDER BY on_file_at DESC, id DESC LIMIT ?;

-- name: items_of_incident
SELECT
  id, kind, what, text, party, origin, "by", at, on_file_at, state, owner, due_at, period, incident, items, is_internal,
  recorded_by, done_by, done_at, outcome, verified_by, verified_at, accepted_provider, accepted_customer, ended_by,
  ended_at, reason
FROM item WHERE incident = ? AND incident <> '' ORDER BY on_file_at, id;

-- name: last_item
-- The digits after `IMP-20261123-`.
SELECT COALESCE(MAX(CAST(substr(id, 14) AS INTEGER)), 0) FROM item WHERE id > ? AND id < ?;
