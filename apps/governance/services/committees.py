"""Forming a committee, setting its size, and giving seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core import audit, clock, versions
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.funds.rules import CLAUSES
from apps.funds.services import add_party
from apps.funds.states import PartyKind
from apps.governance import permissions, queries, rules
from apps.governance.models import VOTING_OFFICES, Committee, Seat
from apps.users.models import User

MOST_SEATS = CLAUSES["committee_min_size"].most


@dataclass(frozen=True)
class SeatPlan:
    """One person of a committee that is being formed. `rank` is a substitute's place in the order of their kind."""

    user: User
    office: str
    kind: str
    is_paid: bool = False
    rank: int = 0


@verb
def form_committee(
    fund: Fund, *, appointed_by: str, day: date, by: User | None, size: int | None = None
) -> Committee:
    """Form the management committee of a fund; forming it again returns the one there is.

    `appointed_by` names the document of appointment; `size` is the number of voting seats set up, by default the
    fewest that the rules allow. Raises `Refused`.
    """
    permissions.may_form(by, fund).require()
    document = clean_text(appointed_by, field="appointed_by", limit=200)
    size = checked_size(fund, size)
    committee, is_new = Committee.objects.get_or_create(
        fund=fund,
        defaults={"appointed_by": document, "formed_on": day, "size": size, "sized_on": day},
    )
    if is_new:
        audit.record(
            by, "governance.form_committee", committee, fund=fund.code, day=day.isoformat(), size=size
        )
        versions.bump(f"fund:{fund.code}", f"division:{fund.division_id}")
    return committee


def checked_size(fund: Fund, size: int | None) -> int:
    """Return the number of voting seats to set up. Raises `Refused` where a clause says no and is to be kept."""
    effective = effective_rules(fund)
    least = queries.whole(effective["committee_min_size"])
    if size is None:
        return least
    if not 1 <= size <= MOST_SEATS:  # type: ignore[operator]  # a count's bounds are whole numbers
        raise Refused(_("有表决权的席位要在 1 和 %(most)d 之间。") % {"most": MOST_SEATS}, "size")
    verdict = queries.judge([], size=size, effective=effective)
    odd = [line.sentence for line in verdict.lines if line.rule.key == "committee_odd" and not line.ok]
    small = (
        _("管委会要设至少 %(least)d 席，写的是 %(size)d 席（依据：%(clause)s）。")
        % {"least": least, "size": size, "clause": queries.source_of(effective["committee_min_size"])}
        if size < least
        else ""
    )
    if verdict.refuses and (small or odd):
        raise Refused(small + "".join(odd), "size")
    return size


@verb
def resize(committee: Committee, *, size: int, by: User | None) -> Committee:
    """Set how many voting seats a committee has; never fewer than are held. The same size again changes nothing."""
    committee = lock_committee(committee)
    fund = committee.fund
    permissions.may_form(by, fund).require()
    size = checked_size(fund, size)
    if size == committee.size:
        return committee
    held = queries.filled(committee)
    if size < held:
        raise Refused(
            _("现在有 %(held)d 位在任，席位不能少于这个数。要减少，请先让人卸任。") % {"held": held}, "size"
        )
    before, committee.size, committee.sized_on = committee.size, size, clock.today()
    committee.save(update_fields=["size", "sized_on"])
    audit.record(by, "governance.resize", committee, fund=fund.code, before=before, size=size)
    versions.bump(f"fund:{fund.code}")
    return committee


@verb
def form_with_seats(
    fund: Fund,
    *,
    size: int,
    plans: Sequence[SeatPlan],
    appointed_by: str,
    from_day: date,
    until_day: date,
    by: User | None,
) -> Committee:
    """Form a committee with everyone on it, in one go.

    The whole list is judged together: where the rules are to be kept, a list that breaks one is refused with every
    fault and its clause, and nothing is written; where they are to be flagged, it is seated and the flag stands.
    """
    permissions.may_form(by, fund).require()
    committee = form_committee(fund, appointed_by=appointed_by, day=from_day, by=by, size=size)
    committee = lock_committee(committee)
    if committee.seats.exists():
        raise Refused(_("这个基金已经有管委会了。换届请走交接，单个席位请单独登记。"))
    check_list(fund, plans, size=size)
    for plan in plans:
        give(committee, plan, from_day=from_day, until_day=until_day, by=by)
    return committee


def check_list(fund: Fund, plans: Sequence[SeatPlan], *, size: int) -> None:
    """Judge a whole list of coming seats. Raises `Refused` with every fault at once."""
    chairs = sum(plan.office == Seat.Office.CHAIR for plan in plans)
    if chairs != 1:
        raise Refused(_("名单里要有一位主任，不多也不少，现在是 %(chairs)d 位。") % {"chairs": chairs})
    people = [plan.user.pk for plan in plans]
    if len(set(people)) != len(people):
        raise Refused(_("名单里有人写了两次；监督员、秘书和委员不能一人兼任。"))
    kin = queries.kin_among(people)
    held = [
        rules.Place(plan.user.pk, plan.office, plan.kind, plan.is_paid, frozenset(kin.get(plan.user.pk, ())))
        for plan in plans
    ]
    voting = sum(place.votes for place in held)
    if voting > size:
        raise _full(size)
    stops = queries.judge(held, size=size, effective=effective_rules(fund)).stops
    if stops:
        raise Refused(_("这份名单不能成立：") + "".join(stops))


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
    is_paid: bool = False,
    rank: int = 0,
    succeeds: Seat | None = None,
) -> Seat:
    """Give a person a seat for a term; giving the very same seat twice gives one.

    `succeeds` names the seat that became vacant and is filled. Raises `Refused` when all voting seats are held, when
    the term or the person's unbroken service is longer than the rules allow, when the person already sits on this
    committee in those days (a supervisor is no member), when there already is a chair, or when a supervisor would be
    paid or kin of a member. One person may sit in several funds.
    """
    committee = lock_committee(committee)
    permissions.may_form(by, committee.fund).require()
    plan = SeatPlan(user, office, kind, is_paid, rank)
    return give(committee, plan, from_day=from_day, until_day=until_day, by=by, succeeds=succeeds)


def give(
    committee: Committee,
    plan: SeatPlan,
    *,
    from_day: date,
    until_day: date,
    by: User | None,
    began_at: datetime | None = None,
    succeeds: Seat | None = None,
) -> Seat:
    """Check a seat against those there are and write it. The caller holds the committee's lock and its permission."""
    fund = committee.fund
    if plan.office not in Seat.Office.values or plan.kind not in Seat.Kind.values:
        raise Refused(_("请选职务和代表的方面。"), "office")
    check_term(fund, from_day, until_day)
    overlapping = committee.seats.filter(ended_at=None, from_day__lte=until_day, until_day__gte=from_day)
    own = overlapping.filter(user=plan.user).first()
    if own is not None:
        wanted = (plan.office, plan.kind, from_day, until_day)
        if (own.office, own.kind, own.from_day, own.until_day) == wanted:
            return own
        raise Refused(_("这位在这段时间里已经有一个席位；监督员、秘书和委员不能一人兼任。"), "user")
    if plan.office == Seat.Office.CHAIR and overlapping.filter(office=plan.office).exists():
        raise Refused(_("这段时间里已经有主任了，请先让前任卸任。"), "office")
    if plan.office in VOTING_OFFICES:
        _check_room(committee, from_day, until_day)
        check_service(committee, plan, from_day, until_day)
        _check_kind(fund, plan, list(overlapping))
    _check_person(fund, plan, list(overlapping))
    given = Seat.objects.create(
        committee=committee,
        user=plan.user,
        office=plan.office,
        kind=plan.kind,
        from_day=from_day,
        until_day=until_day,
        began_at=began_at or _begins_within(committee, from_day),
        succeeds=succeeds,
        rank=plan.rank or _next_rank(committee, plan),
        is_paid=plan.is_paid,
        given_at=clock.now(),
    )
    audit.record(
        by, "governance.seat", given, fund=fund.code, office=plan.office, kind=plan.kind, user=plan.user.pk
    )
    add_party(fund, user=plan.user, kind=PartyKind.SEAT)
    versions.bump(f"fund:{fund.code}")
    return given


def _begins_within(committee: Committee, from_day: date) -> datetime | None:
    """A term that is written down late begins now, not before, where others sat in the meantime."""
    now = clock.now()
    began = clock.midnight(from_day)
    return now if began < now and committee.seats.filter(ended_at__gt=began).exists() else None


def _next_rank(committee: Committee, plan: SeatPlan) -> int:
    """A substitute stands behind those of their kind who are there already."""
    if plan.office != Seat.Office.SUBSTITUTE:
        return 0
    last = queries.substitutes(committee).filter(kind=plan.kind).last()
    return last.rank + 1 if last else 1


def check_term(fund: Fund, from_day: date, until_day: date) -> None:
    """Raise `Refused` for a term that is reversed or longer than the clause allows."""
    rule = effective_rules(fund)["term_years"]
    if until_day < from_day:
        raise Refused(_("任期的结束不能早于开始。"), "until_day")
    years = queries.whole(rule)
    last = years + from_day.year
    if (until_day.year, until_day.month, until_day.day) > (last, from_day.month, from_day.day):
        raise Refused(
            _("任期最长 %(years)d 年（依据：%(clause)s）。")
            % {"years": years, "clause": queries.source_of(rule)},
            "until_day",
        )


def _check_room(committee: Committee, from_day: date, until_day: date) -> None:
    """Refuse a seat beyond those that are set up, on any day of its term."""
    held = committee.seats.filter(
        ended_at=None, office__in=VOTING_OFFICES, from_day__lte=until_day, until_day__gte=from_day
    ).values_list("from_day", "until_day")
    if rules.most_at_once(held) >= committee.size:
        raise _full(committee.size)


def _check_kind(fund: Fund, plan: SeatPlan, beside: Sequence[Seat]) -> None:
    """Refuse a voting seat beyond those that a kind may have, where the rules are to be kept and not only flagged."""
    effective = effective_rules(fund)
    most = effective[f"seats_{plan.kind}_max"]
    held = sum(one.votes and one.kind == plan.kind for one in beside)
    if effective["composition_action"].value == "refuse" and held >= queries.whole(most):
        raise Refused(
            _("%(rule)s，现在已经有 %(held)d 位（依据：%(clause)s）。")
            % {"rule": most.words, "held": held, "clause": queries.source_of(most)},
            "kind",
        )


def _full(size: int) -> Refused:
    sentence = ngettext(
        "管委会设 %(size)d 个有表决权的席位，都有人了。要加人，请先改席位数。",
        "管委会设 %(size)d 个有表决权的席位，都有人了。要加人，请先改席位数。",
        size,
    )
    return Refused(sentence % {"size": size}, "office")


def check_service(committee: Committee, plan: SeatPlan, from_day: date, until_day: date) -> None:
    """Refuse a term with a vote that would make the person's unbroken service longer than the renewals allow."""
    if plan.office not in VOTING_OFFICES:
        return
    own = committee.seats.filter(user=plan.user, office__in=VOTING_OFFICES)
    terms = [
        (held.from_day, clock.day_of(held.ended_at) if held.ended_at else held.until_day) for held in own
    ]
    since = rules.served_since(terms, from_day)
    effective = effective_rules(committee.fund)
    renewals = queries.whole(effective["renewals_max"])
    years = queries.whole(effective["term_years"]) * (renewals + 1)
    if since is not None and until_day > rules.years_after(since, years):
        raise Refused(
            _(
                "%(name)s从 %(since)s 起任职，最多连任 %(renewals)d 次，任期到 %(last)s 为止（依据：%(clause)s）。"
            )
            % {
                "name": plan.user.name,
                "since": since.isoformat(),
                "renewals": renewals,
                "last": rules.years_after(since, years).isoformat(),
                "clause": queries.source_of(effective["renewals_max"]),
            },
            "until_day",
        )


def _check_person(fund: Fund, plan: SeatPlan, beside: Sequence[Seat]) -> None:
    """Refuse pay where the rules forbid it, and a supervisor who is paid or close kin of a member."""
    unpaid = effective_rules(fund)["committee_unpaid"]
    supervises = plan.office == Seat.Office.SUPERVISOR
    if plan.is_paid and supervises:
        raise Refused(_("监督员不能领报酬。"), "is_paid")
    if plan.is_paid and plan.office in VOTING_OFFICES and unpaid.value:
        raise Refused(
            _("委员不领报酬（依据：%(clause)s）。") % {"clause": queries.source_of(unpaid)}, "is_paid"
        )
    if not supervises and plan.office not in VOTING_OFFICES:
        return
    kin = queries.kin_among([plan.user.pk, *(one.user_id for one in beside)]).get(plan.user.pk, set())
    against = [one for one in beside if (one.votes if supervises else one.office == Seat.Office.SUPERVISOR)]
    if any(one.user_id in kin for one in against):
        raise Refused(_("监督员不能是委员的近亲属。"), "user")


def lock_committee(committee: Committee) -> Committee:
    """Lock a committee's row and return it fresh with its fund and host."""
    return lock_row(Committee, "fund__host", pk=committee.pk)
