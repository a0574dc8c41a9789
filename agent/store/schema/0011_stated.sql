-- What was recorded on a person's behalf, until the other party confirms or corrects it (fact 15).
CREATE TABLE statement (
  id TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  "by" TEXT NOT NULL,
  at INTEGER NOT NULL,
  on_file_at INTEGER NOT NULL,
  means TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  asked TEXT NOT NULL CHECK (asked IN ('provider', 'customer')),
  said TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'confirmed', 'disputed', 'unanswered')),
  asked_at INTEGER,
  due_at INTEGER,
  answered_by TEXT NOT NULL,
  answered_at INTEGER,
  answer TEXT NOT NULL
) STRICT;
CREATE INDEX statement_of_incident ON statement (incident, on_file_at);
CREATE INDEX statement_waiting ON statement (on_file_at) WHERE state = 'waiting';

-- An acknowledgement is about the notices that its party had been told; it may be of a phone call.
ALTER TABLE acknowledgement ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE acknowledgement ADD COLUMN on_file_at INTEGER; -- NULL: when it was given
ALTER TABLE acknowledgement ADD COLUMN statement TEXT NOT NULL DEFAULT '';

-- '' is a link of the incident; 'statements' shows what was recorded on behalf of the other party's people.
ALTER TABLE link ADD COLUMN about TEXT NOT NULL DEFAULT '';
