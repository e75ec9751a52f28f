"""Which scopes a role may have, and the sign-ins of the demonstration. Plain values, no database."""

# Roles that are held for a host, a division, or an organisation; nothing else makes sense.
SCOPES_OF_KIND = {
    "host_admin": frozenset({"host"}),
    "finance": frozenset({"host"}),
    "town_coordinator": frozenset({"division"}),
    "auditor": frozenset({"host", "division", "fund"}),
    "implementer": frozenset({"organisation"}),
}
# People of the demonstration have addresses under a domain that can never receive mail, and one shared password.
DEMO_DOMAIN = "demo.example"
DEMO_PASSWORD = "see-every-fen"  # noqa: S105  (public on purpose; the login page of the demonstration shows it)
