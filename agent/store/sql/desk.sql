-- What the desk knows again after a start or a failed commit.

-- name: open_signals
SELECT source || char(0) || fingerprint, id FROM episode WHERE ended_at IS NULL;

-- name: ended_signals
SELECT source || char(0) || fingerprint, id FROM episode
WHERE ended_at IS NOT NULL AND COALESCE(end_received_at, ended_at) > ?;

-- name: marks
-- Of a JSON list of ids.
SELECT
  id, source, fingerprint, line, labels, '{}', started_at, detected_at, received_at, body, group_key, function,
  condition, given, is_mapped, incident, outcome, ended_at, end_received_at, is_end_inferred, value, doubt,
  expires_at, muted
FROM episode WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id;

-- name: open_episodes
-- Those that are open, by age: after one id, and up to another.
SELECT
  id, source, fingerprint, line, labels, '{}', started_at, detected_at, received_at, body, group_key, function,
  condition, given, is_mapped, incident, outcome, ended_at, end_received_at, is_end_inferred, value, doubt,
  expires_at, muted
FROM episode WHERE ended_at IS NULL AND id > ? AND id <= ? ORDER BY id LIMIT ?;

-- name: episode
SELECT
  id, source, fingerprint, line, labels, annotations, started_at, detected_at, received_at, body, group_key, function,
  condition, given, is_mapped, incident, outcome, ended_at, end_received_at, is_end_inferred, value, doubt,
  expires_at, muted
FROM episode WHERE id = ?;

-- name: live_incidents
SELECT
  number, kind, key, state, grade, is_provisional, functions, rules, started_at, detected_at, opened_at,
  graded_at, agreement_version, agreement_hash, phase, cleared_at, recovered_at, closed_at, verified_by,
  acknowledged_provider, acknowledged_customer, recurrence_of, reason, truncated, is_drill, is_mapped,
  is_flapping, was_lifted, told_provider, told_customer, signals_total, seq, overruled, told_functions,
  changed_at, wake_at, without, runs, occurred, warned_at, plan
FROM incident WHERE state IN ('open', 'verifying', 'recovered') ORDER BY number;

-- name: ended_incidents
SELECT
  number, kind, key, state, grade, is_provisional, functions, rules, started_at, detected_at, opened_at,
  graded_at, agreement_version, agreement_hash, phase, cleared_at, recovered_at, closed_at, verified_by,
  acknowledged_provider, acknowledged_customer, recurrence_of, reason, truncated, is_drill, is_mapped,
  is_flapping, was_lifted, told_provider, told_customer, signals_total, seq, overruled, told_functions,
  changed_at, wake_at, without, runs, occurred, warned_at, plan
FROM incident WHERE state = 'closed' AND closed_at > ? ORDER BY closed_at, number;

-- name: lines
SELECT
  id, function, kind, condition, given, is_mapped, severity, is_local, share_of, total, tell_at_risk, rules
FROM line ORDER BY id;

-- name: live_links
SELECT token, incident, party, contact, made_at, endpoint, about
FROM link WHERE incident IN (SELECT number FROM incident WHERE state IN ('open', 'verifying', 'recovered'))
ORDER BY made_at, token;

-- name: ladders
SELECT
  incident, party, started_at, limit_us, round, rung, next_at, asked_at, asked, unreachable_since
FROM ladder WHERE next_at IS NOT NULL
UNION
SELECT
  incident, party, started_at, limit_us, round, rung, next_at, asked_at, asked, unreachable_since
FROM ladder WHERE incident IN (SELECT number FROM incident WHERE state IN ('open', 'verifying', 'recovered'))
ORDER BY incident, party;

-- name: probe_states
SELECT
  name, kind, function, result, since, last_run_at, duration_s, found, error, good_run, good_since,
  unknown_run, tells, has_been_ok, measured, measured_since, measured_after
FROM probe ORDER BY name;

-- name: heartbeats
SELECT name, last_at, has_failed, within_s FROM heartbeat ORDER BY name;

-- name: held_notices
SELECT
  id, incident, seq, type, party, grade, at, due_at, state, recipients, content, is_loud, is_trial, asks,
  answer_by, generation, proof
FROM notice WHERE state = 'held' ORDER BY due_at, id;

-- name: last_number
-- The digits after `INC-20261123-`.
SELECT COALESCE(MAX(CAST(substr(number, 14) AS INTEGER)), 0) FROM incident WHERE number > ? AND number < ?;

-- name: last_episode
SELECT COALESCE(MAX(id), 0) FROM episode;

-- name: due_obligations
SELECT
  id, name, ob, clauses, basis, is_target, debtor, creditor, incident, report, about, grade, state, started_at,
  on_file_at, limit_text, due_at, marks, mark_at, paused_at, paused_s, overdue_at, discharged_at, discharged_by,
  reason, superseded_by, is_retroactive, agreement_version, agreement_hash
FROM obligation
WHERE state IN ('running', 'paused', 'overdue') AND (state = 'running' AND due_at <= ?1 OR mark_at <= ?1)
ORDER BY due_at, id;

-- name: live_obligations
SELECT
  id, name, ob, clauses, basis, is_target, debtor, creditor, incident, report, about, grade, state, started_at,
  on_file_at, limit_text, due_at, marks, mark_at, paused_at, paused_s, overdue_at, discharged_at, discharged_by,
  reason, superseded_by, is_retroactive, agreement_version, agreement_hash
FROM obligation WHERE state IN ('running', 'paused', 'overdue')
UNION
SELECT
  id, name, ob, clauses, basis, is_target, debtor, creditor, incident, report, about, grade, state, started_at,
  on_file_at, limit_text, due_at, marks, mark_at, paused_at, paused_s, overdue_at, discharged_at, discharged_by,
  reason, superseded_by, is_retroactive, agreement_version, agreement_hash
FROM obligation WHERE incident IN (SELECT number FROM incident WHERE state IN ('open', 'verifying', 'recovered'))
UNION
SELECT
  id, name, ob, clauses, basis, is_target, debtor, creditor, incident, report, about, grade, state, started_at,
  on_file_at, limit_text, due_at, marks, mark_at, paused_at, paused_s, overdue_at, discharged_at, discharged_by,
  reason, superseded_by, is_retroactive, agreement_version, agreement_hash
FROM obligation WHERE incident = '' AND started_at > ?
ORDER BY started_at, id;

-- name: live_entries
SELECT
  id, incident, kind, what, party, "by", at, on_file_at, said, about, means, recorded_by, is_on_behalf,
  confirmed_by, confirmed_at, is_not_applicable
FROM entry WHERE incident IN (SELECT number FROM incident WHERE state IN ('open', 'verifying', 'recovered'))
ORDER BY on_file_at, length(id), id;

-- name: live_reports
SELECT
  number, incident, party, reporter, received_at, occurred_at, discovered_at, symptom, scope, measures, functions,
  kind, suggested_grade, missing, means, recorded_by, attachments, acknowledged_by, acknowledged_at, joined
FROM report WHERE acknowledged_at IS NULL OR incident IN (SELECT number FROM incident WHERE state IN ('open', 'verifying', 'recovered'))
ORDER BY received_at, number;

-- name: last_report
-- The digits after `REP-20261123-`.
SELECT COALESCE(MAX(CAST(substr(number, 14) AS INTEGER)), 0) FROM report WHERE number > ? AND number < ?;

-- name: notices_of_agent
-- Those of no incident, newest first.
SELECT
  id, incident, seq, type, party, grade, at, due_at, state, recipients, content, is_loud, is_trial, asks,
  answer_by, generation, proof
FROM notice WHERE incident = '' AND type = ? ORDER BY at DESC, id DESC LIMIT ?;

-- name: newly_unmapped
-- Names of which the first came after the given time, in the order of their coming. Heartbeats have no line.
SELECT counted.line, counted.times, counted.last_at, episode.labels
FROM (
  SELECT line, COUNT(*) AS times, MIN(received_at) AS first_at, MAX(received_at) AS last_at, MAX(id) AS last_id
  FROM episode WHERE is_mapped = 0 AND line <> '' GROUP BY line HAVING MIN(received_at) > ?
) AS counted
JOIN episode ON episode.id = counted.last_id
ORDER BY counted.first_at, counted.line LIMIT ?;
