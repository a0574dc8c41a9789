-- What runs without an incident: the parties' people, and what the agent said of itself.

-- name: contacts
SELECT id, party, name, roles, phone, email, reach, version, at, is_gone FROM contact ORDER BY id;

-- name: put_contact
INSERT INTO contact (
  id, party, name, roles, phone, email, reach, version, at, is_gone
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  party = excluded.party, name = excluded.name, roles = excluded.roles, phone = excluded.phone,
  email = excluded.email, reach = excluded.reach, version = excluded.version, at = excluded.at,
  is_gone = excluded.is_gone;

-- name: facts_of_agent
-- Those of one kind in the chain of no incident, newest first.
SELECT incident, seq, at, kind, "by", detail, salt, prev_hash, hash, detail_hash
FROM fact WHERE incident = '' AND kind = ? ORDER BY seq DESC LIMIT ?;

-- name: last_taken
-- By which channel of a contact a carrier took something, and when last.
SELECT endpoint, MAX(finished_at) FROM delivery
WHERE contact = ? AND state = 'accepted' AND finished_at IS NOT NULL GROUP BY endpoint ORDER BY endpoint;
