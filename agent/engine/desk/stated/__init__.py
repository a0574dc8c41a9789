"""What people do and say: acts, entries on the shared timeline, reports, registers, answers on a grade."""
