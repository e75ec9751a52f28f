"""Pages in a real Chromium, on the test's own web server and PostgreSQL."""
