-- What began in a window of maintenance and waits for its end: asked for by every scrape.
CREATE INDEX episode_maintained ON episode (line, function)
WHERE outcome = 'maintenance' AND ended_at IS NULL AND incident IS NULL;
