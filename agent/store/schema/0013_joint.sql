-- The agreement part of the configuration: in force, proposed, or past. Changing it is a joint act; nothing is deleted.
CREATE TABLE agreement_part (
  number INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (
    state IN ('proposed', 'in_force', 'past', 'superseded', 'rejected', 'withdrawn')
  ),
  at INTEGER NOT NULL,
  provider TEXT NOT NULL,
  provider_at INTEGER,
  customer TEXT NOT NULL,
  customer_at INTEGER,
  in_force_at INTEGER,
  ended_at INTEGER,
  ended_by TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX agreement_part_hash ON agreement_part (hash);
CREATE UNIQUE INDEX agreement_part_one_in_force ON agreement_part (state) WHERE state = 'in_force';
CREATE UNIQUE INDEX agreement_part_one_proposed ON agreement_part (state) WHERE state = 'proposed';
