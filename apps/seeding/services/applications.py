"""Funds apply for seed money; the levels above pass, return or refuse (see `funds` approvals)."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, clock, codes, versions
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.models import Approval, Fund
from apps.funds.queries import approval_of, steps_of
from apps.funds.services import StepPlan, lock_fund, open_approval, resubmit, withdraw_approval
from apps.funds.states import ApprovalKind, PartyKind
from apps.governance.queries import seats_of
from apps.seeding import permissions
from apps.seeding.models import Application, Programme
from apps.seeding.queries.chains import levels_for
from apps.seeding.queries.results import results_of
from apps.seeding.services.awards import check_fund, check_open
from apps.seeding.services.locks import lock_programme
from apps.seeding.states import APPLICATION_MOVES, OVER, ApplicationState, ProgrammeKind
from apps.users.models import User

WORDS_LIMIT, REASON_LIMIT = 2000, 300
SUBJECT = "seeding.application"
TASK = "seeding.application_decided"


@verb
def apply(programme: Programme, *, fund: Fund, words: str, by: User | None) -> Application:
    """Hand in a fund's application: its words and, for a reward, its results as they are today; the chain begins.

    Raises `Refused` for a programme without applications, after the deadline, for a fund that is not open or not the
    programme's, a second time, without words or results, and when a level of the chain is missing.
    """
    programme, fund = lock_programme(programme.code), lock_fund(fund.code)
    permissions.may_apply(by, fund).require()
    if not programme.by_application:
        raise Refused(_("%(title)s不用申请。") % {"title": programme.title})
    check_open(programme)
    today = clock.today()
    if today < programme.opens_on:
        raise Refused(_("%(title)s还没有开始。") % {"title": programme.title})
    if programme.apply_until is None or today > programme.apply_until:
        raise Refused(
            _("%(title)s的申请 %(day)s 就截止了。")
            % {"title": programme.title, "day": (programme.apply_until or programme.closes_on).isoformat()}
        )
    check_fund(programme, fund)
    if Application.objects.filter(programme=programme, fund=fund).exclude(state__in=OVER).exists():
        raise Refused(
            _("%(fund)s已经申请过%(title)s。") % {"fund": fund.name, "title": programme.title}, "fund"
        )
    application = Application.objects.create(
        code=codes.new_code("Q", 8),
        programme=programme,
        fund=fund,
        words=_words(words),
        results=_results(programme, fund),
        submitted_at=clock.now(),
        submitted_by_id=getattr(by, "pk", None),
    )
    approval = _open_chain(application, by)
    application.approval_code = approval.code
    application.save(update_fields=["approval_code"])
    audit.record(by, "apply_for_seed", application, programme=programme.code, fund=fund.code)
    versions.bump(f"fund:{fund.code}", "site")
    return application


def _words(words: str) -> str:
    words = clean_text(words, field="words", limit=WORDS_LIMIT, lines=True)
    if not words:
        raise Refused(_("请写明为什么申请、打算怎么用。"), "words")
    return words


def _results(programme: Programme, fund: Fund) -> dict[str, object]:
    if programme.kind != ProgrammeKind.REWARD:
        return {}
    terms = programme.reward_terms
    found = results_of(fund, terms.results_from, terms.results_until)
    if not found["projects"]:
        raise Refused(
            _("%(fund)s从 %(first)s 到 %(last)s 还没有验收过的成果，不能申请奖补。")
            % {
                "fund": fund.name,
                "first": terms.results_from.isoformat(),
                "last": terms.results_until.isoformat(),
            },
            "fund",
        )
    return found


def _open_chain(application: Application, by: User | None) -> Approval:
    programme, fund = application.programme, application.fund
    steps = [
        StepPlan(level.label, level.role, level.scope_kind, level.scope_code, level.days)
        for level in levels_for(programme, fund)
    ]
    with translation.override(settings.LANGUAGE_CODE):
        title = _("%(fund)s申请%(title)s") % {"fund": fund.name, "title": programme.title}
    return open_approval(
        host=programme.source.host,
        kind=ApprovalKind.SEED,
        subject_kind=SUBJECT,
        subject_code=application.code,
        title=title,
        steps=steps,
        task=TASK,
        division=fund.division,
        fund=fund,
        amount=programme.per_fund,
        page=f"/seeds/application/{application.code}/",
        parties=_parties(fund),
        by=by,
    )


def _parties(fund: Fund) -> dict[int, str]:
    """Everybody on the fund's committee: none of them judges what it asks for."""
    return dict.fromkeys(seats_of(fund).values_list("user_id", flat=True), PartyKind.SEAT.value)


def lock_application(code: str) -> Application:
    """Return the application locked, its programme and its fund before it. Raises Application.DoesNotExist."""
    programme, fund = Application.objects.values_list("programme__code", "fund__code").get(code=code)
    lock_programme(programme)
    lock_fund(fund)
    return lock_row(Application, "programme__source__host", "fund__host", "fund__division", code=code)


@verb
def hand_in_again(application: Application, *, words: str, by: User | None) -> Application:
    """Hand in again what was returned, with new words and today's results; possible until the programme's last day."""
    application = lock_application(application.code)
    permissions.may_apply(by, application.fund).require()
    check_open(application.programme)
    check_move(APPLICATION_MOVES, application.state, ApplicationState.UNDER_REVIEW, what=_("申请"))
    if clock.today() > application.programme.closes_on:
        raise Refused(_("%(title)s已经过了结束日。") % {"title": application.programme.title})
    check_fund(application.programme, application.fund)
    application.words = _words(words)
    application.results = _results(application.programme, application.fund)
    application.state, application.reason = ApplicationState.UNDER_REVIEW, ""
    application.submitted_at, application.submitted_by_id = clock.now(), getattr(by, "pk", None)
    application.save()
    application.scores.all().delete()
    approval = approval_of(SUBJECT, application.code)
    if approval is None:
        raise Refused(_("这份申请没有审核记录，请重新申请。"))
    resubmit(approval, parties=_parties(application.fund), by=by)
    audit.record(by, "apply_again", application)
    versions.bump(f"fund:{application.fund.code}", "site")
    return application


@verb
def withdraw_application(application: Application, *, by: User | None) -> Application:
    """Take an application back while nothing was decided; a new one may follow before the deadline."""
    application = lock_application(application.code)
    permissions.may_apply(by, application.fund).require()
    if application.state == ApplicationState.WITHDRAWN:
        return application
    check_move(APPLICATION_MOVES, application.state, ApplicationState.WITHDRAWN, what=_("申请"))
    approval = approval_of(SUBJECT, application.code)
    if approval is not None:
        withdraw_approval(approval, by=by)
    application.state, application.decided_at = ApplicationState.WITHDRAWN, clock.now()
    application.save(update_fields=["state", "decided_at"])
    audit.record(by, "withdraw_application", application)
    versions.bump(f"fund:{application.fund.code}", "site")
    return application


@verb
def follow_approval(code: str) -> Application | None:
    """Bring an application in line with its approval (by the approval's code); safe to repeat."""
    approval = Approval.objects.filter(code=code, subject_kind=SUBJECT).first()
    if approval is None:
        return None
    application = lock_application(approval.subject_code)
    approval.refresh_from_db()
    wanted = {
        Approval.State.RETURNED: ApplicationState.RETURNED,
        Approval.State.PASSED: ApplicationState.PASSED,
        Approval.State.REFUSED: ApplicationState.REFUSED,
    }.get(Approval.State(approval.state))
    if wanted is None or application.state == wanted:
        return application
    check_move(APPLICATION_MOVES, application.state, wanted, what=_("申请"))
    application.state, application.reason = wanted, _last_words(approval)
    application.decided_at = None if wanted == ApplicationState.RETURNED else clock.now()
    application.save(update_fields=["state", "reason", "decided_at"])
    audit.record(None, "follow_approval", application, state=wanted.value)
    versions.bump(f"fund:{application.fund.code}", "site")
    return application


def _last_words(approval: Approval) -> str:
    said = [step.words for step in steps_of(approval) if step.round == approval.round and step.decided_at]
    return said[-1][:REASON_LIMIT] if said else ""


def follow_approvals() -> int:
    """Follow every decided approval whose application does not know yet; return how many."""
    open_ones = Application.objects.filter(state=ApplicationState.UNDER_REVIEW).values("code")
    decided = Approval.objects.filter(subject_kind=SUBJECT, subject_code__in=open_ones).exclude(
        state__in=[Approval.State.OPEN, Approval.State.WITHDRAWN]
    )
    return sum(follow_approval(code) is not None for code in decided.values_list("code", flat=True))
