-- Availability (1.6): what a probe's last readings said of its function, and since when without a pause.
ALTER TABLE probe ADD COLUMN measured TEXT NOT NULL DEFAULT 'unknown' CHECK (measured IN ('ok', 'bad', 'unknown'));
ALTER TABLE probe ADD COLUMN measured_since INTEGER;
ALTER TABLE probe ADD COLUMN measured_after INTEGER;

-- Whole minutes in which a probe found the same; the run that goes on stands in `probe`. A minute of none is unknown.
CREATE TABLE measured (
  probe TEXT NOT NULL,
  function TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('ok', 'bad')),
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  is_slow INTEGER NOT NULL,
  PRIMARY KEY (probe, function, since)
) STRICT;
CREATE INDEX measured_until ON measured (until);

-- Minutes that a party wants left out of the availability.
CREATE TABLE exclusion (
  id TEXT PRIMARY KEY,
  function TEXT NOT NULL, -- '' is all of them
  what TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  because TEXT NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  "by" TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
  answered_by TEXT NOT NULL,
  answered_at INTEGER,
  answer TEXT NOT NULL,
  means TEXT NOT NULL,
  recorded_by TEXT NOT NULL
) STRICT;
CREATE INDEX exclusion_ends ON exclusion (ends_at);
