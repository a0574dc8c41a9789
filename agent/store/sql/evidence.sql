-- What is handed out, examined and taken out of an archive, beside the agent.

-- name: bundle_incident
SELECT * FROM incident WHERE number = ?;

-- name: bundle_notices
SELECT * FROM notice WHERE incident = ? ORDER BY seq, id;

-- name: bundle_deliveries
SELECT * FROM delivery WHERE incident = ? ORDER BY made_at, id;

-- name: bundle_attempts
SELECT attempt.* FROM attempt JOIN delivery ON delivery.id = attempt.delivery
WHERE delivery.incident = ? ORDER BY attempt.at, attempt.delivery, attempt.number;

-- name: bundle_acknowledgements
SELECT * FROM acknowledgement WHERE incident = ? ORDER BY at;

-- name: bundle_entries
SELECT * FROM entry WHERE incident = ? ORDER BY on_file_at, id;

-- name: bundle_reports
SELECT * FROM report WHERE incident = ? ORDER BY received_at, number;

-- name: bundle_statements
SELECT * FROM statement WHERE incident = ? ORDER BY on_file_at, id;

-- name: bundle_obligations
SELECT * FROM obligation WHERE incident = ? ORDER BY started_at, id;

-- name: bundle_register
SELECT * FROM item WHERE incident = ? ORDER BY on_file_at, id;

-- name: bundle_signals
SELECT * FROM episode_of_incident WHERE incident = ? ORDER BY id;

-- name: bundle_facts
SELECT incident, seq, at, kind, "by", detail, salt, prev_hash, hash, detail_hash
FROM fact WHERE incident = ? ORDER BY seq;

-- name: bundle_bodies
-- those that began a signal, those that a fact of the incident names, and what is attached to its reports
SELECT hash, raw FROM body WHERE hash IN (
  SELECT body FROM episode_of_incident WHERE incident = ?1
  UNION
  SELECT json_extract(detail, '$.body') FROM fact WHERE incident = ?1 AND detail IS NOT NULL
  UNION
  SELECT json_extract(each.value, '$.hash') FROM report, json_each(report.attachments) AS each
  WHERE report.incident = ?1
);

-- name: bundle_links
SELECT token FROM link WHERE incident = ?;

-- name: facts_counted
SELECT COUNT(*), MAX(at) FROM fact;

-- name: newest_fact
SELECT incident, seq, hash FROM newest_fact;

-- name: first_gap
SELECT incident, seq FROM fact AS one
WHERE one.id < (SELECT MAX(id) FROM fact) AND NOT EXISTS (SELECT 1 FROM fact AS other WHERE other.id = one.id + 1)
ORDER BY one.id LIMIT 1;

-- name: erased_facts
SELECT incident, seq FROM fact WHERE detail IS NULL ORDER BY incident, seq;

-- name: redactions
SELECT incident, detail FROM fact WHERE kind = 'fact_redacted' AND detail IS NOT NULL;

-- name: sent_words
SELECT delivery.subject, delivery.text, json_extract(detail, '$.words'), delivery.notice, delivery.contact, delivery.endpoint
FROM fact JOIN delivery ON delivery.notice = json_extract(detail, '$.notice')
  AND delivery.contact = json_extract(detail, '$.contact') AND delivery.endpoint = json_extract(detail, '$.endpoint')
WHERE kind = 'notice_accepted' AND detail IS NOT NULL AND json_extract(detail, '$.words') IS NOT NULL
ORDER BY fact.id;

-- name: attached
SELECT report.number, json_extract(each.value, '$.name'), json_extract(each.value, '$.hash'), body.raw, body.fault
FROM report, json_each(report.attachments) AS each
LEFT JOIN body ON body.hash = json_extract(each.value, '$.hash')
ORDER BY report.number, each.key;

-- name: seals
SELECT incident, seq, at, kind, "by", detail, salt, prev_hash, hash, detail_hash
FROM fact WHERE incident = '' AND kind = 'heads_sealed' ORDER BY seq;

-- name: body_raw
SELECT raw FROM body WHERE hash = ?;

-- name: part_of_incident
SELECT text FROM agreement_part JOIN incident ON incident.agreement_hash = agreement_part.hash
WHERE incident.number = ? LIMIT 1;

-- name: part_in_force
SELECT text FROM agreement_part WHERE state = 'in_force';

-- name: contact_card
SELECT name, phone, email FROM contact WHERE id = ?;

-- name: facts_that_mention
-- `mentions` is told to the connection by who redacts
SELECT id, incident, seq, at, kind, "by", detail, salt, prev_hash, hash, detail_hash
FROM fact WHERE detail IS NOT NULL AND mentions(detail) ORDER BY incident, seq;

-- name: bodies_but_of
SELECT id, raw, fault FROM body WHERE source <> ?;

-- name: attachments_of
SELECT json_extract(each.value, '$.hash') FROM report, json_each(report.attachments) AS each
WHERE report.reporter = ?;

-- name: take_out_detail
UPDATE fact SET detail = NULL, salt = NULL WHERE id = ?;

-- name: put_raw
UPDATE body SET raw = ?, fault = ? WHERE id = ?;
