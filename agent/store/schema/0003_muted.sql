-- Whether Alertmanager keeps the alert to itself, as the last poll found it: silenced, inhibited, or neither ('').
ALTER TABLE episode ADD COLUMN muted TEXT NOT NULL DEFAULT '' CHECK (muted IN ('', 'silenced', 'inhibited'));
