-- Everything a change writes. Values come in the order of the nouns' fields. All but facts may be repeated without harm.

-- name: chain_head
SELECT seq, hash FROM fact WHERE incident = ? ORDER BY seq DESC LIMIT 1;

-- name: put_fact
INSERT INTO fact (incident, seq, at, kind, "by", detail, salt, prev_hash, hash, detail_hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: put_newest
INSERT INTO newest_fact (one, incident, seq, hash) VALUES (?, ?, ?, ?)
ON CONFLICT (one) DO UPDATE SET incident = excluded.incident, seq = excluded.seq, hash = excluded.hash;

-- name: put_body
INSERT INTO body (
  hash, received_at, source, raw, fault
)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (hash) DO NOTHING;

-- name: put_episode
INSERT INTO episode (
  id, source, fingerprint, line, labels, annotations, started_at, detected_at, received_at, body, group_key,
  function, condition, given, is_mapped, incident, outcome, ended_at, end_received_at, is_end_inferred, value,
  doubt, expires_at, muted
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  source = excluded.source, fingerprint = excluded.fingerprint, line = excluded.line, labels = excluded.labels,
  annotations = excluded.annotations, started_at = excluded.started_at, detected_at = excluded.detected_at,
  received_at = excluded.received_at, body = excluded.body, group_key = excluded.group_key,
  function = excluded.function, condition = excluded.condition, given = excluded.given,
  is_mapped = excluded.is_mapped, incident = excluded.incident, outcome = excluded.outcome,
  ended_at = excluded.ended_at, end_received_at = excluded.end_received_at,
  is_end_inferred = excluded.is_end_inferred, value = excluded.value, doubt = excluded.doubt,
  expires_at = excluded.expires_at, muted = excluded.muted;

-- name: put_stretch
INSERT INTO stretch (incident, number) VALUES (?, ?) ON CONFLICT (incident, number) DO NOTHING;

-- name: end_episode
UPDATE episode SET
  ended_at = given.column1, end_received_at = given.column2, is_end_inferred = given.column3, doubt = given.column4
FROM (VALUES (?, ?, ?, ?, ?)) AS given WHERE id = given.column5;

-- name: mute_episode
UPDATE episode SET muted = given.column1 FROM (VALUES (?, ?)) AS given WHERE id = given.column2;

-- name: expire_episode
UPDATE episode SET expires_at = given.column1 FROM (VALUES (?, ?)) AS given WHERE id = given.column2;

-- name: adopt_episode
UPDATE episode SET incident = given.column1 FROM (VALUES (?, ?)) AS given WHERE id = given.column2;

-- name: forget_line
DELETE FROM line WHERE id = ?;

-- name: forget_heartbeat
DELETE FROM heartbeat WHERE name = ?;

-- name: put_line
INSERT INTO line (
  id, function, kind, condition, given, is_mapped, severity, is_local, share_of, total, tell_at_risk, rules
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  function = excluded.function, kind = excluded.kind, condition = excluded.condition, given = excluded.given,
  is_mapped = excluded.is_mapped, severity = excluded.severity, is_local = excluded.is_local,
  share_of = excluded.share_of, total = excluded.total, tell_at_risk = excluded.tell_at_risk,
  rules = excluded.rules;

-- name: put_incident
INSERT INTO incident (
  number, kind, key, state, grade, is_provisional, functions, rules, started_at, detected_at, opened_at,
  graded_at, agreement_version, agreement_hash, phase, cleared_at, recovered_at, closed_at, verified_by,
  acknowledged_provider, acknowledged_customer, recurrence_of, reason, truncated, is_drill, is_mapped,
  is_flapping, was_lifted, told_provider, told_customer, signals_total, seq, overruled, told_functions,
  changed_at, wake_at, without, runs, occurred, warned_at, plan
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (number) DO UPDATE SET
  kind = excluded.kind, key = excluded.key, state = excluded.state, grade = excluded.grade,
  is_provisional = excluded.is_provisional, functions = excluded.functions, rules = excluded.rules,
  started_at = excluded.started_at, detected_at = excluded.detected_at, opened_at = excluded.opened_at,
  graded_at = excluded.graded_at, agreement_version = excluded.agreement_version,
  agreement_hash = excluded.agreement_hash, phase = excluded.phase, cleared_at = excluded.cleared_at,
  recovered_at = excluded.recovered_at, closed_at = excluded.closed_at, verified_by = excluded.verified_by,
  acknowledged_provider = excluded.acknowledged_provider,
  acknowledged_customer = excluded.acknowledged_customer, recurrence_of = excluded.recurrence_of,
  reason = excluded.reason, truncated = excluded.truncated, is_drill = excluded.is_drill,
  is_mapped = excluded.is_mapped, is_flapping = excluded.is_flapping, was_lifted = excluded.was_lifted,
  told_provider = excluded.told_provider, told_customer = excluded.told_customer,
  signals_total = excluded.signals_total, seq = excluded.seq, overruled = excluded.overruled,
  told_functions = excluded.told_functions, changed_at = excluded.changed_at, wake_at = excluded.wake_at,
  without = excluded.without, runs = excluded.runs, occurred = excluded.occurred,
  warned_at = excluded.warned_at, plan = excluded.plan;

-- name: grow_incident
UPDATE incident SET signals_total = given.column1 FROM (VALUES (?, ?)) AS given WHERE number = given.column2;

-- name: put_acknowledgement
INSERT INTO acknowledgement (
  incident, party, contact, at, means, recorded_by, address, seq, on_file_at, statement
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (incident, party, contact, at) DO NOTHING;

-- name: put_notice
INSERT INTO notice (
  id, incident, seq, type, party, grade, at, due_at, state, recipients, content, is_loud, is_trial, asks,
  answer_by, generation, proof
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  incident = excluded.incident, seq = excluded.seq, type = excluded.type, party = excluded.party,
  grade = excluded.grade, at = excluded.at, due_at = excluded.due_at, state = excluded.state,
  recipients = excluded.recipients, content = excluded.content, is_loud = excluded.is_loud,
  is_trial = excluded.is_trial, asks = excluded.asks, answer_by = excluded.answer_by,
  generation = excluded.generation, proof = excluded.proof;

-- name: put_delivery
-- A late courier's row, with an older fence, changes nothing.
INSERT INTO delivery (
  id, notice, incident, party, contact, endpoint, grade, state, due_at, made_at, rank, attempt, lease_until,
  fence, subject, text, verdict, reason, finished_at, is_overtaken
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  notice = excluded.notice, incident = excluded.incident, party = excluded.party, contact = excluded.contact,
  endpoint = excluded.endpoint, grade = excluded.grade, state = excluded.state, due_at = excluded.due_at,
  made_at = excluded.made_at, rank = excluded.rank, attempt = excluded.attempt,
  lease_until = excluded.lease_until, fence = excluded.fence, subject = excluded.subject, text = excluded.text,
  verdict = excluded.verdict, reason = excluded.reason, finished_at = excluded.finished_at,
  is_overtaken = excluded.is_overtaken
WHERE excluded.fence >= delivery.fence;

-- name: put_attempt
INSERT INTO attempt (
  delivery, number, at, verdict, reason, took_s
)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (delivery, number) DO UPDATE SET
  at = excluded.at, verdict = excluded.verdict, reason = excluded.reason, took_s = excluded.took_s;

-- name: put_ladder
INSERT INTO ladder (
  incident, party, started_at, limit_us, round, rung, next_at, asked_at, asked, unreachable_since
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (incident, party) DO UPDATE SET
  started_at = excluded.started_at, limit_us = excluded.limit_us, round = excluded.round, rung = excluded.rung,
  next_at = excluded.next_at, asked_at = excluded.asked_at, asked = excluded.asked,
  unreachable_since = excluded.unreachable_since;

-- name: put_link
INSERT INTO link (
  token, incident, party, contact, made_at, endpoint, about
)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (token) DO NOTHING;

-- name: put_probe
INSERT INTO probe (
  name, kind, function, result, since, last_run_at, duration_s, found, error, good_run, good_since,
  unknown_run, tells, has_been_ok, measured, measured_since, measured_after
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET
  kind = excluded.kind, function = excluded.function, result = excluded.result, since = excluded.since,
  last_run_at = excluded.last_run_at, duration_s = excluded.duration_s, found = excluded.found,
  error = excluded.error, good_run = excluded.good_run, good_since = excluded.good_since,
  unknown_run = excluded.unknown_run, tells = excluded.tells, has_been_ok = excluded.has_been_ok,
  measured = excluded.measured, measured_since = excluded.measured_since, measured_after = excluded.measured_after;

-- name: put_heartbeat
INSERT INTO heartbeat (
  name, last_at, has_failed, within_s
)
VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET
  last_at = excluded.last_at, has_failed = excluded.has_failed, within_s = excluded.within_s;

-- name: put_obligation
INSERT INTO obligation (
  id, name, ob, clauses, basis, is_target, debtor, creditor, incident, report, about, grade, state, started_at,
  on_file_at, limit_text, due_at, marks, mark_at, paused_at, paused_s, overdue_at, discharged_at, discharged_by,
  reason, superseded_by, is_retroactive, agreement_version, agreement_hash
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  name = excluded.name, ob = excluded.ob, clauses = excluded.clauses, basis = excluded.basis, is_target =
  excluded.is_target, debtor = excluded.debtor, creditor = excluded.creditor, incident = excluded.incident, report =
  excluded.report, about = excluded.about, grade = excluded.grade, state = excluded.state, started_at =
  excluded.started_at, on_file_at = excluded.on_file_at, limit_text = excluded.limit_text, due_at = excluded.due_at,
  marks = excluded.marks, mark_at = excluded.mark_at, paused_at = excluded.paused_at, paused_s = excluded.paused_s,
  overdue_at = excluded.overdue_at, discharged_at = excluded.discharged_at, discharged_by = excluded.discharged_by,
  reason = excluded.reason, superseded_by = excluded.superseded_by, is_retroactive = excluded.is_retroactive,
  agreement_version = excluded.agreement_version, agreement_hash = excluded.agreement_hash;

-- name: put_entry
INSERT INTO entry (
  id, incident, kind, what, party, "by", at, on_file_at, said, about, means, recorded_by, is_on_behalf,
  confirmed_by, confirmed_at, is_not_applicable
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  incident = excluded.incident, kind = excluded.kind, what = excluded.what, party = excluded.party, "by" =
  excluded."by", at = excluded.at, on_file_at = excluded.on_file_at, said = excluded.said, about = excluded.about,
  means = excluded.means, recorded_by = excluded.recorded_by, is_on_behalf = excluded.is_on_behalf, confirmed_by =
  excluded.confirmed_by, confirmed_at = excluded.confirmed_at, is_not_applicable = excluded.is_not_applicable;

-- name: put_report
INSERT INTO report (
  number, incident, party, reporter, received_at, occurred_at, discovered_at, symptom, scope, measures, functions,
  kind, suggested_grade, missing, means, recorded_by, attachments, acknowledged_by, acknowledged_at, joined
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (number) DO UPDATE SET
  incident = excluded.incident, party = excluded.party, reporter = excluded.reporter, received_at =
  excluded.received_at, occurred_at = excluded.occurred_at, discovered_at = excluded.discovered_at, symptom =
  excluded.symptom, scope = excluded.scope, measures = excluded.measures, functions = excluded.functions, kind =
  excluded.kind, suggested_grade = excluded.suggested_grade, missing = excluded.missing, means = excluded.means,
  recorded_by = excluded.recorded_by, attachments = excluded.attachments, acknowledged_by =
  excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at, joined = excluded.joined;
