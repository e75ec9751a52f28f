"""Writing down the filed fundraising plans under which the public may be asked for gifts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from stdnum.cn import uscc

from apps.core import audit, clock, versions
from apps.core.codes import new_code
from apps.core.files import keep_document
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import duties, permissions, rules
from apps.donations.models import Campaign, CampaignFile, CampaignVersion
from apps.donations.states import CampaignPaper, PartnerKind
from apps.funds.models import Fund, Host
from apps.funds.states import FundState
from apps.users.models import User

USCC_LENGTH = 18
LONG_TEXT, REASON_LIMIT, MOST_FILES = 4000, 200, 30
# Charity Law, article 24, and Order 74, article 10.
REQUIRED = (
    *("name", "purpose", "use_of_money", "methods", "area", "beneficiaries", "beneficiary_number"),
    *("beneficiary_method", "use_plan", "management_cost", "cost", "surplus"),
    *("responsible", "contact", "bank_account"),
)
OPTIONAL = ("project", "platform", "funding", "wages", "remarks")
PARTNER = ("partner_name", "partner_evaluation", "partner_agreement")


@dataclass(frozen=True, slots=True)
class Plan:
    """The fields of the filing form; `expected` in fen a year. An emergency's that is not filed yet has neither number
    nor day of filing."""

    name: str
    filing_number: str
    starts_on: date
    ends_on: date
    purpose: str
    use_of_money: str
    methods: str
    area: str
    beneficiaries: str
    beneficiary_number: str
    beneficiary_method: str
    expected: int
    use_plan: str
    management_cost: str
    cost: str
    surplus: str
    responsible: str
    contact: str
    bank_account: str
    filed_on: date | None = None
    is_emergency: bool = False
    is_offsite: bool = False
    project: str = ""
    platform: str = ""
    funding: str = ""
    wages: str = ""
    remarks: str = ""
    partner_kind: str = ""
    partner_name: str = ""
    partner_uscc: str = ""
    partner_evaluation: str = ""
    partner_agreement: str = ""


PLAN_FIELDS = tuple(field.name for field in fields(Plan))


@dataclass(frozen=True, slots=True)
class Why:
    """Why a plan that is written down already changes: decided when, and taken by the authority when, if it was."""

    reason: str = ""
    decided_on: date | None = None
    filed_on: date | None = None


def check_filing_number(text: str, host: Host) -> str:
    """Return the number in capitals. Raises `Refused` unless it is the host's credit code, A, and five digits."""
    number = text.strip().upper()
    if not rules.is_filing_number(number) or not uscc.is_valid(number[:USCC_LENGTH]):
        raise Refused(
            _("备案编号是 18 位统一社会信用代码加 A 加 5 位数字，请照备案回执填写。"), "filing_number"
        )
    if number[:USCC_LENGTH] != host.uscc:
        raise Refused(_("备案编号里的信用代码不是%(host)s的。") % {"host": host.name}, "filing_number")
    return number


@verb
def save_campaign(
    host: Host,
    plan: Plan,
    *,
    funds: Iterable[Fund] = (),
    campaign: Campaign | None = None,
    why: Why | None = None,
    by: User | None,
) -> Campaign:
    """Write down a filed plan, or a change of one; no `funds` means all of the host's.

    An emergency's may begin before it is filed (Charity Law, article 73); its number and day come later, as a version
    of their own. A change keeps the version before it and says why; saved twice alike, it is one version. Raises
    `Refused` naming the field.
    """
    permissions.may_run_campaigns(by, host).require()
    if campaign is None:
        row, before = Campaign(code=new_code("C", 8), host=host), None
    else:
        row = lock_row(Campaign, pk=campaign.pk)
        before = content_of(row)
    was_filed = bool(row.filing_number)
    _write(row, plan, host)
    chosen = _allowed_funds(funds, host)
    after = content_of(row, chosen)
    changed = sorted(
        name for name, value in after.items() if before is not None and before.get(name) != value
    )
    if before is not None and not was_filed and row.filing_number:
        why = _first_filing(row, changed)
    else:
        why = _checked(why or Why(), changed=bool(changed), is_new=before is None)
    if before is not None and not changed and why.filed_on is None:
        return row
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("这个备案编号已经登记过了。"), "filing_number") from error
    row.funds.set(chosen)
    _keep_version(row, before=before, after=after, changed=changed, why=why, by=by)
    audit.record(by, "save_campaign", row, filing_number=row.filing_number)
    # Its number stands on every page of the host.
    versions.bump("site", "house", f"campaign:{row.code}", *(f"fund:{fund.code}" for fund in chosen))
    return row


def content_of(row: Campaign, funds: Iterable[Fund] | None = None) -> dict[str, object]:
    """Return a plan as plain values, days as ISO text, its funds by their codes."""
    values: dict[str, object] = {}
    for name in PLAN_FIELDS:
        value = getattr(row, name)
        values[name] = value.isoformat() if isinstance(value, date) else value
    values["funds"] = sorted(fund.code for fund in (row.funds.all() if funds is None else funds))
    return values


def _write(row: Campaign, plan: Plan, host: Host) -> None:
    """Lay the plan into the row after judging each field."""
    row.filing_number = _number(row, plan, host)
    if plan.ends_on < plan.starts_on:
        raise Refused(_("结束日期不能早于开始日期。"), "ends_on")
    if plan.ends_on > duties.last_day_allowed(plan.starts_on, is_emergency=plan.is_emergency):
        most = _("一年") if plan.is_emergency else _("三年")
        raise Refused(_("募捐期限最长%(most)s，请照备案的日期填写。") % {"most": most}, "ends_on")
    if plan.filed_on is None and row.filing_number:
        raise Refused(_("有了备案编号，请一起写上备案日期。"), "filed_on")
    if plan.filed_on is not None and plan.filed_on > clock.today():
        raise Refused(_("备案日期不能在今天以后，请照备案回执填写。"), "filed_on")
    if plan.filed_on is not None and plan.filed_on > plan.starts_on and not plan.is_emergency:
        raise Refused(_("公开募捐要先备案再开始，备案日期不能晚于开始日期。"), "filed_on")
    if plan.expected <= 0:
        raise Refused(_("请写上预期募集的数额，要大于 0。"), "expected")
    row.starts_on, row.ends_on, row.filed_on = plan.starts_on, plan.ends_on, plan.filed_on
    row.is_emergency, row.is_offsite, row.expected = plan.is_emergency, plan.is_offsite, plan.expected
    for name in (*REQUIRED, *OPTIONAL, *PARTNER):
        text = _clean(plan, name)
        if not text and name in REQUIRED:
            raise Refused(_("这一项备案时必须写明，请填写。"), name)
        setattr(row, name, text)
    _write_partner(row, plan)


def _number(row: Campaign, plan: Plan, host: Host) -> str:
    """Return the filing number, empty for an emergency's plan that is still to be filed. Raises `Refused`."""
    if plan.filing_number.strip():
        return check_filing_number(plan.filing_number, host)
    if not plan.is_emergency:
        raise Refused(
            _("请写上备案编号；只有应对重大突发事件才可以先开始、十日内补办备案。"), "filing_number"
        )
    if row.filing_number:
        raise Refused(_("这个方案已经备过案，备案编号不能再去掉。"), "filing_number")
    if plan.filed_on is not None:
        raise Refused(_("写了备案日期，请一起写上备案编号。"), "filing_number")
    return ""


def _first_filing(row: Campaign, changed: list[str]) -> Why:
    """Return what is said of the version by which the filing of an emergency's plan becomes known. Raises `Refused`."""
    if set(changed) - {"filing_number", "filed_on"}:
        raise Refused(_("请先只补备案编号和备案日期；别的改动保存以后再改，并写明理由。"), "filing_number")
    return Why(_("补办备案"), row.filed_on, row.filed_on)


def _clean(plan: Plan, name: str) -> str:
    limit = getattr(Campaign._meta.get_field(name), "max_length", None) or LONG_TEXT
    return clean_text(getattr(plan, name), field=name, limit=limit, lines=True)


def _write_partner(row: Campaign, plan: Plan) -> None:
    """A cooperative campaign names its partner, an evaluation and an agreement (Charity Law, article 26)."""
    row.partner_kind, row.partner_uscc = plan.partner_kind, ""
    if not plan.partner_kind:
        if any(getattr(row, name) for name in PARTNER) or plan.partner_uscc.strip():
            raise Refused(_("写了合作方的资料，请先选合作方是组织还是个人。"), "partner_kind")
        return
    if plan.partner_kind not in PartnerKind.values:
        raise Refused(_("请选合作方是组织还是个人。"), "partner_kind")
    for name in PARTNER:
        if not getattr(row, name):
            raise Refused(_("合作公开募捐要写明合作方、评估和协议，请填写。"), name)
    number = plan.partner_uscc.strip().upper()
    if plan.partner_kind == PartnerKind.PERSON:
        if number:
            raise Refused(_("个人没有统一社会信用代码；身份证件号不要写在这里。"), "partner_uscc")
    elif not uscc.is_valid(number):
        raise Refused(_("合作方的统一社会信用代码不对，请核对 18 位和校验码。"), "partner_uscc")
    row.partner_uscc = number


def _allowed_funds(funds: Iterable[Fund], host: Host) -> list[Fund]:
    chosen = list(funds)
    if any(fund.host_id != host.pk for fund in chosen):
        raise Refused(_("所选的基金不属于这家慈善会。"), "funds")
    gone = [fund.name for fund in chosen if fund.state == FundState.CLOSED]
    if gone:
        raise Refused(_("这些基金已经关闭：%(names)s。") % {"names": _("、").join(gone)}, "funds")
    return chosen


def _checked(why: Why, *, changed: bool, is_new: bool) -> Why:
    """Return what is said of a change, cleaned; nothing is asked of a plan that is new or stays as it is."""
    if is_new:
        return Why()
    today = clock.today()
    reason = clean_text(why.reason, field="reason", limit=REASON_LIMIT)
    if changed and not reason:
        raise Refused(_("改备过案的方案要写明理由，向社会公布。"), "reason")
    decided_on = why.decided_on or today
    if decided_on > today:
        raise Refused(_("决定变更的日期不能在今天以后。"), "decided_on")
    if why.filed_on is not None and not (changed and why.filed_on < decided_on) and why.filed_on <= today:
        return Why(reason or _("变更已备案"), decided_on, why.filed_on)
    if why.filed_on is not None:
        raise Refused(_("变更备案的日期要在决定变更之后、今天或以前。"), "change_filed_on")
    return Why(reason, decided_on)


def _keep_version(
    row: Campaign,
    *,
    before: dict[str, object] | None,
    after: dict[str, object],
    changed: list[str],
    why: Why,
    by: User | None,
) -> None:
    """Add the version just written; a plan from before versions were kept gets its first one from what it was."""
    now = clock.now()
    last = row.versions.order_by("-number").values_list("number", flat=True).first() or 0
    made = []
    if last == 0 and before is not None:
        made.append(CampaignVersion(number=1, content=before, decided_on=row.filed_on or row.starts_on))
        last = 1
    made.append(
        CampaignVersion(
            number=last + 1,
            content=after,
            changed=changed,
            reason=why.reason,
            decided_on=why.decided_on or row.filed_on or row.starts_on,
            filed_on=row.filed_on if before is None else why.filed_on,
        )
    )
    for version in made:
        version.campaign, version.written_at, version.written_by_id = row, now, by.pk if by else None
    CampaignVersion.objects.bulk_create(made)


@verb
def keep_campaign_paper(
    campaign: Campaign, upload: "UploadedFile[bytes]", *, kind: str, by: User | None
) -> CampaignFile:
    """Keep a paper of the filing in the campaign's archive; it is for staff, never public. Raises `Refused`."""
    permissions.may_run_campaigns(by, campaign.host).require()
    if kind not in CampaignPaper.values:
        raise Refused(_("请选这是哪一种文件。"), "kind")
    if campaign.files.count() >= MOST_FILES:
        raise Refused(_("一个活动最多存 %(most)d 份文件。") % {"most": MOST_FILES}, "file")
    by_id = by.pk if by else None
    kept = keep_document(upload, by_id=by_id, field="file")
    row = CampaignFile.objects.create(
        campaign=campaign, kind=kind, file=kept, added_at=clock.now(), added_by_id=by_id
    )
    audit.record(by, "keep_campaign_paper", campaign, kind=kind)
    return row


@verb
def hand_over_campaigns(old: Fund, *, to: Sequence[Fund], by: User | None) -> int:
    """In every plan that is not over yet, let the funds that stand for an ended one take its place; return how many.

    The caller holds the funds' locks and judges who may. It is a change of the plan that is to be filed as any.
    """
    plans = Campaign.objects.filter(funds=old, ends_on__gte=clock.today()).order_by("pk")
    found = list(plans)
    for plan in found:
        before = content_of(plan)
        # First the new ones: a plan without funds would be for all of the host's.
        plan.funds.add(*to)
        plan.funds.remove(old)
        why = Why(_("%(fund)s由别的基金接续") % {"fund": old.name}, clock.today())
        _keep_version(plan, before=before, after=content_of(plan), changed=["funds"], why=why, by=by)
        audit.record(by, "hand_over_campaign", plan, before=old.code, after=[fund.code for fund in to])
        versions.bump(f"campaign:{plan.code}")
    return len(found)
