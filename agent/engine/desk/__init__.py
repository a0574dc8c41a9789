"""The desk: one thread that takes everything in, decides, and writes it down in one commit."""
