-- The duties' clocks. A changed one is superseded by another row, never overwritten.
CREATE TABLE obligation (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  ob TEXT NOT NULL,
  clauses TEXT NOT NULL,
  basis TEXT NOT NULL CHECK (basis IN ('contract', 'annex', 'statute', 'default')),
  is_target INTEGER NOT NULL,
  debtor TEXT NOT NULL CHECK (debtor IN ('provider', 'customer', 'both')),
  creditor TEXT NOT NULL CHECK (creditor IN ('provider', 'customer', 'both')),
  incident TEXT NOT NULL, -- '' belongs to none
  report TEXT NOT NULL,
  about TEXT NOT NULL,
  grade INTEGER CHECK (grade BETWEEN 1 AND 3),
  state TEXT NOT NULL CHECK (
    state IN ('running', 'paused', 'overdue', 'met', 'met_late', 'waived', 'lapsed', 'void', 'superseded')
  ),
  started_at INTEGER NOT NULL,
  on_file_at INTEGER NOT NULL,
  limit_text TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  marks INTEGER NOT NULL,
  mark_at INTEGER,
  paused_at INTEGER,
  paused_s REAL NOT NULL,
  overdue_at INTEGER,
  discharged_at INTEGER,
  discharged_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  superseded_by TEXT NOT NULL,
  is_retroactive INTEGER NOT NULL,
  agreement_version INTEGER NOT NULL,
  agreement_hash TEXT NOT NULL
) STRICT;
CREATE INDEX obligation_of_incident ON obligation (incident) WHERE incident <> '';
CREATE INDEX obligation_open ON obligation (due_at) WHERE state IN ('running', 'paused', 'overdue');
CREATE INDEX obligation_standing ON obligation (started_at) WHERE incident = '';
CREATE INDEX obligation_begun ON obligation (started_at, id);

-- What people did and said during an incident.
CREATE TABLE entry (
  id TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  kind TEXT NOT NULL,
  what TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  "by" TEXT NOT NULL,
  at INTEGER NOT NULL,
  on_file_at INTEGER NOT NULL,
  said TEXT NOT NULL,
  about TEXT NOT NULL,
  means TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  is_on_behalf INTEGER NOT NULL,
  confirmed_by TEXT NOT NULL,
  confirmed_at INTEGER,
  is_not_applicable INTEGER NOT NULL
) STRICT;
CREATE INDEX entry_of_incident ON entry (incident, on_file_at);

CREATE TABLE report (
  number TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  reporter TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  discovered_at INTEGER NOT NULL,
  symptom TEXT NOT NULL,
  scope TEXT NOT NULL,
  measures TEXT NOT NULL,
  functions TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('fault', 'security', 'other')),
  suggested_grade INTEGER CHECK (suggested_grade BETWEEN 1 AND 3),
  missing TEXT NOT NULL,
  means TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  attachments TEXT NOT NULL,
  acknowledged_by TEXT NOT NULL,
  acknowledged_at INTEGER,
  joined INTEGER NOT NULL
) STRICT;
CREATE INDEX report_of_incident ON report (incident);
CREATE INDEX report_received ON report (received_at, number);
