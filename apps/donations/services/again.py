"""Trying a gift again that was not paid, with the same facts and perhaps another way of paying."""

from collections.abc import Collection

from django.db import IntegrityError
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.sealing import seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.models import Consent, Donation
from apps.donations.providers import registry
from apps.donations.providers.bank import new_reference
from apps.donations.providers.base import ProviderError, Way
from apps.donations.services.directed.binding import bind
from apps.donations.services.donors import consent_rows
from apps.donations.services.giving import check_open, chosen_way
from apps.donations.services.purposes import chosen_restriction
from apps.donations.services.settlement import Case, settle_cases
from apps.donations.states import Channel, DonationState

OVER = frozenset({DonationState.FAILED, DonationState.EXPIRED})


def give_again(donation: Donation, *, channel: str) -> Donation:
    """Return the gift that takes the place of one that was not paid, with the same facts, to be paid by `channel`.

    A gift whose payment page may still be open goes on itself when the way of paying is the same. Pressed twice, it is
    one gift. Raises `Refused`: nothing is paid twice, and a way of paying that needs a consent of its own is only taken
    with the one that was given.
    """
    way = chosen_way(channel)
    if donation.state == DonationState.STARTED and donation.channel == channel:
        return donation
    if donation.state not in OVER and donation.state != DonationState.STARTED:
        raise Refused(_("这笔捐款已经付了或正在入账，不用再付一次。"))
    if donation.donor.erased_at is not None:
        raise Refused(_("这位捐赠人的资料已经删除，请重新填一次。"))
    standing = standing_consents(donation)
    if not standing.issuperset(way.consents):
        raise Refused(_("这种付款方式要您单独同意，请重新填一次。"))
    _close_page(donation)
    key = rules.again_key(donation.code, channel)
    found = Donation.objects.filter(form_token=key).first()
    try:
        return found or _renew(donation, way, key, standing)
    except IntegrityError:
        # Pressed twice at once, and the other one was first.
        return Donation.objects.get(form_token=key)


def _close_page(donation: Donation) -> None:
    """Close the payment page of a gift that goes another way, so that it cannot be paid twice. Raises `Refused` when it
    was paid meanwhile, or when nobody can tell."""
    old = registry.way_of(donation.channel)
    if donation.state != DonationState.STARTED or not donation.session_id or old is None:
        return
    try:
        old.close(donation.session_id)
        fact = old.ask(donation.session_id)
    except ProviderError as error:
        raise Refused(_("支付机构现在连不上，还不知道刚才那一页付了没有。请过一分钟再换方式。")) from error
    settle_cases([Case(fact, channel=old.name)] if fact else [])
    donation.refresh_from_db()
    if donation.state not in OVER:
        raise Refused(_("这笔捐款已经付了或正在入账，不用再付一次。"))


def standing_consents(donation: Donation) -> set[str]:
    """Return what the donor of a gift agreed to for it, and did not take back."""
    rows = Consent.objects.filter(donor=donation.donor_id, donation_code=donation.code, withdrawn_at=None)
    return set(rows.values_list("purpose", flat=True))


@verb
def _renew(donation: Donation, way: Way, key: str, standing: Collection[str]) -> Donation:
    fund, now = donation.fund, clock.now()
    answers = queries.directed.directed_of(donation)
    if answers is None:
        named = donation.campaign
        campaign = check_open(fund, named if named is not None and queries.is_open_for(named, fund) else None)
    else:
        # It answers an appeal to the host's own people, which needs no public campaign and has none.
        permissions.directed.may_give_directed(answers.invitee).require()
        campaign = None
    rules.check_within(donation.amount, way.least, way.most)
    code = new_code("", 10)
    made = Donation(
        code=code,
        host=donation.host,
        fund=fund,
        restriction=chosen_restriction(fund, donation.restriction),
        campaign=campaign,
        donor=donation.donor,
        channel=way.name,
        amount=donation.amount,
        name_choice=donation.name_choice,
        public_name=donation.public_name,
        shows_amount=donation.shows_amount,
        message=donation.message,
        wish=donation.wish,
        dedication_kind=donation.dedication_kind,
        dedication_sealed=seal(donation.dedication, context=f"gift:{code}:dedication"),
        public_dedication=donation.public_dedication,
        reference=new_reference() if way.name == Channel.BANK else None,
        started_at=now,
        plan=donation.plan,
        form_token=key,
    )
    made.save(force_insert=True)
    of_way = {Consent.Purpose.PROVIDER_ABROAD.value} - set(way.consents)
    Consent.objects.bulk_create(consent_rows(donation.donor, code, set(standing) - of_way, now=now))
    if answers is not None:
        bind(made, answers.invitee, at=now)
    audit.record(None, "start_gift", made, amount=made.amount, channel=way.name, fund=fund.code)
    return made
