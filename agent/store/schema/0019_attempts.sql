-- R3: blocked attempts are counted by the month; they are few among all that fires.
CREATE INDEX episode_attempt ON episode (started_at) WHERE condition = 'attempt';
