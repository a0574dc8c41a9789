"""Pages for people: no scripts, no tracking, readable on a phone at three in the morning."""
