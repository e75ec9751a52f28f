"""Pages of projects: the implementer's bench, and what residents fill in without signing in."""
