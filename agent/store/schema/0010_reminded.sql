-- What each contact was reminded of last, and what waits: at most one message in ten minutes lists several duties.
CREATE TABLE reminder (
  contact TEXT PRIMARY KEY,
  told_at INTEGER,
  look_at INTEGER,
  waits TEXT NOT NULL
) STRICT;
