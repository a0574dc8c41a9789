-- Times are integers: microseconds since 1970 in UTC. Durations: microseconds. Flags: 0 or 1. Lists and maps: JSON text.
-- Columns follow the fields of the nouns in agent/model, in their order.

-- The sentinel: a file without this row is not an archive, and an empty one is never taken for a new one.
CREATE TABLE archive (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL CHECK (name = 'tocsin')
) STRICT;
INSERT INTO archive (id, name) VALUES (1, 'tocsin');

CREATE TABLE migration (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;

CREATE TABLE body (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  received_at INTEGER NOT NULL,
  source TEXT NOT NULL,
  raw BLOB NOT NULL, -- zlib
  fault TEXT NOT NULL
) STRICT;

CREATE TABLE episode (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  line TEXT NOT NULL,
  labels TEXT NOT NULL,
  annotations TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  detected_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  group_key TEXT NOT NULL,
  function TEXT NOT NULL,
  condition TEXT,
  given INTEGER CHECK (given BETWEEN 1 AND 3),
  is_mapped INTEGER NOT NULL,
  incident TEXT,
  outcome TEXT NOT NULL,
  ended_at INTEGER,
  end_received_at INTEGER,
  is_end_inferred INTEGER NOT NULL,
  value TEXT NOT NULL,
  doubt TEXT NOT NULL
) STRICT;
CREATE INDEX episode_of_incident ON episode (incident) WHERE incident IS NOT NULL;
CREATE INDEX episode_open ON episode (id) WHERE ended_at IS NULL;
CREATE INDEX episode_ended ON episode (COALESCE(end_received_at, ended_at)) WHERE ended_at IS NOT NULL;
CREATE INDEX episode_unmapped ON episode (line) WHERE is_mapped = 0;

CREATE TABLE line (
  id TEXT PRIMARY KEY,
  function TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('fault', 'security', 'other')),
  condition TEXT,
  given INTEGER CHECK (given BETWEEN 1 AND 3),
  is_mapped INTEGER NOT NULL,
  severity TEXT NOT NULL,
  is_local INTEGER NOT NULL,
  share_of TEXT NOT NULL,
  total INTEGER NOT NULL,
  tell_at_risk INTEGER NOT NULL,
  rules TEXT NOT NULL
) STRICT;

CREATE TABLE incident (
  number TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('fault', 'security', 'other')),
  key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'verifying', 'recovered', 'closed', 'void')),
  grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 3),
  is_provisional INTEGER NOT NULL,
  functions TEXT NOT NULL,
  rules TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  detected_at INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  graded_at INTEGER NOT NULL,
  agreement_version INTEGER NOT NULL,
  agreement_hash TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('assessment', 'containment', 'eradication', 'recovery', 'review')),
  cleared_at INTEGER,
  recovered_at INTEGER,
  closed_at INTEGER,
  verified_by TEXT NOT NULL,
  acknowledged_provider TEXT NOT NULL,
  acknowledged_customer TEXT NOT NULL,
  recurrence_of TEXT NOT NULL,
  reason TEXT NOT NULL,
  truncated TEXT NOT NULL,
  is_drill INTEGER NOT NULL,
  is_mapped INTEGER NOT NULL,
  is_flapping INTEGER NOT NULL,
  was_lifted INTEGER NOT NULL,
  told_provider TEXT CHECK (told_provider IN ('held', 'released', 'withheld')),
  told_customer TEXT CHECK (told_customer IN ('held', 'released', 'withheld')),
  signals_total INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  overruled INTEGER CHECK (overruled BETWEEN 1 AND 3),
  told_functions TEXT NOT NULL,
  changed_at INTEGER,
  wake_at INTEGER
) STRICT;
-- One open incident per key: joined, never doubled.
CREATE UNIQUE INDEX incident_open ON incident (key) WHERE state IN ('open', 'verifying');
CREATE INDEX incident_live ON incident (number) WHERE state IN ('open', 'verifying', 'recovered');
CREATE INDEX incident_opened ON incident (opened_at, number);
CREATE INDEX incident_closed ON incident (closed_at) WHERE state = 'closed';
CREATE INDEX incident_wakes ON incident (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE acknowledgement (
  incident TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  contact TEXT NOT NULL,
  at INTEGER NOT NULL,
  means TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (incident, party, contact, at)
) STRICT;

CREATE TABLE fact (
  id INTEGER PRIMARY KEY,
  incident TEXT NOT NULL, -- '' is the chain of everything that belongs to none
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  "by" TEXT NOT NULL,
  detail TEXT, -- NULL, together with salt: erased
  salt BLOB,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  detail_hash TEXT NOT NULL,
  CHECK ((detail IS NULL) = (salt IS NULL)),
  UNIQUE (incident, seq)
) STRICT;
CREATE TRIGGER fact_stays BEFORE DELETE ON fact
BEGIN
  SELECT RAISE(ABORT, 'facts are only added');
END;
CREATE TRIGGER fact_stays_as_it_is BEFORE UPDATE ON fact
WHEN NOT (
  NEW.detail IS NULL AND NEW.salt IS NULL AND NEW.id = OLD.id AND NEW.incident = OLD.incident AND NEW.seq = OLD.seq
  AND NEW.at = OLD.at AND NEW.kind = OLD.kind AND NEW."by" = OLD."by" AND NEW.prev_hash = OLD.prev_hash
  AND NEW.hash = OLD.hash AND NEW.detail_hash = OLD.detail_hash
)
BEGIN
  SELECT RAISE(ABORT, 'facts are only added; a detail may be erased');
END;

CREATE TABLE notice (
  id TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 3),
  at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'released', 'withheld')),
  recipients TEXT NOT NULL,
  content TEXT NOT NULL,
  is_loud INTEGER NOT NULL,
  is_trial INTEGER NOT NULL,
  asks INTEGER NOT NULL,
  answer_by INTEGER,
  generation INTEGER NOT NULL,
  proof TEXT NOT NULL
) STRICT;
CREATE INDEX notice_of_incident ON notice (incident, seq);
CREATE INDEX notice_held ON notice (due_at) WHERE state = 'held';

CREATE TABLE delivery (
  id TEXT PRIMARY KEY,
  notice TEXT NOT NULL,
  incident TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  contact TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 3),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'accepted', 'given_up', 'cancelled')),
  due_at INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  lease_until INTEGER,
  fence INTEGER NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  verdict TEXT CHECK (verdict IN ('accepted', 'rejected', 'retry', 'not_sent', 'unknown')),
  reason TEXT NOT NULL,
  finished_at INTEGER,
  is_overtaken INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_of_notice ON delivery (notice, contact);
CREATE INDEX delivery_of_incident ON delivery (incident);
CREATE INDEX delivery_waiting ON delivery (due_at) WHERE state = 'waiting';
CREATE INDEX delivery_sending ON delivery (lease_until) WHERE state = 'sending';

CREATE TABLE attempt (
  delivery TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected', 'retry', 'not_sent', 'unknown')),
  reason TEXT NOT NULL,
  took_s REAL NOT NULL,
  PRIMARY KEY (delivery, number)
) STRICT;

CREATE TABLE ladder (
  incident TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  started_at INTEGER NOT NULL,
  limit_us INTEGER NOT NULL,
  round INTEGER NOT NULL,
  rung INTEGER NOT NULL,
  next_at INTEGER,
  asked_at INTEGER,
  asked INTEGER NOT NULL,
  unreachable_since INTEGER,
  PRIMARY KEY (incident, party)
) STRICT;
CREATE INDEX ladder_running ON ladder (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE link (
  token TEXT PRIMARY KEY,
  incident TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  contact TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  endpoint TEXT NOT NULL
) STRICT;
CREATE INDEX link_of_incident ON link (incident, contact);

CREATE TABLE probe (
  name TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  function TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('ok', 'bad', 'unknown')),
  since INTEGER,
  last_run_at INTEGER,
  duration_s REAL NOT NULL,
  found TEXT NOT NULL,
  error TEXT NOT NULL,
  good_run INTEGER NOT NULL,
  good_since INTEGER,
  unknown_run INTEGER NOT NULL,
  tells TEXT NOT NULL,
  has_been_ok INTEGER NOT NULL
) STRICT;

CREATE TABLE heartbeat (
  name TEXT PRIMARY KEY,
  last_at INTEGER NOT NULL,
  has_failed INTEGER NOT NULL,
  within_s REAL NOT NULL
) STRICT;
