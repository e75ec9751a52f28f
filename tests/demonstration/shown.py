"""What a visitor of the demonstration must find: every state that a district's people meet."""

import html
import re
from decimal import Decimal

from django.db.models import Count, F, Model, Q

from apps.core import clock
from apps.demonstration.sign_ins import SIGN_INS
from apps.desk.queries.tasks import desk_of
from apps.donations.goods import MoveKind
from apps.donations.models import (
    BoxCount,
    Campaign,
    Certificate,
    Consent,
    Correction,
    DirectedAppeal,
    DirectedGift,
    Donation,
    DonationAgreement,
    DonorMerge,
    FiscalReceipt,
    FundThanks,
    GiftBatch,
    GivingPlan,
    GoodsMove,
    InKindGift,
    Invitee,
    Pledge,
    PurposeRequest,
    Refund,
    WriteOff,
)
from apps.donations.models import HandOver as PassedOn
from apps.donations.queries import held_by_platforms, late_duties
from apps.donations.states import Channel, CorrectionBasis, PlanRail
from apps.finance.models import Cleanup, PlatformFile
from apps.finance.queries import sleepers
from apps.funds.models import Fund, FundApplication, Host, RulebookFile, Succession
from apps.governance.models import Appointment, HandOver, Minutes, Motion, Seat
from apps.grants.models import Clawback, GrantAgreement, Objection
from apps.projects.models import Activity, EvidenceDocument, Project, RatingCode, SatisfactionReply
from apps.users.models import User

# Who looks and gives, and has nothing to do for anybody.
ONLY_LOOK = {"auditor", "donor", "applicant"}


def _values(model: type[Model], field: str) -> set[str]:
    return set(model._default_manager.values_list(field, flat=True))


def shows_everything(host: Host) -> None:
    """Hold the story to what it promises to show."""
    assert _values(Donation, "channel") == set(Channel.values)
    assert _values(Consent, "purpose") == set(Consent.Purpose.values)
    assert Consent.objects.exclude(withdrawn_at=None).exists()
    assert Donation.objects.exclude(public_dedication="").exists()
    assert _values(GiftBatch, "state") == {"declared", "booked"}
    assert _values(GiftBatch, "kind") == {"event", "collective"}
    assert _values(BoxCount, "state") == {"counted", "booked"}
    assert _values(GoodsMove, "kind") == {MoveKind.ISSUE, MoveKind.SALE}
    assert _values(WriteOff, "state") == {"waiting"} and _values(InKindGift, "nature") == {"goods", "service"}
    assert PlatformFile.objects.get().refused == 1 and not any(held_by_platforms(host).values())
    assert _values(FiscalReceipt, "state") == {"requested", "issued", "void", "waived"}
    assert Certificate.objects.exists() and DonationAgreement.objects.get().state == "signed"
    assert Refund.objects.filter(state="waiting").count() == 1
    assert Refund.objects.filter(decided_by_id__isnull=False, state="done").count() == 1
    assert _values(Correction, "basis") == {CorrectionBasis.MISTAKE, CorrectionBasis.CONSENT}
    assert _values(PurposeRequest, "state") == {"asked", "agreed", "refused"}
    assert _values(GivingPlan, "rail") == set(PlanRail.values)
    assert _values(GivingPlan, "state") == {"active", "stopped"}
    assert GivingPlan.objects.filter(donations__state="booked").distinct().count() == 2
    assert Campaign.objects.count() == 4 and late_duties(host) == []
    _money_on_its_way()
    _grants_at_work()
    _funds_end_and_begin(host)


def _money_on_its_way() -> None:
    pledge = Pledge.objects.get()
    assert pledge.gifts.count() == 1 and pledge.instalments.filter(due_on__lt=clock.today()).count() == 2
    assert _values(PassedOn, "state") == {"waiting", "done"}
    assert DonorMerge.objects.count() == FundThanks.objects.count() == 1
    assert Donation.objects.exclude(wish="").get().state == "booked"
    appeal, answer = DirectedAppeal.objects.get(), DirectedGift.objects.get()
    assert appeal.state == "open" and answer.donation.state == "booked"
    assert appeal.accounts.get().received == answer.donation.amount
    assert Invitee.objects.exclude(checked_at=None).exclude(checked_by_id=F("added_by_id")).count() == 5
    assert Invitee.objects.get(checked_at=None).removed_at is None


def _grants_at_work() -> None:
    joint = Project.objects.annotate(funds=Count("grants")).get(funds__gt=1)
    assert sum(joint.grants.values_list("amount", flat=True)) == joint.asked
    running = Project.objects.get(milestones__number=3)
    assert running.state == "running" and running.activities.count() == 2
    assert not Activity.objects.filter(Q(read_by_id=None) | ~Q(withheld_for="")).exists()
    assert [(part.state, part.amount) for part in running.grants.get().instalments.order_by("number")] == [
        ("paid", 6_300_00),
        ("paid", 4_200_00),
        ("waiting", 10_500_00),
    ]
    paper = EvidenceDocument.objects.get()
    assert paper.file.is_public and paper.evidence.milestone == running.milestones.get(number=1)
    assert RatingCode.objects.exclude(sheet=None).values("project").distinct().count() == 1
    assert _values(SatisfactionReply, "words_state") == {"none", "shown", "withheld"}
    assert SatisfactionReply.objects.get(words_state="withheld").withheld_for == "person"
    assert set(running.expenses.values_list("voucher__is_public", flat=True)) == {True, False}
    assert GrantAgreement.objects.filter(signed_on=None).count() == 1 < GrantAgreement.objects.count()
    clawback = Clawback.objects.get(written_off__gt=0)
    assert clawback.returned and not clawback.outstanding


def _funds_end_and_begin(host: Host) -> None:
    assert {one.fund.code for one in sleepers(host)} >= {Cleanup.objects.values_list("fund__code")[0][0]}
    assert _values(Succession, "kind") == {"merger", "closing"}
    assert Succession.objects.exclude(published_at=None).count() == 1
    assert Fund.objects.filter(state="closed").count() == 2
    assert _values(FundApplication, "state") == {"submitted", "returned", "signed"}
    assert RulebookFile.objects.count() == 1 and Appointment.objects.exclude(scan=None).count() == 2
    assert _values(HandOver, "state") == {"prepared", "done"}
    assert _values(Seat, "ended_reason") >= {"called_up", "handed_over", "moved", "resigned"}
    assert [
        motion.result["arithmetic"]["decided_by"] for motion in Motion.objects.filter(title__contains="长椅")
    ] == ["chair"]
    assert _values(Objection, "state") == {"open", "upheld"}
    assert Minutes.objects.filter(state="draft").count() == 1


def every_desk_has_something() -> None:
    """Whoever signs in finds work, but for those who only look."""
    for person in SIGN_INS:
        user = User.objects.get(email=person.email)
        assert person.key in ONLY_LOOK or desk_of(user).mine, f"nothing waits for {person.key}"


def unlike_the_page(answer: str, body: str) -> list[str]:
    """Return what a recomputing script says in `answer` (who came, the yeses, the outcome; a pot's sums) that the page
    does not."""
    page = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())
    vote = re.search(r"到会 (\d+) (?:赞成 (\d+))?.*→ (\S+)", answer)
    if vote:
        came, yes, outcome = vote.groups()
        said = [f"来了 {came} 人", outcome, *([f"赞成 {yes} 票"] if yes else [])]
    else:
        said = [f"{Decimal(amount):,}" for amount in sums_of(answer)]
    assert said
    return [words for words in said if words not in page]


def sums_of(answer: str) -> list[str]:
    """Return the sums of a pot's line: the whole, what was given, what is left."""
    line = next(line for line in answer.splitlines() if line.startswith("总额"))
    return re.findall(r"¥([\d.]+)", line)
