-- The small registers: improvements, vulnerabilities, upkeep, attestations, and decisions on them. Nothing is deleted.
CREATE TABLE item (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('improvement', 'decision', 'vulnerability', 'maintenance', 'attestation')),
  what TEXT NOT NULL,
  text TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  origin TEXT NOT NULL CHECK (origin IN ('provider', 'customer')),
  "by" TEXT NOT NULL,
  at INTEGER NOT NULL,
  on_file_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (
    state IN ('proposed', 'open', 'done', 'verified', 'fixed', 'accepted', 'recorded', 'withdrawn')
  ),
  owner TEXT NOT NULL,
  due_at INTEGER,
  period TEXT NOT NULL,
  incident TEXT NOT NULL, -- '' belongs to none
  items TEXT NOT NULL,
  is_internal INTEGER NOT NULL,
  recorded_by TEXT NOT NULL,
  done_by TEXT NOT NULL,
  done_at INTEGER,
  outcome TEXT NOT NULL,
  verified_by TEXT NOT NULL,
  verified_at INTEGER,
  accepted_provider TEXT NOT NULL,
  accepted_customer TEXT NOT NULL,
  ended_by TEXT NOT NULL,
  ended_at INTEGER,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX item_on_file ON item (on_file_at, id);
CREATE INDEX item_of_incident ON item (incident) WHERE incident <> '';
