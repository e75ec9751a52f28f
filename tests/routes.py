"""Every route of the site and who gets past its door. A route without a row fails `tests/test_routes.py`.

A row says which members of the cast may reach the page (`reach`), the arguments that exist in the cast (`args`; without
them the route is only tried with arguments that do not exist), and what a GET then answers (`get`: 405 for routes that
only take a POST, 302 for those that lead elsewhere). A name ending in `*` stands for all routes that start so and have
no row of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SIGNED_IN = frozenset(
    [
        "stranger",
        "implementer",
        "coordinator",
        "auditor",
        "finance",
        "admin",
        "chair",
        "secretary",
        "supervisor",
    ]
)
EVERYONE = SIGNED_IN | {"anonymous"}
NOBODY: frozenset[str] = frozenset()
HOST_ADMIN = frozenset({"admin"})
HOST_STAFF = frozenset({"admin", "finance"})
FINANCE = frozenset({"finance"})
OK, LEADS_ON, POST_ONLY, NOT_FOUND = 200, 302, 405, 404

HOST = {"host": "H-QJ"}
DIVISION = {"code": "500110001001"}
FUND = {"code": "F-BBT"}
ORGANISATION = {"code": "O-NY"}


@dataclass(frozen=True)
class Row:
    """Who reaches a route, with which arguments, and what a GET answers them."""

    reach: frozenset[str]
    args: Mapping[str, str | int] | None = None
    get: int = OK


ROUTES: dict[str, Row] = {
    # The operator's admin: superusers, who are not in the cast.
    "admin:*": Row(NOBODY),
    "admin:login": Row(EVERYONE, get=LEADS_ON),
    "admin:logout": Row(EVERYONE, get=LEADS_ON),
    # Signing in and one's own account.
    "account_*": Row(EVERYONE),
    "account_logout": Row(EVERYONE),
    "account_email": Row(SIGNED_IN),
    "account_change_password": Row(SIGNED_IN),
    "account_set_password": Row(SIGNED_IN, get=LEADS_ON),
    "account_reauthenticate": Row(SIGNED_IN),
    "mfa_*": Row(SIGNED_IN),
    "users:me": Row(SIGNED_IN),
    "users:people": Row(HOST_ADMIN, HOST),
    "users:end_role": Row(HOST_ADMIN, get=POST_ONLY),
    # What everyone may read.
    "core:picture": Row(EVERYONE),
    "core:thumbnail": Row(EVERYONE),
    "core:choose": Row(EVERYONE, get=POST_ONLY),
    "core:healthy": Row(EVERYONE),
    "divisions:suggest": Row(EVERYONE),
    "disclosure:*": Row(EVERYONE),
    "disclosure:report_bench": Row(NOBODY),
    "disclosure:division": Row(EVERYONE, DIVISION),
    "disclosure:fund": Row(EVERYONE, FUND),
    "disclosure:book": Row(EVERYONE, FUND),
    # Organisations.
    "registry:organisations": Row(HOST_STAFF),
    "registry:register": Row(HOST_STAFF),
    "registry:organisation": Row(HOST_STAFF | {"implementer"}, ORGANISATION),
    "registry:add_implementer": Row(HOST_STAFF, ORGANISATION, get=POST_ONLY),
    "registry:end_implementer": Row(HOST_STAFF, get=POST_ONLY),
    "registry:change_payee": Row(FINANCE, ORGANISATION, get=POST_ONLY),
    "registry:suspend": Row(HOST_STAFF, ORGANISATION, get=POST_ONLY),
    "registry:restore": Row(HOST_STAFF, ORGANISATION, get=POST_ONLY),
}
