"""Public pages, readable by everyone without signing in and without JavaScript."""
