-- What was recorded on somebody's behalf (fact 15).

-- name: put_statement
INSERT INTO statement (
  id, incident, kind, about, party, "by", at, on_file_at, means, recorded_by, asked, said, state, asked_at, due_at,
  answered_by, answered_at, answer, matter
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  state = excluded.state, asked_at = excluded.asked_at, due_at = excluded.due_at, answered_by = excluded.answered_by,
  answered_at = excluded.answered_at, answer = excluded.answer;

-- name: statements
SELECT
  id, incident, kind, about, party, "by", at, on_file_at, means, recorded_by, asked, said, state, asked_at, due_at,
  answered_by, answered_at, answer, matter
FROM statement WHERE incident = ? ORDER BY on_file_at, length(id), id;

-- name: statements_of_matter
SELECT
  id, incident, kind, about, party, "by", at, on_file_at, means, recorded_by, asked, said, state, asked_at, due_at,
  answered_by, answered_at, answer, matter
FROM statement WHERE matter = ? AND matter <> '' ORDER BY on_file_at, length(id), id;

-- name: waiting_statements
SELECT
  id, incident, kind, about, party, "by", at, on_file_at, means, recorded_by, asked, said, state, asked_at, due_at,
  answered_by, answered_at, answer, matter
FROM statement WHERE state = 'waiting' ORDER BY on_file_at, length(id), id;
