"""A project's public page: from one sentence of a resident to the work, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.disclosure.queries import cards
from apps.disclosure.queries.project_rows.money import asked_back_of
from apps.disclosure.queries.project_rows.shape import rows_url
from apps.funds.models import Fund
from apps.governance.models import Motion
from apps.grants.models import (
    Clawback,
    FinalAccount,
    Grant,
    GrantChange,
    Instalment,
    Objection,
    Payment,
    Suspension,
)
from apps.grants.queries import (
    Proof,
    ShownRound,
    change_rows,
    changes_of,
    checked_account,
    objections_about,
    proof_of,
    shown_account,
    shown_rounds,
    spending,
    suspension_of,
)
from apps.grants.states import LIVE
from apps.ledger.flow_lines import entry_ids
from apps.ledger.rules import EntryKind
from apps.projects.models import (
    BudgetLine,
    Evidence,
    Expense,
    Part,
    Project,
    SatisfactionReply,
    Share,
    WorkNote,
)
from apps.projects.queries import (
    Answered,
    Attendance,
    Backing,
    Counted,
    Spending,
    Stretch,
    Work,
    accepted_evidence,
    answers_of,
    attendance_of,
    backing_of,
    counted_of,
    notes_of,
    public_vouchers,
    replies,
    satisfaction_of,
    shares_of,
    stretches_of,
)
from apps.projects.rules import Satisfaction
from apps.projects.states import AT_WORK, PUBLIC, RUNNING, TABLED

WORDS_SHOWN = 4


@dataclass(frozen=True)
class Paid:
    """An instalment with the payment that met it and the voucher that booked it."""

    instalment: Instalment
    paid_on: date | None
    entry_id: int | None

    @property
    def words(self) -> str:
        """What the instalment waits for, in words."""
        if self.instalment.state == Instalment.State.WAITING:
            return _("等%(what)s") % {"what": self.instalment.waits_for}
        return str(self.instalment.get_state_display())


@dataclass(frozen=True)
class AskedBack:
    """A clawback with its number among all of the project, by which its figures open."""

    number: int
    clawback: Clawback


@dataclass(frozen=True)
class ShareStory:
    """What one fund pays of a project: how its committee decided, and its grant with the instalments."""

    fund: Fund
    amount: int
    motion: Motion | None
    motion_state: str
    motion_words: str
    motion_sentences: tuple[str, ...]
    grant: Grant | None
    paid: int
    instalments: tuple[Paid, ...]
    suspension: Suspension | None = None
    changes: tuple[tuple[GrantChange, list[dict[str, str]]], ...] = ()
    clawbacks: tuple[AskedBack, ...] = ()
    # Of its grant among all of the project, by which its figures open.
    number: int = 0

    @property
    def in_notice(self) -> bool:
        """Whether its award is in its public notice."""
        return self.motion_state == "notice"


@dataclass(frozen=True)
class PublicAccount:
    """A checked final account as everyone reads it, and whether the books still say the same."""

    account: FinalAccount
    shown: dict[str, Any]
    proof: Proof


@dataclass(frozen=True)
class Story:
    """Everything the public sees of a project. What several funds pay is added up once, here."""

    project: Project
    parts: tuple[Part, ...]
    budget: tuple[BudgetLine, ...]
    backing: Backing
    answers: tuple[Answered, ...]
    shares: tuple[ShareStory, ...]
    evidence: tuple[Evidence, ...]
    work: Work
    rating: Satisfaction
    words: tuple[SatisfactionReply, ...]
    accepted_at: datetime | None
    objections: tuple[Objection, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    counted: tuple[Counted, ...] = ()
    spending: Spending | None = None
    vouchers: tuple[Expense, ...] = ()
    attendance: Attendance | None = None
    notes: tuple[WorkNote, ...] = ()
    rounds: tuple[ShownRound, ...] = ()
    account: PublicAccount | None = None

    @property
    def takes_objections(self) -> bool:
        """Whether anyone may still object to what is granted."""
        return self.grant is not None and self.grant.state in LIVE

    @property
    def is_joint(self) -> bool:
        """Whether several funds pay."""
        return len(self.shares) > 1

    @property
    def granted(self) -> int:
        """What all funds together awarded, in fen; 0 before that."""
        return sum(share.grant.amount for share in self.shares if share.grant)

    @property
    def paid(self) -> int:
        """What all funds together paid and did not get back, in fen."""
        return sum(share.paid for share in self.shares)

    @property
    def returned(self) -> int:
        """What came back on clawbacks, in fen; `paid` is without it."""
        return sum(row.clawback.returned for share in self.shares for row in share.clawbacks)

    @property
    def written_off(self) -> int:
        """What was asked back of them and given up by a vote, in fen."""
        return sum(row.clawback.written_off for share in self.shares for row in share.clawbacks)

    @property
    def in_notice(self) -> bool:
        """Whether an award is in its public notice."""
        return any(share.in_notice for share in self.shares)

    @property
    def grant(self) -> Grant | None:
        """The grant whose public notice ends last; the same days hold for the others, or earlier ones."""
        grants = [share.grant for share in self.shares if share.grant]
        return max(grants, key=lambda grant: grant.notice_until, default=None)

    @property
    def all_paid(self) -> bool:
        """Whether every instalment that was not cancelled is paid."""
        instalments = [row for share in self.shares for row in share.instalments]
        live = [row for row in instalments if row.instalment.state != Instalment.State.CANCELLED]
        return bool(live) and all(row.paid_on for row in live)

    @property
    def is_voted(self) -> bool:
        """Whether the vote is over."""
        return self.project.state not in {TABLED, *(set(Project.State.values) - PUBLIC)}

    @property
    def at_work(self) -> bool:
        """Whether the work has begun."""
        return self.project.state in AT_WORK

    @property
    def is_running(self) -> bool:
        """Whether the work is going on."""
        return self.project.state == RUNNING

    @property
    def stars(self) -> list[tuple[str, int, str]]:
        """How many gave each number of stars, five first, and where each opens."""
        words = (_("1 很不满意"), _("2 不满意"), _("3 一般"), _("4 满意"), _("5 很满意"))
        return [
            (
                words[number - 1],
                self.rating.by_stars[number - 1],
                rows_url(self.project.code, "stars", number),
            )
            for number in range(len(words), 0, -1)
        ]


def find_project(code: str) -> Project | None:
    """Return a project that everyone may see, or None."""
    return (
        Project.objects.filter(state__in=PUBLIC, code=code)
        .select_related("fund__host", "fund__division", "organisation", "need")
        .first()
    )


def public_account(project: Project) -> PublicAccount | None:
    """Return the checked final account of a project; None before that."""
    account = checked_account(project)
    if account is None:
        return None
    return PublicAccount(account, shown_account(account.facts), proof_of(account))


def story(project: Project) -> Story:
    """Return the public page of a project; of reports only the accepted ones, with their public photographs."""
    evidence = tuple(accepted_evidence(project))
    final = [row for row in evidence if row.is_final]
    return Story(
        project=project,
        parts=tuple(project.parts.order_by("pk")),
        budget=tuple(project.budget_lines.order_by("pk")),
        backing=backing_of(project),
        answers=tuple(one for one in answers_of(project, public_only=True) if one.text),
        shares=_shares(project),
        evidence=evidence,
        work=_work(evidence),
        rating=satisfaction_of(project),
        words=tuple(replies(project).exclude(words="")[:WORDS_SHOWN]),
        accepted_at=final[-1].decided_at if final else None,
        objections=tuple(objections_about(project)),
        stretches=tuple(stretches_of(project)),
        counted=tuple(counted_of(project)),
        spending=spending(project),
        vouchers=tuple(public_vouchers(project)),
        attendance=attendance_of(project),
        notes=tuple(notes_of(project, public_only=True)),
        rounds=tuple(shown_rounds(project)),
        account=public_account(project),
    )


def _shares(project: Project) -> tuple[ShareStory, ...]:
    motions: dict[int, Motion] = {}
    tabled = Motion.objects.exclude(cards.TABLED_NOT_PUBLIC).filter(
        subject_kind="project", subject_code=project.code
    )
    for motion in tabled.select_related("grant", "committee").order_by("tabled_at", "pk"):
        motions[motion.committee.fund_id] = motion
    rows: dict[int, list[Grant]] = {}
    granted = Grant.objects.filter(project=project).select_related("motion__committee__fund", "motion__grant")
    numbers: dict[int, int] = {}
    for number, grant in enumerate(
        granted.prefetch_related("sources", "instalments__milestone").order_by("pk"), 1
    ):
        rows.setdefault(grant.fund_id, []).append(grant)
        numbers[grant.pk] = number
    asked: dict[int, list[AskedBack]] = {}
    for number, clawback in enumerate(asked_back_of(project), 1):
        asked.setdefault(clawback.grant_id, []).append(AskedBack(number, clawback))
    found = []
    for share in shares_of(project):
        # A fund that took another in pays what both had promised, each part as it was decided.
        given = rows.get(share.fund_id)
        found += [
            _share(share, grant, grant.motion, asked=asked.get(grant.pk, ()), number=numbers[grant.pk])
            for grant in given or ()
        ]
        if given is None:
            found.append(_share(share, None, motions.get(share.fund_id)))
    return tuple(found)


def _share(
    share: Share,
    grant: Grant | None,
    motion: Motion | None,
    *,
    asked: Sequence[AskedBack] = (),
    number: int = 0,
) -> ShareStory:
    state, words, sentences = cards.motion_words(motion) if motion else ("", "", [])
    return ShareStory(
        fund=share.fund,
        amount=grant.amount if grant else share.amount,
        motion=motion,
        motion_state=state,
        motion_words=words,
        motion_sentences=tuple(sentences),
        grant=grant,
        paid=cards.paid(grant) if grant else 0,
        instalments=_instalments(grant) if grant else (),
        suspension=suspension_of(grant) if grant else None,
        changes=tuple((row, change_rows(row)) for row in changes_of(grant)) if grant else (),
        clawbacks=tuple(asked),
        number=number,
    )


def _work(evidence: tuple[Evidence, ...]) -> Work:
    """Add up person-times; of persons only the last report's figure, because the same people come again."""
    last = max(evidence, key=lambda row: (row.is_final, row.filed_at), default=None)
    return Work(
        person_times=sum(row.person_times for row in evidence),
        persons=last.persons if last else 0,
        reports=len(evidence),
    )


def _instalments(grant: Grant) -> tuple[Paid, ...]:
    payments = {
        payment.instalment_id: payment
        for payment in Payment.objects.filter(Q(instalment__grant=grant), state=Payment.State.PAID)
    }
    entries = entry_ids(EntryKind.GRANT_PAYMENT, (payment.code for payment in payments.values()))
    found = []
    for row in sorted(grant.instalments.all(), key=lambda row: row.number):
        payment = payments.get(row.pk)
        found.append(
            Paid(
                row,
                payment.paid_on if payment else None,
                entries.get(payment.code) if payment else None,
            )
        )
    return tuple(found)
