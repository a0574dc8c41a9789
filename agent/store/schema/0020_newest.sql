-- The fact written last of all, so that its loss shows as the loss of any other does.
CREATE TABLE newest_fact (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  incident TEXT NOT NULL,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO newest_fact (one, incident, seq, hash) SELECT 1, incident, seq, hash FROM fact ORDER BY id DESC LIMIT 1;
