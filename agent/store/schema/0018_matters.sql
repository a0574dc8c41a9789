-- A statement may be about no incident: then `matter` is the line of a register, the claim, or the agreement part.
ALTER TABLE statement ADD COLUMN matter TEXT NOT NULL DEFAULT '';
CREATE INDEX statement_of_matter ON statement (matter, on_file_at) WHERE matter <> '';
