-- What contacts are reminded of.

-- name: reminders
SELECT contact, told_at, look_at, waits FROM reminder ORDER BY contact;

-- name: put_reminder
INSERT INTO reminder (contact, told_at, look_at, waits)
VALUES (?, ?, ?, ?)
ON CONFLICT (contact) DO UPDATE SET
  told_at = excluded.told_at, look_at = excluded.look_at, waits = excluded.waits;
