"""App registration, and what happens to a password that nobody proved to be the address's owner's."""

from typing import Any

from allauth.account.signals import authentication_step_completed
from django.apps import AppConfig


def forget_unproven_password(sender: Any, *, user: Any, method: str, **_facts: Any) -> None:
    """Drop a password chosen before anyone proved the address, once its owner signs in by an e-mailed code.

    Whoever signs up with somebody else's address leaves a password behind. The owner's first code proves the address,
    and from then on that password would open the owner's account. It is set anew by the link for a lost password.
    """
    addresses = user.emailaddress_set
    if method == "code" and user.has_usable_password() and not addresses.filter(verified=True).exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])


class UsersConfig(AppConfig):
    """The people's app."""

    name = "apps.users"
    label = "users"

    def ready(self) -> None:
        """Listen to sign-ins."""
        authentication_step_completed.connect(forget_unproven_password)
