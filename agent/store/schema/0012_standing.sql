-- The parties' people as the file named them when it was last read: what has changed since is told (2.1).
CREATE TABLE contact (
  id TEXT PRIMARY KEY,
  party TEXT NOT NULL CHECK (party IN ('provider', 'customer')),
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  reach TEXT NOT NULL,
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  is_gone INTEGER NOT NULL
) STRICT;

-- What the agent said of a kind last: that the agreement came into force, that a month began, that a roster is whole.
CREATE INDEX fact_of_agent ON fact (kind, seq) WHERE incident = '';

-- Which channel of a contact took something last.
CREATE INDEX delivery_taken ON delivery (contact, endpoint, finished_at) WHERE state = 'accepted';
