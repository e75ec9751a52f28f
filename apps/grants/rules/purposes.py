"""Whether a project may be paid with money that was given for a purpose. Words are compared, people judge the rest.

Charity Law, article 56: gifts are used as the campaign's plan or the donors' agreement says; another purpose needs the
donor's consent or a filing first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from apps.funds.rules.purposes import covers, touches

FITS, UNCLEAR, OTHER_FIELD, ENDED, TOO_SHORT = "fits", "unclear", "other_field", "ended", "too_short"


@dataclass(frozen=True)
class Bound:
    """What money is bound to: a purpose in words, and the last day on which it may be used, if there is one."""

    purpose: str
    until: date | None


def fit(bound: Bound, *, words: str, field: str, fields: Collection[str], ends_on: date, today: date) -> str:
    """Return how a project stands to a purpose: `words` are everything it says, `field` its field's name, `fields` the
    names of all fields.

    A purpose that names fields is for those alone, unless the project does one of the things it names. Where the words
    do not tell, it is unclear, and a person has to say why it fits.
    """
    if bound.until is not None and bound.until < today:
        return ENDED
    if bound.until is not None and bound.until < ends_on:
        return TOO_SHORT
    if touches(bound.purpose, f"{words}、{field}"):
        return FITS
    named = {name for name in fields if covers(bound.purpose, name)}
    if named:
        return FITS if field in named else OTHER_FIELD
    return UNCLEAR
