"""Beginning a monthly gift: by card on the provider's page, or with a letter each month."""

from collections.abc import Collection

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock, sms
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.sealing import blind_index, seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import notices, rules
from apps.donations.models import Campaign, Consent, Donor, GivingPlan
from apps.donations.providers import registry
from apps.donations.providers.base import Declined, Order, PaymentFact, PlanFact, ProviderError, Unavailable
from apps.donations.services.donors import check_consents, clean_identity, consent_rows, donor_for
from apps.donations.services.giving import SHOWN, Shown, agreed_to, check_open, chosen_way
from apps.donations.services.plans.following import follow_plan
from apps.donations.services.plans.steering import check_plan, move_plan, note
from apps.donations.services.purposes import chosen_restriction
from apps.donations.services.settlement import Case, settle_cases
from apps.donations.states import PlanRail, PlanState
from apps.funds.models import Fund
from apps.users.models import User

# How many monthly gifts one phone number is texted about: each text costs money, and no rule says how many.
MOST_BY_TEXT = 3


def begin_plan(
    fund: Fund,
    *,
    amount: int,
    day: int,
    rail: str,
    name_choice: str,
    form_token: str,
    restriction: str | None = None,
    name: str = "",
    contact: str = "",
    kind: str = Donor.Kind.PERSON.value,
    message: str = "",
    shown: Shown = SHOWN,
    is_under_14: bool = False,
    consents: Collection[str] = (),
    campaign: Campaign | None = None,
    by: User | None = None,
) -> GivingPlan:
    """Begin to give `amount` fen each month, under a filed fundraising plan in date: the one named, or the one in date
    that ends last. Nothing is charged here.

    By card the first month is paid on the provider's page (`open_plan`) and `day` is the day of that; a reminder asks
    for the first time on the next `day`. The same form sent twice begins one. Raises `Refused` naming the field.
    """
    key = rules.gift_key(
        form_token, "plan", fund.code, amount, day, rail, name_choice, restriction, name, contact, is_under_14
    )
    key = rules.gift_key(key, message, shown, campaign.code if campaign else "")
    found = GivingPlan.objects.filter(form_token=key).select_related("fund", "host", "donor").first()
    if found is not None:
        return found
    try:
        return _begin(
            fund,
            key=key,
            amount=amount,
            day=day,
            rail=rail,
            name_choice=name_choice,
            restriction=restriction,
            name=name,
            contact=contact,
            kind=kind,
            message=message,
            shown=shown,
            asked_for=campaign,
            is_under_14=is_under_14,
            consents=consents,
            by=by,
        )
    except IntegrityError:
        # The same form came in twice at once and the other one was first.
        found = GivingPlan.objects.filter(form_token=key).select_related("fund", "host", "donor").first()
        if found is None:
            raise
        return found


@verb
def _begin(
    fund: Fund,
    *,
    key: str,
    amount: int,
    day: int,
    rail: str,
    name_choice: str,
    restriction: str | None,
    name: str,
    contact: str,
    kind: str,
    message: str,
    shown: Shown,
    asked_for: Campaign | None,
    is_under_14: bool,
    consents: Collection[str],
    by: User | None,
) -> GivingPlan:
    if rail not in PlanRail.values:
        raise Refused(_("请选择每月怎么付。"), "rail")
    channel = registry.monthly_channel() if rail == PlanRail.CARD else registry.reminder_channel()
    if not channel:
        raise Refused(_("网上支付还没有开通，请用银行转账。"), "rail")
    way = chosen_way(channel)
    campaign = check_open(fund, asked_for)
    check_plan(amount, day, way.name)
    name, contact = clean_identity(name, contact, name_choice)
    _check_reachable(contact, rail)
    message = clean_text(message, field="message", limit=rules.MESSAGE_LIMIT)
    dedication, dedication_kind = rules.clean_dedication(shown.dedication, shown.dedication_kind)
    if kind not in Donor.Kind.values:
        raise Refused(_("请选择个人还是单位。"), "kind")
    check_consents(name_choice, way.consents, consents, is_under_14=is_under_14)
    purpose = chosen_restriction(fund, restriction)
    donor = donor_for(by, name=name, contact=contact, kind=kind)
    now, today = clock.now(), clock.today()
    plan = GivingPlan(
        code=new_code("P", 10),
        host=fund.host,
        fund=fund,
        restriction=purpose,
        campaign=campaign,
        donor=donor,
        rail=rail,
        channel=way.name,
        amount=amount,
        day=today.day if rail == PlanRail.CARD else day,
        name_choice=name_choice,
        public_name=rules.public_name(name, name_choice, is_organisation=kind == Donor.Kind.ORGANISATION),
        shows_amount=shown.amount,
        message=message,
        dedication_kind=dedication_kind,
        public_dedication=dedication if shown.dedication_in_public else "",
        started_at=now,
        form_token=key,
    )
    plan.dedication_sealed = seal(dedication, context=f"plan:{plan.code}:dedication")
    plan.save(force_insert=True)
    wanted = agreed_to(way, plan, is_under_14=is_under_14)
    Consent.objects.bulk_create(consent_rows(donor, plan.code, wanted, now=now))
    note(plan, "begin", after=amount, by=by)
    if rail == PlanRail.REMINDER:
        plan.next_on = rules.next_month_day(day, after=today)
        plan.save(update_fields=["next_on"])
        move_plan(plan, PlanState.ACTIVE.value, what="start", by=by)
        notices.plans.tell_plan_started(plan)
    return plan


def _check_reachable(contact: str, rail: str) -> None:
    """Raise `Refused` unless whoever gives every month can be asked, or told that a month was not paid."""
    if notices.texts.is_address(contact):
        return
    if not rules.is_phone(rules.normal_contact(contact)):
        raise Refused(_("月捐要留电子邮箱，每月的提醒和停止的链接都发到那里。"), "contact")
    if rail == PlanRail.CARD:
        raise Refused(_("每月自动扣款要留电子邮箱，没有扣成、停止的链接都发到那里。"), "contact")
    if sms.sender() is None:
        raise Refused(_("这里还不能发短信，请留电子邮箱。"), "contact")
    known = GivingPlan.objects.filter(donor__contact_index=blind_index(rules.normal_contact(contact)))
    if known.exclude(state=PlanState.STOPPED).count() >= MOST_BY_TEXT:
        raise Refused(
            _("这个手机号已经有 %(most)d 份月捐，请先停掉一份，或者留电子邮箱。") % {"most": MOST_BY_TEXT},
            "contact",
        )


def open_plan(plan: GivingPlan, *, locale: str = "zh-hans") -> str:
    """Open the provider's page on which the first month is paid, outside any transaction, and return its address.

    Asked twice it is the same page. Raises `Refused` when the provider cannot open it; the plan stays as it is.
    """
    monthly = registry.monthly_of(plan.channel)
    if monthly is None:
        raise Refused(_("网上支付还没有开通，请用银行转账。"), "rail")
    page = settings.SITE_URL + reverse("donations:plan", args=[plan.token])
    if plan.state != PlanState.STARTING:
        return page
    order = Order(
        code=plan.code,
        amount=plan.amount,
        success_url=f"{page}?paid=1",
        cancel_url=f"{page}?cancelled=1",
        expires_at=plan.started_at + rules.PAGE_OPEN,
        locale=locale,
    )
    try:
        if plan.session_id:
            facts = monthly.fetch(plan.session_id)
            return next((fact.url for fact in facts if isinstance(fact, PlanFact) and fact.url), page)
        started = monthly.start(order)
    except Unavailable as error:
        raise Refused(_("支付机构现在连不上，没有扣款。请过一分钟再试，或者改成每月提醒。")) from error
    except Declined as error:
        raise Refused(_("支付机构没有接受这笔付款，没有扣款。请换一种方式。")) from error
    with transaction.atomic():
        GivingPlan.objects.filter(pk=plan.pk, session_id="").update(session_id=started.session_id)
    plan.session_id = started.session_id
    return started.url or page


def settle_plan(plan: GivingPlan) -> GivingPlan:
    """What the page does on which the donor comes back: ask for the plan's page and book what it says.

    Silent when the provider does not answer: the webhook and the sweeper follow.
    """
    monthly = registry.monthly_of(plan.channel)
    if monthly is None or plan.state != PlanState.STARTING or not plan.session_id:
        return plan
    try:
        facts = monthly.fetch(plan.session_id)
    except ProviderError:
        return plan
    for fact in facts:
        if isinstance(fact, PlanFact):
            follow_plan(fact, channel=plan.channel)
    settle_cases([Case(fact, channel=plan.channel) for fact in facts if isinstance(fact, PaymentFact)])
    plan.refresh_from_db()
    return plan
