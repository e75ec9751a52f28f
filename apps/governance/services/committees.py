"""Forming a committee, giving seats and ending them."""

from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.governance import permissions, queries
from apps.governance.models import Committee, Seat
from apps.users.models import User


@verb
def form_committee(fund: Fund, *, appointed_by: str, day: date, by: User | None) -> Committee:
    """Form the management committee of a fund; forming it again returns the one there is.

    `appointed_by` names the document of appointment. Raises `Refused`.
    """
    permissions.may_form(by, fund).require()
    document = clean_text(appointed_by, field="appointed_by", limit=200)
    committee, is_new = Committee.objects.get_or_create(
        fund=fund, defaults={"appointed_by": document, "formed_on": day}
    )
    if is_new:
        audit.record(by, "governance.form_committee", committee, fund=fund.code, day=day.isoformat())
        versions.bump(f"fund:{fund.code}", f"division:{fund.division_id}")
    return committee


@verb
def seat(
    committee: Committee,
    *,
    user: User,
    office: str,
    kind: str,
    from_day: date,
    until_day: date,
    by: User | None,
) -> Seat:
    """Give a person a seat for a term; giving the very same seat twice gives one.

    Raises `Refused` when the term is longer than the rules allow, when the person already sits on this committee in
    those days (a supervisor is no member), or when there already is a chair. One person may sit in several funds.
    """
    committee = Committee.objects.select_for_update(no_key=True).get(pk=committee.pk)
    fund = committee.fund
    permissions.may_form(by, fund).require()
    if office not in Seat.Office.values or kind not in Seat.Kind.values:
        raise Refused(_("请选职务和代表的方面。"), "office")
    _check_term(fund, from_day, until_day)
    overlapping = committee.seats.filter(ended_at=None, from_day__lte=until_day, until_day__gte=from_day)
    own = overlapping.filter(user=user).first()
    if own is not None:
        if (own.office, own.kind, own.from_day, own.until_day) == (office, kind, from_day, until_day):
            return own
        raise Refused(_("这位在这段时间里已经有一个席位；监督员、秘书和委员不能一人兼任。"), "user")
    if office == Seat.Office.CHAIR and overlapping.filter(office=office).exists():
        raise Refused(_("这段时间里已经有主任了，请先让前任卸任。"), "office")
    given = Seat.objects.create(
        committee=committee, user=user, office=office, kind=kind, from_day=from_day, until_day=until_day
    )
    audit.record(by, "governance.seat", given, fund=fund.code, office=office, kind=kind, user=user.pk)
    versions.bump(f"fund:{fund.code}")
    return given


def _check_term(fund: Fund, from_day: date, until_day: date) -> None:
    years = effective_rules(fund)["term_years"]
    if until_day < from_day:
        raise Refused(_("任期的结束不能早于开始。"), "until_day")
    last = queries.whole(years) + from_day.year
    if (until_day.year, until_day.month, until_day.day) > (last, from_day.month, from_day.day):
        raise Refused(
            _("任期最长 %(years)d 年（依据：%(clause)s）。")
            % {"years": queries.whole(years), "clause": queries.source_of(years)},
            "until_day",
        )


@verb
def end_seat(seat: Seat, *, by: User | None) -> Seat:
    """End a seat now, before its term is over. It can vote no more; rolls frozen before keep it, as absent or as it
    voted."""
    held = Seat.objects.select_for_update(no_key=True).select_related("committee__fund__host").get(pk=seat.pk)
    fund = held.committee.fund
    permissions.may_form(by, fund).require()
    if held.ended_at is None:
        held.ended_at = clock.now()
        held.save(update_fields=["ended_at"])
        audit.record(by, "governance.end_seat", held, fund=fund.code, office=held.office)
        versions.bump(f"fund:{fund.code}")
    return held
