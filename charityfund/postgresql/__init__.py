"""Django's own PostgreSQL backend with a cheaper look at whether the connection still lives."""
