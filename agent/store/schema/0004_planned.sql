-- Windows of maintenance that people announced through the agent; those of the file are not kept here.
CREATE TABLE maintenance (
  id TEXT PRIMARY KEY,
  what TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  announced_at INTEGER NOT NULL,
  announced_until INTEGER NOT NULL,
  "by" TEXT NOT NULL,
  functions TEXT NOT NULL,
  probes TEXT NOT NULL,
  ended_at INTEGER,
  ended_by TEXT NOT NULL,
  reminded_of INTEGER
) STRICT;
CREATE INDEX maintenance_live ON maintenance (ends_at) WHERE ended_at IS NULL;

-- Quiet for one side, or for one contact of it: a contact of '' is the whole side.
CREATE TABLE snooze (
  incident TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  contact TEXT NOT NULL,
  "by" TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 3),
  reason TEXT NOT NULL,
  PRIMARY KEY (incident, party, contact)
) STRICT;
