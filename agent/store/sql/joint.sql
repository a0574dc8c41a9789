-- The agreement part of the configuration (fact 14).

-- name: standing_parts
-- What is in force, what is proposed, and the newest of all: one that was rejected is not proposed again by itself.
SELECT
  number, version, hash, text, state, at, provider, provider_at, customer, customer_at, in_force_at, ended_at,
  ended_by, reason
FROM agreement_part
WHERE state IN ('in_force', 'proposed') OR number = (SELECT MAX(number) FROM agreement_part)
ORDER BY number;

-- name: agreement_part
-- The last one of that hash that was ever in force, else the last one.
SELECT
  number, version, hash, text, state, at, provider, provider_at, customer, customer_at, in_force_at, ended_at,
  ended_by, reason
FROM agreement_part WHERE hash = ? ORDER BY in_force_at IS NULL, number DESC LIMIT 1;

-- name: put_agreement_part
INSERT INTO agreement_part (
  number, version, hash, text, state, at, provider, provider_at, customer, customer_at, in_force_at, ended_at,
  ended_by, reason
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (number) DO UPDATE SET
  state = excluded.state, provider = excluded.provider, provider_at = excluded.provider_at,
  customer = excluded.customer, customer_at = excluded.customer_at, in_force_at = excluded.in_force_at,
  ended_at = excluded.ended_at, ended_by = excluded.ended_by, reason = excluded.reason;

-- name: agreement_part_of
SELECT
  number, version, hash, text, state, at, provider, provider_at, customer, customer_at, in_force_at, ended_at,
  ended_by, reason
FROM agreement_part WHERE number = ?;
