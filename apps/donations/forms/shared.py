"""What the forms of this room share."""

import secrets

from django import forms

from apps.core import money
from apps.core.verdicts import Refused


def new_token() -> str:
    """Return the token of one form: sent twice, it does its work once."""
    return secrets.token_urlsafe(16)


def read_amount(form: forms.Form, name: str) -> int | None:
    """Return the fen typed into a field, or None after writing the reason above it."""
    try:
        return money.parse_amount(form.cleaned_data.get(name) or "", field=name)
    except Refused as refusal:
        form.add_error(name, str(refusal))
        return None
