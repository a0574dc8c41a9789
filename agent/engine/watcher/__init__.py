"""The watcher: looks at every probe at its pace and hands what it saw to the desk."""
