-- An incident's episodes are found by stretches of 256 numbers that hold some of it. An index entry for each episode was
-- a tenth of what a new alert costs: a storm wrote the page of every incident anew in each turn.
CREATE TABLE stretch (
  incident TEXT NOT NULL,
  number INTEGER NOT NULL, -- holds the episodes from 256 * number on; those that have left the incident stay counted
  PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;
INSERT INTO stretch (incident, number) SELECT DISTINCT incident, id / 256 FROM episode WHERE incident IS NOT NULL;
DROP INDEX episode_of_incident;
CREATE VIEW episode_of_incident AS
SELECT episode.* FROM stretch CROSS JOIN episode
ON episode.id BETWEEN 256 * stretch.number AND 256 * stretch.number + 255 AND episode.incident = stretch.incident;
