-- When the same cause showed itself: the opening, each reopening, and those of the incidents that it is a recurrence of.
ALTER TABLE incident ADD COLUMN occurred TEXT NOT NULL DEFAULT '[]';
