-- Probes whose evidence a person has put on record that the recovery need not wait for.
ALTER TABLE incident ADD COLUMN without TEXT NOT NULL DEFAULT '[]';
-- How long each probe's run of good readings was when the last signal cleared: only what came after that counts.
ALTER TABLE incident ADD COLUMN runs TEXT NOT NULL DEFAULT '{}';
-- What is told of the agent itself is looked up by its type: who heard of a gap, when new names were told last.
CREATE INDEX notice_of_agent ON notice (type, at) WHERE incident = '';
