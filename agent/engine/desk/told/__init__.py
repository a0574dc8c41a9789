"""Who is told what, when, and again: notices, ladders, reminders, digests, the outbox."""
