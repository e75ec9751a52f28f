"""Awarding a fixed sum (启动资金) to a fund, and the checks that every award shares."""

from datetime import date

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs, money, versions
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.rules import code_range
from apps.funds.models import Fund
from apps.funds.queries import available, effective_rules, family
from apps.funds.services import lock_fund
from apps.funds.states import FundKind, FundState
from apps.ledger import services as ledger
from apps.seeding import permissions, queries, rules
from apps.seeding.models import Application, Award, Programme
from apps.seeding.services.locks import lock_programme
from apps.seeding.services.moving import gift_of
from apps.seeding.services.programmes import above
from apps.seeding.states import ApplicationState, ProgrammeKind
from apps.users.models import User


@verb
def award(programme: Programme, *, fund: Fund, by: User | None) -> Award:
    """Give the fund its seed: the money moves from the host's general fund, both unrestricted, in one entry.

    A fund gets a programme's seed once: asked again, the first award is returned. Raises `Refused` outside the
    programme's days, for a fund that is not open, not the host's or not the programme's, above the fund's clause on
    seeds, beyond a quota or the share of the pilots, without the application it needs, and when the pot or the general
    fund cannot meet it.
    """
    programme = lock_programme(programme.code)
    permissions.may_award_to(by, programme, fund).require()
    existing = Award.objects.filter(programme=programme, fund=fund).first()
    if existing is not None:
        return existing
    if programme.kind != ProgrammeKind.FIXED:
        raise Refused(_("%(title)s不是按基金给固定数额的计划。") % {"title": programme.title})
    locked = {code: lock_fund(code) for code in sorted({programme.source.code, fund.code})}
    source, fund = locked[programme.source.code], locked[fund.code]
    day = clock.today()
    check_fund(programme, fund)
    application = _application(programme, fund)
    _check_days(programme, day)
    _check_money(programme, source)
    check_share(programme, fund, programme.per_fund)
    rule = effective_rules(fund, day)["seed_fen"]
    if isinstance(rule.value, int) and programme.per_fund > rule.value:
        raise above(rule, "fund")
    made = give(
        programme, fund, programme.per_fund, application=application, rulebook=rule.rulebook_id, by=by
    )
    jobs.kick("funds.fold_totals")
    return made


def give(
    programme: Programme,
    fund: Fund,
    amount: int,
    *,
    application: Application | None,
    rulebook: int | None,
    by: User | None,
) -> Award:
    """Book and keep one award inside the caller's transaction; the caller holds the locks and has checked it."""
    entry = ledger.post(
        gift_of(programme, fund.code, fund=fund.code, amount=amount, day=clock.today()), by=by
    )
    made = Award.objects.create(
        programme=programme,
        fund=fund,
        amount=amount,
        awarded_at=clock.now(),
        awarded_by_id=getattr(by, "pk", None),
        rulebook_id=rulebook,
        entry_id=entry.pk,
        application=application,
    )
    audit.record(by, "award_seed", programme, fund=fund.code, amount=made.amount)
    source = programme.source.code
    versions.bump(f"fund:{fund.code}", f"fund:{source}", f"division:{fund.division_id}", "site")
    return made


def check_fund(programme: Programme, fund: Fund) -> None:
    """Raise `Refused` for a fund that the programme is not for, or that is not open."""
    if fund.host_id != programme.source.host_id or fund.kind == FundKind.GENERAL:
        raise Refused(_("%(fund)s不是这家慈善会的专项基金。") % {"fund": fund.name}, "fund")
    if not queries.funds_of(programme).filter(pk=fund.pk).exists():
        raise Refused(_("%(fund)s不在这个计划的范围里。") % {"fund": fund.name}, "fund")
    if fund.state != FundState.OPEN:
        raise Refused(
            _("%(fund)s没有在运行，不能领%(kind)s。")
            % {"fund": fund.name, "kind": programme.get_kind_display()},
            "fund",
        )
    before = Award.objects.filter(programme=programme, fund__in=family(fund)).exclude(fund=fund)
    if (drawn := before.select_related("fund").first()) is not None:
        raise Refused(
            _("%(fund)s的前身%(before)s已经领过%(title)s。")
            % {"fund": fund.name, "before": drawn.fund.name, "title": programme.title},
            "fund",
        )


def _application(programme: Programme, fund: Fund) -> Application | None:
    if not programme.by_application:
        return None
    found = Application.objects.filter(programme=programme, fund=fund, state=ApplicationState.PASSED).first()
    if found is None:
        raise Refused(_("%(fund)s还没有审核通过的申请。") % {"fund": fund.name}, "fund")
    return found


def check_open(programme: Programme) -> None:
    """Raise `Refused` for a programme that was ended."""
    if programme.closed_at is not None:
        raise Refused(_("%(title)s已经结束。") % {"title": programme.title})


def _check_days(programme: Programme, day: date) -> None:
    check_open(programme)
    if not programme.opens_on <= day <= programme.closes_on:
        raise Refused(
            _("%(title)s从 %(opens)s 到 %(closes)s，今天不在这段时间里。")
            % {
                "title": programme.title,
                "opens": programme.opens_on.isoformat(),
                "closes": programme.closes_on.isoformat(),
            }
        )


def _check_money(programme: Programme, source: Fund) -> None:
    left = programme.pot - queries.given(programme)
    amount = money.written(programme.per_fund)
    if programme.per_fund > left:
        raise Refused(
            _("%(title)s只剩 ¥%(left)s，不够一份 ¥%(amount)s。")
            % {"title": programme.title, "left": money.written(left), "amount": amount}
        )
    free = available(source).get("", 0)
    if programme.per_fund > free:
        raise Refused(
            _("%(fund)s可以安排的非限定资金只有 ¥%(free)s，不够一份 ¥%(amount)s。")
            % {"fund": source.name, "free": money.written(max(free, 0)), "amount": amount}
        )


def check_share(programme: Programme, fund: Fund, amount: int) -> None:
    """Raise `Refused` when an award would go beyond its place's quota or into the share kept for the pilots."""
    if (room := room_of(programme, fund)) is not None and amount > room:
        raise Refused(
            _("%(fund)s所在的地方，名额或者试点以外的份额已经用完，最多还能给 ¥%(room)s。")
            % {"fund": fund.name, "room": money.written(max(room, 0))},
            "fund",
        )


def room_of(programme: Programme, fund: Fund) -> int | None:
    """Return how many fen quota and pilots' share still leave to a fund; None when neither limits it. The caller holds
    the programme's lock."""
    rooms = []
    if place := queries.quota_place(programme, fund):
        low, high = code_range(place)
        here = Award.objects.filter(
            programme=programme, fund__division_id__gte=low, fund__division_id__lt=high
        ).aggregate(number=Count("pk"), fen=Sum("amount"))
        if programme.quota_awards and here["number"] >= programme.quota_awards:
            return 0
        if programme.quota_fen:
            rooms.append(programme.quota_fen - (here["fen"] or 0))
    if programme.pilot_bp and not queries.is_pilot(programme, fund):
        outside = sum(
            one.amount
            for one in Award.objects.filter(programme=programme).select_related("fund")
            if not queries.is_pilot(programme, one.fund)
        )
        each = programme.per_fund if programme.kind == ProgrammeKind.FIXED else 0
        rooms.append(rules.others_total(programme.pot, programme.pilot_bp, each=each) - outside)
    return min(rooms) if rooms else None
