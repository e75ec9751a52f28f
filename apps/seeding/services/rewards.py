"""Scoring what funds achieved, and paying rewards (以奖代补) by score."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs, money, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.queries import available
from apps.funds.states import FundState
from apps.seeding import permissions, queries, rules
from apps.seeding.models import Application, Award, Programme, Score
from apps.seeding.queries.scores import scores_of
from apps.seeding.services.applications import lock_application
from apps.seeding.services.awards import check_open, give, room_of
from apps.seeding.services.locks import lock_funds, lock_programme
from apps.seeding.states import ApplicationState, Cut, ProgrammeKind
from apps.users.models import User

WORDS_LIMIT = 300
SCORED_STATES = (ApplicationState.UNDER_REVIEW, ApplicationState.PASSED)


@verb
def score(application: Application, *, points: Sequence[int], words: str = "", by: User) -> Score:
    """Give points for each criterion, in their order; until rewards are paid, a reviewer may score anew.

    Raises `Refused` for other points than the criteria allow, and for whoever has to do with the fund.
    """
    application = lock_application(application.code)
    permissions.may_score(by, application).require()
    programme = application.programme
    if programme.kind != ProgrammeKind.REWARD or application.state not in SCORED_STATES:
        raise Refused(_("这份申请现在不评分。"))
    if Award.objects.filter(programme=programme).exists():
        raise Refused(_("奖补已经发放，不能再改分。"))
    criteria = programme.reward_terms.criteria
    if len(points) != len(criteria):
        raise Refused(_("每条标准都要打分。"), "points")
    for given, one in zip(points, criteria, strict=True):
        if type(given) is not int or not 0 <= given <= one["most"]:
            raise Refused(
                _("“%(label)s”要打 0 到 %(most)d 分。") % {"label": one["label"], "most": one["most"]},
                one["key"],
            )
    row, _new = Score.objects.update_or_create(
        application=application,
        reviewer_id=by.pk,
        defaults={
            "points": list(points),
            "words": clean_text(words, field="words", limit=WORDS_LIMIT, lines=True),
            "scored_at": clock.now(),
        },
    )
    audit.record(by, "score_application", application, points=list(points))
    versions.bump(f"fund:{application.fund.code}")
    return row


@verb
def pay_rewards(programme: Programme, *, by: User | None) -> list[Award]:
    """Pay every passed application by its score, in one go, the best score first; once.

    Each gets what its score is worth, at most the cap per fund, what quota and pilots' share leave, and what is left of
    the pot. Raises `Refused` before the deadline, while an application is undecided or scored by too few, and when the
    host's free money cannot meet it all.
    """
    programme = lock_programme(programme.code)
    permissions.may_award(by, programme.source.host).require()
    paid = list(Award.objects.filter(programme=programme).order_by("pk"))
    if paid:
        return paid
    applications = _passed(programme)
    funds = lock_funds({programme.source.code, *(one.fund.code for one in applications)})
    scores = scores_of(programme)
    terms = programme.reward_terms
    worth = rules.reward_sums(
        {one.code: scores[one.code] for one in applications},
        pot=programme.pot,
        bands=terms.bands,
        pass_points=terms.pass_points,
    )
    free = available(funds[programme.source.code]).get("", 0)
    left, made = programme.pot - queries.given(programme), []
    for one in sorted(applications, key=lambda row: (-scores[row.code], row.pk)):
        fund = funds[one.fund.code]
        limits = [(programme.per_fund, Cut.FUND), (left, Cut.POT)]
        if (room := room_of(programme, fund)) is not None:
            limits.insert(0, (max(room, 0), Cut.QUOTA))
        if fund.state != FundState.OPEN:
            limits.insert(0, (0, Cut.STATE))
        amount, cut = rules.capped(worth[one.code], limits)
        one.cut = (cut if worth[one.code] else Cut.SCORE).value
        if amount > free:
            raise _short(programme, free)
        if amount:
            left, free = left - amount, free - amount
            made.append(give(programme, fund, amount, application=one, rulebook=None, by=by))
    if not made:
        raise Refused(_("没有一份申请的得分够得上奖补。"))
    Application.objects.bulk_update(applications, ["cut"])
    jobs.kick("funds.fold_totals")
    return made


def _passed(programme: Programme) -> list[Application]:
    """Return the passed applications. Raises `Refused` unless all are decided and scored."""
    if programme.kind != ProgrammeKind.REWARD:
        raise Refused(_("%(title)s不是以奖代补。") % {"title": programme.title})
    check_open(programme)
    if programme.apply_until is not None and clock.today() <= programme.apply_until:
        raise Refused(
            _("申请到 %(day)s 才截止，截止以后一起评定。") % {"day": programme.apply_until.isoformat()}
        )
    rows = Application.objects.filter(programme=programme).select_related("fund__division")
    undecided = rows.filter(state__in=[ApplicationState.UNDER_REVIEW, ApplicationState.RETURNED]).count()
    if undecided:
        raise Refused(_("还有 %(count)d 份申请没有审核完。") % {"count": undecided})
    passed = list(rows.filter(state=ApplicationState.PASSED).prefetch_related("scores").order_by("pk"))
    least = programme.reward_terms.reviewers_min
    for one in passed:
        if len(one.scores.all()) < least:
            raise Refused(
                _("%(fund)s的申请只有 %(count)d 人评分，至少要 %(least)d 人。")
                % {"fund": one.fund.name, "count": len(one.scores.all()), "least": least}
            )
    if not passed:
        raise Refused(_("没有审核通过的申请。"))
    return passed


def _short(programme: Programme, free: int) -> Refused:
    return Refused(
        _("%(fund)s可以安排的非限定资金不够发放，还差的先补上；现在只剩 ¥%(free)s。")
        % {"fund": programme.source.name, "free": money.written(max(free, 0))}
    )
