"""Questions over HTTP, and work that must be over by a time."""
