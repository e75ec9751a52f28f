"""A community asks for a fund: application, the town's review, the district's confirmation, agreement, opening."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import audit, clock, codes, money
from apps.core.files import keep_document
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.divisions.rules import lineage
from apps.funds import permissions, queries
from apps.funds.models import Approval, Fund, FundAgreement, FundApplication, Host
from apps.funds.services.approvals import StepPlan, open_approval, resubmit, withdraw_approval
from apps.funds.services.opening import (
    AGREEMENT_LIMIT,
    PURPOSE_LIMIT,
    check_place,
    checked_name,
    open_fund,
)
from apps.funds.states import APPLICATION_MOVES, ApplicationState, ApprovalKind, ApprovalState, FundKind
from apps.users.models import Role, User

SUBJECT_KIND, TASK = "funds.application", "funds.application_decided"
APPLICANT_LIMIT, COMMITTEE_LIMIT, CLAUSE_LIMIT = 100, 2000, 2000
# What an application becomes when its approval ends.
BECOMES = {
    ApprovalState.PASSED: ApplicationState.APPROVED,
    ApprovalState.RETURNED: ApplicationState.RETURNED,
    ApprovalState.REFUSED: ApplicationState.REFUSED,
}


@verb
def apply_for_fund(
    host: Host,
    *,
    kind: str,
    division: Division,
    name: str,
    purpose: str,
    startup: int,
    applicant: str,
    committee: str,
    by: User,
) -> FundApplication:
    """Ask for a fund in a division of the host's area; the levels above are asked in turn.

    `startup` is the fen meant to start with, `applicant` who signs beside the host, `committee` who should sit on it
    (for the reviewers only). The same application again returns the first. Raises `Refused` naming the field.
    """
    permissions.may_apply(by, host).require()
    lock_row(Host, pk=host.pk)
    same = FundApplication.objects.filter(
        host=host, name=name.strip(), applied_by_id=by.pk, division=division, kind=kind
    ).exclude(state__in=[ApplicationState.REFUSED, ApplicationState.WITHDRAWN, ApplicationState.OPENED])
    if (found := same.first()) is not None:
        return found
    facts = _checked(
        host,
        kind=kind,
        division=division,
        name=name,
        purpose=purpose,
        startup=startup,
        applicant=applicant,
        committee=committee,
    )
    application = FundApplication(
        code=codes.new_code("E", 8), host=host, applied_at=clock.now(), applied_by_id=by.pk, **facts
    )
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("已经有人申请过叫这个名称的基金。"), "name") from error
    _ask(application, by)
    audit.record(by, "apply_for_fund", application, kind=kind, division=division.code, startup=startup)
    return application


@verb
def mend_application(
    application: FundApplication,
    *,
    name: str,
    purpose: str,
    startup: int,
    applicant: str,
    committee: str,
    by: User,
) -> FundApplication:
    """Mend what was returned and hand it in again: the first level looks at it anew."""
    application = _locked(application)
    permissions.may_mend(by, application).require()
    check_move(APPLICATION_MOVES, application.state, ApplicationState.SUBMITTED, what=application.name)
    facts = _checked(
        application.host,
        kind=application.kind,
        division=application.division,
        name=name,
        purpose=purpose,
        startup=startup,
        applicant=applicant,
        committee=committee,
        application=application,
    )
    for field, value in facts.items():
        setattr(application, field, value)
    application.state = ApplicationState.SUBMITTED
    application.save()
    approval = queries.approval_of(SUBJECT_KIND, application.code)
    if approval is None:
        raise AssertionError("an application is asked about when it is made")
    resubmit(approval, title=_title(application), amount=startup, by=by)
    audit.record(by, "mend_application", application, startup=startup)
    return application


@verb
def withdraw_application(application: FundApplication, *, by: User) -> FundApplication:
    """Take an application back before the fund is opened; again changes nothing."""
    application = _locked(application)
    permissions.may_mend(by, application).require()
    if application.state == ApplicationState.WITHDRAWN:
        return application
    check_move(APPLICATION_MOVES, application.state, ApplicationState.WITHDRAWN, what=application.name)
    approval = queries.approval_of(SUBJECT_KIND, application.code)
    if approval is not None and approval.state in {ApprovalState.OPEN, ApprovalState.RETURNED}:
        withdraw_approval(approval, by=by)
    application.state = ApplicationState.WITHDRAWN
    application.save(update_fields=["state"])
    audit.record(by, "withdraw_application", application)
    return application


@verb
def application_decided(approval_code: str) -> FundApplication | None:
    """Let an application become what its approval says; safe to repeat, in any order."""
    approval = Approval.objects.get(code=approval_code)
    if approval.subject_kind != SUBJECT_KIND:
        return None
    application = _locked(FundApplication.objects.get(code=approval.subject_code))
    approval.refresh_from_db()
    state = BECOMES.get(ApprovalState(approval.state))
    if state is None or application.state != ApplicationState.SUBMITTED:
        return application
    application.state = state
    application.save(update_fields=["state"])
    audit.record(None, "application_decided", application, state=str(state))
    return application


def settle_applications() -> int:
    """Catch up with approvals whose kick was lost; return how many were behind."""
    waiting = FundApplication.objects.filter(state=ApplicationState.SUBMITTED).values("code")
    behind = Approval.objects.filter(
        subject_kind=SUBJECT_KIND, subject_code__in=waiting, state__in=list(BECOMES)
    ).values_list("code", flat=True)
    found = list(behind)
    for code in found:
        application_decided(code)
    return len(found)


@verb
def draw_agreement(
    application: FundApplication,
    *,
    number: str,
    end_conditions: str,
    surplus: str,
    signed_on: date,
    scan: "UploadedFile[bytes] | None" = None,
    by: User | None,
) -> FundAgreement:
    """Write the agreement of an approved application; until the fund opens it may be mended. The signed sheet is kept
    as a cleaned scan, for staff only."""
    application = _locked(application)
    permissions.may_open_fund(by, application.host).require()
    check_move(APPLICATION_MOVES, application.state, ApplicationState.SIGNED, what=application.name)
    number = clean_text(number, field="number", limit=AGREEMENT_LIMIT)
    ends = clean_text(end_conditions, field="end_conditions", limit=CLAUSE_LIMIT, lines=True)
    left = clean_text(surplus, field="surplus", limit=CLAUSE_LIMIT, lines=True)
    for text, field, words in (
        (number, "number", _("请填写协议编号。")),
        (ends, "end_conditions", _("请写明什么情况下终止。")),
        (left, "surplus", _("请写明终止后剩余的钱怎样处理。")),
    ):
        if not text:
            raise Refused(words, field)
    if signed_on > clock.today():
        raise Refused(_("签订日期不能在今天之后。"), "signed_on")
    same = FundAgreement.objects.filter(number=number, application__host=application.host)
    if same.exclude(application=application).exists() or Fund.objects.filter(
        host=application.host, agreement=number
    ):
        raise Refused(_("这个协议编号已经用过了。"), "number")
    facts = {
        "number": number,
        "end_conditions": ends,
        "surplus": left,
        "signed_on": signed_on,
        "drawn_at": clock.now(),
        "drawn_by_id": getattr(by, "pk", None),
    }
    if scan is not None:
        facts["scan"] = keep_document(scan, by_id=getattr(by, "pk", None), field="scan", signed=True)
    agreement, _new = FundAgreement.objects.update_or_create(application=application, defaults=facts)
    application.state = ApplicationState.SIGNED
    application.save(update_fields=["state"])
    audit.record(by, "draw_agreement", application, number=number, scan=bool(agreement.scan_id))
    return agreement


@verb
def open_applied_fund(application: FundApplication, *, day: date, by: User | None) -> Fund:
    """Open the fund of a signed agreement; opening again returns it. Raises `Refused` without the signed sheet."""
    application = _locked(application)
    permissions.may_open_fund(by, application.host).require()
    if application.fund is not None:
        return application.fund
    check_move(APPLICATION_MOVES, application.state, ApplicationState.OPENED, what=application.name)
    agreement = application.agreement
    if agreement.scan_id is None:
        raise Refused(_("请先上传签好的协议，扫描或拍照都可以。"), "scan")
    fund = open_fund(
        application.host,
        kind=application.kind,
        division=application.division,
        name=application.name,
        purpose=application.purpose,
        agreement=agreement.number,
        day=day,
        by=by,
    )
    application.fund, application.state = fund, ApplicationState.OPENED
    application.save(update_fields=["fund", "state"])
    audit.record(by, "open_applied_fund", application, fund=fund.code)
    return fund


def _locked(application: FundApplication) -> FundApplication:
    return lock_row(FundApplication, "host", "division", "fund", pk=application.pk)


def _checked(
    host: Host,
    *,
    kind: str,
    division: Division,
    name: str,
    purpose: str,
    startup: int,
    applicant: str,
    committee: str,
    application: FundApplication | None = None,
) -> dict[str, object]:
    """Return the application's fields as they are kept. Raises `Refused` naming the field."""
    if kind not in FundKind.values or kind == FundKind.GENERAL:
        raise Refused(_("请选择基金的类别。"), "kind")
    check_place(host, kind, division, clock.today())
    name = checked_name(host, kind, name)
    asked = FundApplication.objects.filter(host=host, name=name, state__in=APPLICATION_MOVES)
    if (asked.exclude(pk=application.pk) if application else asked).exists():
        raise Refused(_("已经有人申请过叫这个名称的基金。"), "name")
    purpose = clean_text(purpose, field="purpose", limit=PURPOSE_LIMIT, lines=True)
    if not purpose:
        raise Refused(_("请写明基金的用途范围。"), "purpose")
    applicant = clean_text(applicant, field="applicant", limit=APPLICANT_LIMIT)
    if not applicant:
        raise Refused(_("请填写申请单位，比如社区居委会。"), "applicant")
    committee = clean_text(committee, field="committee", limit=COMMITTEE_LIMIT, lines=True)
    if not committee:
        raise Refused(_("请写明拟任管委会：谁、代表哪一方。"), "committee")
    rule = queries.effective_rules(Fund(host=host, division=division), keys=["startup_min_fen"])[
        "startup_min_fen"
    ]
    if not isinstance(rule.value, int):
        raise TypeError("startup_min_fen is a whole number")
    if startup < rule.value:
        raise Refused(
            _("起始资金写的是 ¥%(startup)s，少于规定：%(rule)s（%(source)s）。")
            % {"startup": money.written(startup), "rule": rule.words, "source": rule.provenance},
            "startup",
        )
    return {
        "kind": kind,
        "division": division,
        "name": name,
        "purpose": purpose,
        "startup": startup,
        "applicant": applicant,
        "committee": committee,
    }


def _title(application: FundApplication) -> str:
    return _("设立%(name)s") % {"name": application.name}


def _ask(application: FundApplication, by: User) -> None:
    """Ask the levels above: the town for its own and its communities' funds, then the district."""
    rule = queries.effective_rules(
        Fund(host=application.host, division=application.division), keys=["review_days"]
    )["review_days"]
    days = rule.value if isinstance(rule.value, int) else 0
    steps = [StepPlan(_("区级确认"), Role.Kind.HOST_ADMIN, Role.Scope.HOST, application.host.code, days)]
    if application.kind in {FundKind.COMMUNITY, FundKind.TOWN}:
        town = lineage(application.division_id)[Division.Level.TOWN - 1]
        steps.insert(0, StepPlan(_("街镇审核"), Role.Kind.TOWN_COORDINATOR, Role.Scope.DIVISION, town, days))
    open_approval(
        host=application.host,
        kind=ApprovalKind.FUND.value,
        subject_kind=SUBJECT_KIND,
        subject_code=application.code,
        title=_title(application),
        steps=steps,
        task=TASK,
        division=application.division,
        amount=application.startup,
        page=reverse("funds:application", args=[application.code]),
        by=by,
    )
