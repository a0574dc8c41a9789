-- When the coordinator was warned last that time lifts the grade (agreement.md 3, "Time").
ALTER TABLE incident ADD COLUMN warned_at INTEGER;
