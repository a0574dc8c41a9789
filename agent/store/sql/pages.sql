-- What people look at.

-- name: incident
SELECT
  number, kind, key, state, grade, is_provisional, functions, rules, started_at, detected_at, opened_at,
  graded_at, agreement_version, agreement_hash, phase, cleared_at, recovered_at, closed_at, verified_by,
  acknowledged_provider, acknowledged_customer, recurrence_of, reason, truncated, is_drill, is_mapped,
  is_flapping, was_lifted, told_provider, told_customer, signals_total, seq, overruled, told_functions,
  changed_at, wake_at, without, runs, occurred, warned_at, plan
FROM incident WHERE number = ?;

-- name: incidents
-- Five states are always given; repeating one does no harm.
SELECT
  number, kind, key, state, grade, is_provisional, functions, rules, started_at, detected_at, opened_at,
  graded_at, agreement_version, agreement_hash, phase, cleared_at, recovered_at, closed_at, verified_by,
  acknowledged_provider, acknowledged_customer, recurrence_of, reason, truncated, is_drill, is_mapped,
  is_flapping, was_lifted, told_provider, told_customer, signals_total, seq, overruled, told_functions,
  changed_at, wake_at, without, runs, occurred, warned_at, plan
FROM incident
WHERE (opened_at, number) < (?, ?) AND state IN (?, ?, ?, ?, ?)
ORDER BY opened_at DESC, number DESC LIMIT ?;

-- name: acknowledgements
SELECT incident, party, contact, at, means, recorded_by, address, seq, on_file_at, statement
FROM acknowledgement WHERE incident = ? ORDER BY at, contact;

-- name: timeline
SELECT incident, seq, at, kind, "by", detail, salt, prev_hash, hash, detail_hash
FROM fact WHERE incident = ? ORDER BY seq;

-- name: all_facts
SELECT incident, seq, at, kind, "by", detail, salt, prev_hash, hash, detail_hash
FROM fact ORDER BY incident, seq;

-- name: open_episodes_of
-- By age: stretch by stretch, so that nothing is sorted and no more is read than is asked for.
SELECT
  id, source, fingerprint, line, labels, annotations, started_at, detected_at, received_at, body, group_key,
  function, condition, given, is_mapped, episode.incident, outcome, ended_at, end_received_at, is_end_inferred, value,
  doubt, expires_at, muted
FROM stretch CROSS JOIN episode INDEXED BY episode_open
ON id BETWEEN 256 * number AND 256 * number + 255 AND episode.incident = stretch.incident
WHERE stretch.incident = ? AND ended_at IS NULL ORDER BY number, id LIMIT ?;

-- name: ended_episodes_of
SELECT
  id, source, fingerprint, line, labels, annotations, started_at, detected_at, received_at, body, group_key,
  function, condition, given, is_mapped, episode.incident, outcome, ended_at, end_received_at, is_end_inferred, value,
  doubt, expires_at, muted
FROM stretch CROSS JOIN episode ON id BETWEEN 256 * number AND 256 * number + 255 AND episode.incident = stretch.incident
WHERE stretch.incident = ? AND ended_at IS NOT NULL ORDER BY number, id LIMIT ?;

-- name: notices
SELECT
  id, incident, seq, type, party, grade, at, due_at, state, recipients, content, is_loud, is_trial, asks,
  answer_by, generation, proof
FROM notice WHERE incident = ? ORDER BY seq, at, party, id;

-- name: unmapped
-- Heartbeats have no line.
SELECT counted.line, counted.times, counted.last_at, episode.labels
FROM (
  SELECT line, COUNT(*) AS times, MAX(received_at) AS last_at, MAX(id) AS last_id
  FROM episode WHERE is_mapped = 0 AND line <> '' GROUP BY line
) AS counted
JOIN episode ON episode.id = counted.last_id
ORDER BY counted.times DESC, counted.line LIMIT ?;

-- name: attempts
-- R3: what began in that time, whatever became of it; by function.
SELECT function, COUNT(*), COUNT(incident), MIN(started_at), MAX(started_at)
FROM episode WHERE condition = 'attempt' AND started_at >= ? AND started_at < ? GROUP BY function ORDER BY function;

-- name: body
SELECT hash, received_at, source, raw, fault FROM body WHERE hash = ?;

-- name: bodies
SELECT hash, received_at, source, raw, fault FROM body ORDER BY id DESC LIMIT ?;

-- name: stats
SELECT
  (SELECT COALESCE(MAX(id), 0) FROM episode),
  (SELECT COALESCE(MAX(id), 0) FROM fact),
  (SELECT COALESCE(MAX(id), 0) FROM body),
  (SELECT COUNT(*) FROM incident);

-- name: obligation
SELECT
  id, name, ob, clauses, basis, is_target, debtor, creditor, incident, report, about, grade, state, started_at,
  on_file_at, limit_text, due_at, marks, mark_at, paused_at, paused_s, overdue_at, discharged_at, discharged_by,
  reason, superseded_by, is_retroactive, agreement_version, agreement_hash
FROM obligation WHERE id = ?;

-- name: obligations
SELECT
  id, name, ob, clauses, basis, is_target, debtor, creditor, incident, report, about, grade, state, started_at,
  on_file_at, limit_text, due_at, marks, mark_at, paused_at, paused_s, overdue_at, discharged_at, discharged_by,
  reason, superseded_by, is_retroactive, agreement_version, agreement_hash
FROM obligation
WHERE (started_at, id) < (?, ?) AND state IN (?, ?, ?, ?, ?, ?, ?, ?, ?)
  AND incident = COALESCE(?, incident) AND report = COALESCE(?, report) AND debtor = COALESCE(?, debtor)
ORDER BY started_at DESC, id DESC LIMIT ?;

-- name: obligations_of
-- Of one incident, by its own index: the one above walks all that were ever owed.
SELECT
  id, name, ob, clauses, basis, is_target, debtor, creditor, incident, report, about, grade, state, started_at,
  on_file_at, limit_text, due_at, marks, mark_at, paused_at, paused_s, overdue_at, discharged_at, discharged_by,
  reason, superseded_by, is_retroactive, agreement_version, agreement_hash
FROM obligation
WHERE (started_at, id) < (?, ?) AND state IN (?, ?, ?, ?, ?, ?, ?, ?, ?)
  AND incident = ? AND incident <> '' AND report = COALESCE(?, report) AND debtor = COALESCE(?, debtor)
ORDER BY started_at DESC, id DESC LIMIT ?;

-- name: entries
SELECT
  id, incident, kind, what, party, "by", at, on_file_at, said, about, means, recorded_by, is_on_behalf,
  confirmed_by, confirmed_at, is_not_applicable
FROM entry WHERE incident = ? ORDER BY on_file_at, length(id), id;

-- name: report
SELECT
  number, incident, party, reporter, received_at, occurred_at, discovered_at, symptom, scope, measures, functions,
  kind, suggested_grade, missing, means, recorded_by, attachments, acknowledged_by, acknowledged_at, joined
FROM report WHERE number = ?;

-- name: reports
SELECT
  number, incident, party, reporter, received_at, occurred_at, discovered_at, symptom, scope, measures, functions,
  kind, suggested_grade, missing, means, recorded_by, attachments, acknowledged_by, acknowledged_at, joined
FROM report
WHERE (received_at, number) < (?, ?) AND incident = COALESCE(?, incident)
ORDER BY received_at DESC, number DESC LIMIT ?;
