"""Telling in good time that terms run out."""

from apps.core.verbs import verb
from apps.governance import notices, queries
from apps.governance.models import Committee, Seat
from apps.users.models import User


@verb
def warn_of_terms() -> int:
    """Tell chairs, secretaries and the host of the terms that end within 90 days, and again within 30.

    Return how many terms were told of. Safe to repeat: each person gets each warning once.
    """
    found = queries.ending_terms(Committee.objects.all())
    for term in found:
        warning = min(days for days in queries.WARNINGS if term.days <= days)
        officers = queries.seats_of(term.committee.fund).filter(
            office__in=[Seat.Office.CHAIR, Seat.Office.SECRETARY]
        )
        people = {user.pk: user for user in queries.who_forms(term.committee)}
        people |= {user.pk: user for user in User.objects.filter(pk__in=officers.values("user_id"))}
        notices.term_ends(term, warning, people.values())
    return len(found)
