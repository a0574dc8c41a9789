"""What runs: the desk, the courier and the watcher, each a thread, and what keeps them honest."""
