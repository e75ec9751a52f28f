"""Putting right for which campaign a gift counts: by a fact of its own; what was written down stays in the record."""

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import notices, permissions, rules
from apps.donations.models import Campaign, CampaignCorrection, Donation, InKindGift
from apps.donations.services.locks import lock_donation
from apps.donations.services.offline import check_campaigns
from apps.donations.services.shown_goods import locked_things
from apps.donations.states import TextKind
from apps.users.models import User


@verb
def correct_campaign(
    given: Donation | InKindGift, *, campaign: Campaign | None, reason: str, key: str = "", by: User | None
) -> CampaignCorrection:
    """Let a booked gift, or things, count for another campaign, or for none, because the wrong one was written down.

    The public figures of both follow; what was published stays as it was. Fund, purpose and entries do not change. With
    a form's token as `key`, it is done once. Raises `Refused` naming the field.
    """
    given = locked_things(given) if isinstance(given, InKindGift) else lock_donation(given.pk)
    about = {"things" if isinstance(given, InKindGift) else "donation": given}
    wanted = campaign.code if campaign else ""
    code = f"A{rules.gift_key(key, given.code, wanted)[:12].upper()}" if key else new_code("A", 10)
    earlier = CampaignCorrection.objects.filter(code=code, **about).first()
    permissions.may_correct_campaign(by, given).require()
    if earlier is not None:
        return earlier
    before = given.campaign
    if (before.pk if before else None) == (campaign.pk if campaign else None):
        raise Refused(_("现在就是这样记的，没有要改的。"), "campaign")
    if campaign is not None and given.day is not None:
        check_campaigns([(campaign, given.fund, given.day)])
    words = clean_text(reason, field="reason", limit=rules.REASON_LIMIT)
    if not words:
        raise Refused(_("请写明原因，它会留在记录里。"), "reason")
    made = CampaignCorrection.objects.create(
        code=code,
        **about,
        from_campaign=before,
        to_campaign=campaign,
        reason=words,
        made_at=clock.now(),
        made_by_id=getattr(by, "pk", None),
    )
    given.campaign = campaign
    given.save(update_fields=["campaign"])
    codes = [row.code for row in (before, campaign) if row is not None]
    audit.record(
        by, "correct_campaign", given, correction=code, before=before.code if before else "", after=wanted
    )
    notices.tell_campaign_corrected(made)
    notices.texts.lay_text(given, TextKind.CAMPAIGN, made.code)
    versions.bump("site", f"fund:{given.fund.code}", *(f"campaign:{one}" for one in codes))
    return made
