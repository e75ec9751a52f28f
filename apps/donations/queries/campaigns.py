"""Every read of campaigns: what is owed, what came in, what was published, and what everyone may see of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from apps.core import clock
from apps.donations import duties
from apps.donations.duties import Duty
from apps.donations.goods import LossCause, LossState
from apps.donations.models import (
    Campaign,
    CampaignReport,
    CampaignVersion,
    Donation,
    InKindGift,
    Refund,
    WriteOff,
)
from apps.donations.states import DonationState, RefundState
from apps.funds.models import Fund, Host


@dataclass(frozen=True, slots=True)
class Raised:
    """What a campaign brought one fund, in fen, less what was given back."""

    fund: Fund
    gifts: int
    amount: int


def raised(campaign: Campaign, *, until: date | None = None) -> tuple[int, int]:
    """Return (how many gifts, fen less what was given back) that were booked up to a day, by that day's books."""
    gifts = Donation.objects.filter(campaign=campaign, state=DonationState.BOOKED)
    backs = Refund.objects.filter(
        donation__campaign=campaign, donation__state=DonationState.BOOKED, state=RefundState.DONE
    )
    if until is not None:
        gifts = gifts.filter(day__lte=until)
        backs = backs.filter(donation__day__lte=until, done_at__lt=clock.midnight(until + timedelta(days=1)))
    found = gifts.aggregate(count=Count("pk"), sum=Sum("amount"))
    return found["count"], (found["sum"] or 0) - (backs.aggregate(sum=Sum("amount"))["sum"] or 0)


def things_of(campaign: Campaign) -> QuerySet[InKindGift]:
    """Return the gifts in kind that came for a campaign, newest first."""
    return InKindGift.objects.filter(campaign=campaign).select_related("fund").order_by("-pk")


def raised_in_kind(campaign: Campaign, *, until: date | None = None) -> tuple[int, int]:
    """Return (how many gifts in kind, fen at which they were accepted) up to a day, less what went back to donors.

    Never added to `raised`, which is money.
    """
    came = InKindGift.objects.filter(campaign=campaign)
    causes = [cause for cause in LossCause if cause.is_undoing]
    undone = WriteOff.objects.filter(gift__campaign=campaign, state=LossState.DONE, cause__in=causes)
    if until is not None:
        came = came.filter(day__lte=until)
        undone = undone.filter(decided_at__lt=clock.midnight(until + timedelta(days=1)))
    gone = dict(undone.values_list("gift").annotate(units=Sum("quantity")).order_by("gift"))
    rows = [
        (quantity, value, gone.get(key, 0))
        for key, quantity, value in came.values_list("pk", "quantity", "value")
    ]
    stays = sum(1 for quantity, _value, back in rows if back < quantity)
    return stays, sum(value - value * back // quantity for quantity, value, back in rows)


def raised_by_fund(campaign: Campaign) -> list[Raised]:
    """Return what a campaign brought each fund, by the funds' codes. Two queries."""
    rows = (
        Donation.objects.filter(campaign=campaign, state=DonationState.BOOKED)
        .values("fund")
        .annotate(count=Count("pk"), gross=Sum("amount"), back=Sum("refunded"))
    )
    found = {row["fund"]: row for row in rows}
    return [
        Raised(fund, found[fund.pk]["count"], found[fund.pk]["gross"] - found[fund.pk]["back"])
        for fund in Fund.objects.filter(pk__in=found).select_related("host").order_by("code")
    ]


def duties_of(campaigns: Iterable[Campaign], *, today: date | None = None) -> dict[int, list[Duty]]:
    """Return what each campaign owes now or next, by its key. Two queries however many there are."""
    rows = list(campaigns)
    on = today or clock.today()
    told: dict[int, dict[str, date]] = defaultdict(dict)
    for key, kind, until in CampaignReport.objects.filter(campaign__in=rows).values_list(
        "campaign", "kind", "until"
    ):
        told[key][kind] = max(until, told[key].get(kind, until))
    changes: dict[int, list[duties.Change]] = defaultdict(list)
    versions = CampaignVersion.objects.filter(campaign__in=rows, number__gt=1).order_by("number")
    for key, decided_on, filed_on in versions.values_list("campaign", "decided_on", "filed_on"):
        changes[key].append(duties.Change(decided_on, filed_on))
    return {
        row.pk: duties.duties(
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            is_emergency=row.is_emergency,
            filed_on=row.filed_on,
            changes=changes[row.pk],
            told_until=told[row.pk],
            today=on,
        )
        for row in rows
    }


def late_duties(host: Host, *, today: date | None = None) -> list[tuple[Campaign, Duty]]:
    """Return what a host's campaigns owe and is late, the latest first. Three queries."""
    on = today or clock.today()
    rows = list(Campaign.objects.filter(host=host, starts_on__lte=on).order_by("pk"))
    owed = duties_of(rows, today=on)
    late = [(row, duty) for row in rows for duty in owed[row.pk] if duty.days_late(on)]
    return sorted(late, key=lambda pair: -pair[1].days_late(on))


def public_campaigns(host: Host) -> QuerySet[Campaign]:
    """Return a host's campaigns as a public list: the ones that end last first."""
    return Campaign.objects.filter(host=host).order_by("-ends_on", "pk")


def begun_campaigns(hosts: Collection[Host]) -> QuerySet[Campaign]:
    """Return these hosts' plans that have begun, the ones that end last in front: a gift may count for one of them."""
    rows = Campaign.objects.filter(host__in=hosts, starts_on__lte=clock.today())
    return rows.order_by("-ends_on", "pk")


def open_campaigns(funds: Collection[Fund]) -> QuerySet[Campaign]:
    """Return the plans in date today that stand for one of these funds, the ones that end first in front."""
    today = clock.today()
    rows = Campaign.objects.filter(starts_on__lte=today, ends_on__gte=today)
    keys, hosts = {fund.pk for fund in funds}, {fund.host_id for fund in funds}
    stands = Q(funds__in=keys) | Q(funds=None, host__in=hosts)
    return rows.filter(stands).distinct().order_by("ends_on", "pk")


def funds_of(campaign: Campaign) -> list[Fund]:
    """Return the funds a plan stands for: the chosen ones, else all of the host's."""
    chosen = list(campaign.funds.select_related("host", "division").order_by("division_id", "code"))
    if chosen:
        return chosen
    rows = Fund.objects.filter(Q(host=campaign.host_id)).select_related("host", "division")
    return list(rows.order_by("division_id", "code"))


def broken_versions() -> Iterator[dict[str, object]]:
    """Yield where the versions of a plan do not tell its story: a number missing, a change that says something else
    than what differs or gives no reason, a filing before the decision, a last version that is not the plan in force.

    A plan from before versions were kept has none. Names that one of two versions does not know are not compared.
    """
    for campaign in Campaign.objects.filter(versions__isnull=False).distinct().prefetch_related("versions"):
        before: dict[str, object] = {}
        for number, version in enumerate(campaign.versions.all(), start=1):
            said = _unlike(before, version.content)
            if version.number != number:
                yield {"campaign": campaign.code, "number": version.number, "expected": number}
            elif number > 1 and (said != version.changed or not version.reason):
                yield {"campaign": campaign.code, "number": number, "said": version.changed, "differs": said}
            elif version.changed and version.filed_on and version.filed_on < version.decided_on:
                yield {"campaign": campaign.code, "number": number, "filed": version.filed_on.isoformat()}
            before = version.content
        now: dict[str, object] = {"funds": sorted(fund.code for fund in campaign.funds.all())}
        for name in before.keys() - now.keys():
            value = getattr(campaign, name)
            now[name] = value.isoformat() if isinstance(value, date) else value
        if wrong := _unlike(before, now):
            yield {"campaign": campaign.code, "now_differs": wrong}


def _unlike(before: dict[str, object], after: dict[str, object]) -> list[str]:
    return sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
