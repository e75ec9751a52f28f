"""Every read of written agreements about gifts and pledges."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from apps.core import clock, money
from apps.donations.models import Campaign, Donation, DonationAgreement, Pledge
from apps.donations.pledging import PledgeForm, is_binding
from apps.donations.queries.after_gift import returned_words, spoken_day
from apps.donations.states import NameChoice

# What is printed goes to the parties and to court, so it is Chinese whoever reads the site.
NAMED = {
    NameChoice.REAL.value: "甲方可以公开乙方的姓名（名称）和捐赠金额。乙方可以随时撤回。",
    NameChoice.MASKED.value: "甲方公开捐赠金额，只公开乙方的姓氏或者不完整的名称。",
    NameChoice.ANONYMOUS.value: "甲方公开捐赠金额，不公开乙方的姓名（名称）。",
}
# Of a pledge, name and amount are only shown together, and only as long as both consents stand.
NOT_NAMED = "认捐只计入基金认捐的合计；认捐和到账的捐赠，公示时都不把乙方的姓名（名称）和金额写在一起。"
CLAIMED = (
    "%s，乙方逾期未交付的，甲方可以要求交付；拒不交付的，甲方可以依法向人民法院申请支付令或者提起诉讼"
    "（慈善法第四十一条）。"
)
PUBLIC, RELIEF = "乙方已在媒体上公开承诺捐赠", "本认捐用于慈善法第三条第一项至第三项规定的慈善活动"
NOT_CLAIMED = "乙方逾期未交付的，甲方可以提醒；本认捐不属于慈善法第四十一条第一款列明可以要求交付的情形。"
Subject = Donation | Pledge


def about(subject: Subject) -> dict[str, Subject]:
    """Return the column of an agreement that leads to this gift or pledge, with it."""
    return {"pledge" if isinstance(subject, Pledge) else "donation": subject}


def agreement_of(subject: Subject) -> DonationAgreement | None:
    """Return the agreement about a gift or a pledge, if there is one."""
    return DonationAgreement.objects.filter(**about(subject)).select_related("file").first()


def agreement_paper(agreement: DonationAgreement) -> tuple[str, dict[str, Any]]:
    """Return the template of the agreement's PDF and its facts (Charity Law, article 39: names, kind, quantity, use,
    delivery)."""
    if agreement.pledge is not None:
        return "pledge_agreement", _of_pledge(agreement, agreement.pledge)
    return "gift_agreement", agreement_facts(agreement)


def _shared(agreement: DonationAgreement, subject: Subject) -> dict[str, Any]:
    return {
        "number": agreement.number,
        "host": subject.host.name,
        "host_uscc": subject.host.uscc,
        "host_contact": subject.host.contact,
        "party": agreement.party,
        "party_uscc": agreement.party_uscc,
        "fund": subject.fund.name,
        "capitals": money.in_capitals(subject.amount),
        "amount": money.written(subject.amount),
        "purpose": agreement.purpose,
        "wishes": agreement.wishes,
        "campaign": _filed(subject.campaign),
        "fund_page": settings.SITE_URL + reverse("disclosure:fund", args=[subject.fund.code]),
    }


def _filed(campaign: Campaign | None) -> str:
    return f"{campaign.name}（{campaign.filing_number or '补办备案中'}）" if campaign else ""


def agreement_facts(agreement: DonationAgreement) -> dict[str, Any]:
    """Return what the PDF of an agreement about a gift says."""
    donation = agreement.donation
    if donation is None:
        raise ValueError("this agreement is about a pledge")
    return _shared(agreement, donation) | {
        "gift": donation.code,
        "way": str(donation.get_channel_display()),
        "paid_on": spoken_day(donation.day or clock.day_of(agreement.drawn_at)),
        "refunded": returned_words(donation, shows_amount=True),
        "publicity": NAMED[donation.name_choice],
    }


def _of_pledge(agreement: DonationAgreement, pledge: Pledge) -> dict[str, Any]:
    """The instalments are those that were promised; what came since is no part of the contract."""
    parts = list(pledge.instalments.order_by("due_on"))
    # Signed, it is an agreement in writing whatever was said before.
    form = PledgeForm.WRITTEN.value if pledge.form == PledgeForm.OTHER else pledge.form
    claimed = CLAIMED % (PUBLIC if form == PledgeForm.PUBLIC else RELIEF)
    return _shared(agreement, pledge) | {
        "pledge": pledge.code,
        "pledged_on": spoken_day(pledge.pledged_on),
        "reference": pledge.reference,
        "times": str(len(parts)),
        "parts": [
            [str(place), spoken_day(part.due_on), money.written(part.amount)]
            for place, part in enumerate(parts, start=1)
        ],
        "claim": claimed if is_binding(form, serves_relief=pledge.serves_relief) else NOT_CLAIMED,
        "publicity": NAMED[pledge.name_choice] if pledge.shows_amount else NOT_NAMED,
    }
