-- When a firing ends by itself unless it is told again (the `endsAt` of what Prometheus posts); NULL where it never does.
ALTER TABLE episode ADD COLUMN expires_at INTEGER;
