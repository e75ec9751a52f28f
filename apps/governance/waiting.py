"""What waits for those who look after committees: terms that run out, vacant seats, hand-overs to confirm, and rules of
their community that are no longer tight enough."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import clock
from apps.core.waiting import Waiting
from apps.funds.models import Fund, Host
from apps.funds.queries import by_book, flagged
from apps.funds.states import FundKind, RuleLevel
from apps.funds.waiting import loosened_row
from apps.governance import permissions, queries
from apps.governance.models import HandOver, Seat
from apps.governance.states import HandOverState
from apps.governance.waiting_votes import proceedings
from apps.users.models import User

MOST_OF_A_KIND = 20


def waiting_for(user: User) -> list[Waiting]:
    """Return what a person is to do for the committees they sit on or form."""
    return [*_terms(user), *_vacancies(user), *_hand_overs(user), *_rules(user), *proceedings(user)]


def _terms(user: User) -> list[Waiting]:
    return [
        Waiting(
            state="due",
            label=_("任期将满"),
            title=_("换届或连任：%(fund)s") % {"fund": term.committee.fund.name},
            url=reverse("governance:committee", args=[term.committee.fund.code]),
            action=_("去安排"),
            words=ngettext(
                "%(seats)d 个席位到 %(until)s 期满", "%(seats)d 个席位到 %(until)s 期满", term.seats
            )
            % {"seats": term.seats, "until": term.until_day.isoformat()},
            until=clock.midnight(term.until_day),
        )
        for term in queries.ending_terms(queries.run_or_formed_by(user))[:MOST_OF_A_KIND]
    ]


def _vacancies(user: User) -> list[Waiting]:
    return [
        Waiting(
            state="waiting",
            label=_("空缺"),
            title=_("补空缺：%(fund)s") % {"fund": name},
            url=reverse("governance:committee", args=[code]),
            action=_("去看"),
            words=ngettext("空缺 %(vacant)d 席", "空缺 %(vacant)d 席", vacant) % {"vacant": vacant},
        )
        for code, name, vacant in queries.vacant_seats(queries.run_or_formed_by(user))[:MOST_OF_A_KIND]
    ]


def _hand_overs(user: User) -> list[Waiting]:
    """Hand-overs in which this person is a chair: theirs to confirm, or confirmed and waiting for the other."""
    mine = Q(planned__user=user, planned__office=Seat.Office.CHAIR) | Q(
        committee__seats__in=Seat.objects.filter(queries.in_force(), user=user, office=Seat.Office.CHAIR)
    )
    found = HandOver.objects.filter(mine, state=HandOverState.PREPARED).select_related("committee__fund")
    rows = []
    for hand_over in found.distinct().order_by("prepared_at"):
        done = {permissions.OUTGOING: hand_over.outgoing_at, permissions.INCOMING: hand_over.incoming_at}
        owes = any(
            moment is None and permissions.may_confirm(user, hand_over, side) for side, moment in done.items()
        )
        rows.append(
            Waiting(
                state="waiting",
                label=_("待确认"),
                title=_("换届交接：%(fund)s") % {"fund": hand_over.committee.fund.name},
                url=reverse("governance:hand_over", args=[hand_over.code]),
                action=_("去确认") if owes else "",
                words="" if owes else _("您确认了，等另一方"),
                since=hand_over.prepared_at,
                mine=owes,
            )
        )
    return rows


def _rules(user: User) -> list[Waiting]:
    """Rules of their own community that chair and secretary are to mend by a motion."""
    seats = Seat.objects.filter(queries.in_force(), user=user, office__in=permissions.OFFICERS)
    funds = Fund.objects.filter(committee__seats__in=seats, kind=FundKind.COMMUNITY).select_related("host")
    places: dict[Host, set[str]] = {}
    for fund in funds:
        places.setdefault(fund.host, set()).add(fund.division_id)
    return [
        loosened_row(
            book,
            flags,
            url=reverse("governance:draft_rules", args=[host.code, book.level, book.division_id]),
        )
        for host, own in places.items()
        for book, flags in by_book(flagged(host, level=RuleLevel.COMMUNITY))
        if book.division_id in own
    ]
