"""How sign-in differs from allauth's defaults."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by e-mail; addresses are kept in lower case, as everywhere in the system."""

    def clean_email(self, email: str) -> str:
        """Return the address as it is kept."""
        cleaned: str = super().clean_email(email)
        return cleaned.lower()
