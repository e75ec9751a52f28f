"""Publishing what a campaign received and what it was used for (Order 81, article 8)."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core import audit, clock, money, versions
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries
from apps.donations.models import Campaign, CampaignReport
from apps.donations.states import CampaignReportKind
from apps.users.models import User

TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Told:
    """What staff say of a campaign up to a day; `used` in fen. What was received comes out of the books."""

    kind: str
    until: date
    used: int
    used_for: str
    unused_plan: str = ""
    partner_review: str = ""


@verb
def publish_campaign_report(campaign: Campaign, told: Told, *, by: User | None) -> CampaignReport:
    """Publish the figures of a campaign up to a day, for good; the same day and kind once. Raises `Refused`."""
    permissions.may_run_campaigns(by, campaign.host).require()
    campaign = lock_row(Campaign, pk=campaign.pk)
    found = campaign.reports.filter(kind=told.kind, until=told.until).first()
    if found is not None:
        if (found.used, found.used_for) == (told.used, told.used_for.strip()):
            return found
        raise Refused(_("到这一天的情况已经公布过，公布的不能改；请换一个日期再公布一次。"), "until")
    _check(campaign, told)
    gifts, received = queries.raised(campaign, until=told.until)
    if told.used < 0 or told.used > received:
        raise Refused(
            _("用出去的不能比收到的多：到这一天收到 ¥%(received)s。") % {"received": money.written(received)},
            "used",
        )
    things, things_value = queries.raised_in_kind(campaign, until=told.until)
    row = CampaignReport(
        campaign=campaign,
        kind=told.kind,
        until=told.until,
        gifts=gifts,
        received=received,
        things=things,
        things_value=things_value,
        used=told.used,
        used_for=_text(told.used_for, "used_for", needed=True),
        unused_plan=_text(told.unused_plan, "unused_plan", needed=_is_closing(told) and told.used < received),
        partner_review=_text(
            told.partner_review, "partner_review", needed=_is_closing(told) and bool(campaign.partner_kind)
        ),
        published_at=clock.now(),
        published_by_id=by.pk if by else None,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("到这一天的情况已经公布过。"), "until") from error
    audit.record(by, "publish_campaign_report", campaign, kind=told.kind, until=told.until.isoformat())
    versions.bump("site", f"campaign:{campaign.code}")
    return row


def _is_closing(told: Told) -> bool:
    return told.kind == CampaignReportKind.CLOSING


def _check(campaign: Campaign, told: Told) -> None:
    today = clock.today()
    if told.kind not in CampaignReportKind.values:
        raise Refused(_("请选公布的是哪一种情况。"), "kind")
    if told.kind == CampaignReportKind.EMERGENCY and not campaign.is_emergency:
        raise Refused(_("这不是应对重大突发事件的募捐，不用每 5 日公布。"), "kind")
    if told.until > today:
        raise Refused(_("不能公布今天以后的情况。"), "until")
    if told.until < campaign.starts_on:
        raise Refused(_("募捐 %(day)s 才开始。") % {"day": campaign.starts_on.isoformat()}, "until")
    if _is_closing(told) and told.until < campaign.ends_on:
        raise Refused(
            _("募捐 %(day)s 才结束，结束后再公布总的情况。") % {"day": campaign.ends_on.isoformat()}, "until"
        )


def _text(text: str, field: str, *, needed: bool) -> str:
    clean = clean_text(text, field=field, limit=TEXT_LIMIT, lines=True)
    if needed and not clean:
        raise Refused(_("这一项要向社会写明，请填写。"), field)
    return clean
