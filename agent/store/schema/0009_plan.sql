-- The response plan as it was pinned to the incident (3.1): it stays whatever the file says since.
ALTER TABLE incident ADD COLUMN plan TEXT;
