"""Tabling, editing, withdrawing, and opening the vote."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, canonical, clock, jobs, money
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.funds.states import FundState
from apps.governance import notices, permissions, queries
from apps.governance.models import Committee, Meeting, Motion, Nominee, RollEntry
from apps.governance.rules import is_secret
from apps.governance.services.motions.preparing import check_ready
from apps.governance.services.motions.rows import bump, lock
from apps.governance.services.proposals import MAJOR_KINDS, Proposal
from apps.governance.services.recusals import recuse_tied
from apps.governance.states import (
    ABOUT_GRANTS,
    DRAFT,
    FAILED,
    IN_FORCE,
    MOTION_MOVES,
    NOTICED,
    OPEN,
    RETURNED,
    WITHDRAWN,
)
from apps.users.models import User


@verb
def table(
    fund: Fund,
    *,
    kind: str,
    title: str,
    subject: Mapping[str, Any],
    subject_kind: str = "",
    subject_code: str = "",
    amount: int = 0,
    restriction: str = "",
    is_major: bool = False,
    follows: Motion | None = None,
    instead_of: Motion | None = None,
    applicant_id: int | None = None,
    by: User | None,
) -> Motion:
    """Put something before a fund's committee as a draft, with a frozen copy of its subject.

    `subject` holds plain values (text, integers, lists); for a grant it names the implementer as `organisation_code`.
    `amount` in fen. A subject that is already before the committee is not tabled twice: the same draft comes back, and
    anything else is refused. `follows` names the motion that an upper level sent back; the same subject tabled anew
    finds it by itself. `instead_of` names one in force that nothing followed from, because its subject was written
    anew. `applicant_id` is who wrote the application it is about; they step aside. All kinds but grants are best tabled
    as a `Proposal`, which checks their subject.
    """
    permissions.may_table(by, fund).require()
    committee = Committee.objects.select_for_update(no_key=True).filter(fund=fund).first()
    if committee is None:
        raise Refused(_("这个基金还没有管委会，请先由慈善会或街镇成立。"))
    if subject_code:
        pending = Motion.objects.filter(
            committee=committee, subject_kind=subject_kind, subject_code=subject_code
        ).exclude(state__in=FAILED)
        if instead_of is not None:
            pending = pending.exclude(pk=instead_of.pk, state=IN_FORCE)
        for motion in pending:
            if motion.state == DRAFT and motion.subject == canonical.canonical_json(subject):
                return motion
            raise Refused(_("这件事已经提交过了（议案 %(number)s）。") % {"number": motion.number})
        follows = follows or _sent_back(committee, subject_kind, subject_code)
    if follows is not None and (follows.committee_id, follows.state) != (committee.pk, RETURNED):
        raise Refused(_("只能接着本管委会被上级退回的议案再提。"), "follows")
    motion = Motion(
        code=new_code("M"),
        committee=committee,
        number=_next_number(committee),
        kind=kind,
        subject_kind=subject_kind,
        subject_code=subject_code,
        is_major=is_major or kind in MAJOR_KINDS,
        follows=follows,
        tabled_by_id=by.pk if by else None,
        applicant_id=applicant_id,
        tabled_at=clock.now(),
    )
    _write_text(motion, fund, title=title, subject=subject, amount=amount, restriction=restriction)
    motion.save()
    audit.record(
        by, "governance.table", motion, fund=fund.code, amount=amount, subject_hash=motion.subject_hash
    )
    return motion


@verb
def table_proposal(
    fund: Fund, proposal: Proposal, *, follows: Motion | None = None, by: User | None
) -> Motion:
    """Table a proposal as a draft, with the accounts of those nominated beside it."""
    is_closing = proposal.kind == Motion.Kind.CLOSING
    motion = table(
        fund,
        kind=proposal.kind,
        title=proposal.title,
        subject=proposal.subject,
        subject_kind="fund" if is_closing else "",
        subject_code=fund.code if is_closing else "",
        is_major=proposal.is_major,
        follows=follows,
        by=by,
    )
    _write_nominees(motion, proposal)
    return motion


@verb
def revise(motion: Motion, proposal: Proposal, *, by: User | None) -> Motion:
    """Write a motion before the vote anew as another proposal of its kind; it becomes a draft again."""
    if proposal.kind != motion.kind:
        raise Refused(_("议案的类别不能改，请撤回后另提。"), "kind")
    motion = edit(motion, title=proposal.title, subject=proposal.subject, is_major=proposal.is_major, by=by)
    _write_nominees(motion, proposal)
    return motion


def _write_nominees(motion: Motion, proposal: Proposal) -> None:
    wanted = [(one.user.pk, one.replaces.pk if one.replaces else None) for one in proposal.nominations]
    if list(motion.nominees.order_by("pk").values_list("user_id", "replaces_id")) == wanted:
        return
    if motion.state != DRAFT:
        # The text names people and no accounts: it stands as it was studied and noticed, with these people in it.
        raise Refused(_("文字没有变，换的是同名的另一位。请撤回这个议案，另提一个。"))
    motion.nominees.all().delete()
    Nominee.objects.bulk_create(
        [Nominee(motion=motion, user=one.user, replaces=one.replaces) for one in proposal.nominations]
    )


def _sent_back(committee: Committee, subject_kind: str, subject_code: str) -> Motion | None:
    return (
        committee.motions.filter(subject_kind=subject_kind, subject_code=subject_code, state=RETURNED)
        .order_by("-pk")
        .first()
    )


def _next_number(committee: Committee) -> str:
    year = clock.today().year
    numbers = committee.motions.filter(number__startswith=f"{year}-").values_list("number", flat=True)
    return f"{year}-{max((int(number.partition('-')[2]) for number in numbers), default=0) + 1:02d}"


def _write_text(
    motion: Motion, fund: Fund, *, title: str, subject: Mapping[str, Any], amount: int, restriction: str
) -> None:
    """Set all that members will vote on, and its fingerprint. Raises `Refused` naming the field."""
    if motion.kind not in Motion.Kind.values:
        raise Refused(_("请选是哪一种议案。"), "kind")
    motion.title = clean_text(title, field="title", limit=80)
    if not motion.title:
        raise Refused(_("请写标题。"), "title")
    if not 0 <= amount <= money.MAX_FEN or (motion.kind == Motion.Kind.GRANT) != (amount > 0):
        raise Refused(_("资助议案要写金额，其他事项不写金额。"), "amount")
    if restriction and not fund.restrictions.filter(code=restriction).exists():
        raise Refused(_("这个基金没有这一项限定用途。"), "restriction")
    motion.subject = canonical.canonical_json(subject)
    motion.amount, motion.restriction = amount, restriction
    motion.subject_hash = canonical.fingerprint(queries.text_of(motion))


@verb
def edit(
    motion: Motion,
    *,
    title: str | None = None,
    subject: Mapping[str, Any] | None = None,
    amount: int | None = None,
    restriction: str | None = None,
    is_major: bool | None = None,
    by: User | None,
) -> Motion:
    """Change a motion before its vote. A text that was being studied or had been noticed becomes a draft again: study
    and notice begin anew. Once voting is open nothing can be changed: withdraw it and table it anew."""
    motion = lock(motion)
    fund = motion.committee.fund
    permissions.may_edit(by, motion).require()
    before, was_noticed = motion.subject_hash, motion.state == NOTICED
    motion.is_major = (motion.is_major if is_major is None else is_major) or motion.kind in MAJOR_KINDS
    _write_text(
        motion,
        fund,
        title=motion.title if title is None else title,
        subject=motion.facts if subject is None else subject,
        amount=motion.amount if amount is None else amount,
        restriction=motion.restriction if restriction is None else restriction,
    )
    if motion.subject_hash == before:
        return motion
    motion.state, motion.noticed_at, motion.notice_until = DRAFT, None, None
    motion.save(
        update_fields=[
            "title", "subject", "amount", "restriction", "is_major", "subject_hash", "state", "noticed_at",
            "notice_until",
        ]
    )  # fmt: skip
    audit.record(by, "governance.edit", motion, amount=motion.amount, subject_hash=motion.subject_hash)
    if was_noticed:
        notices.notice_off(motion)
    return motion


@verb
def withdraw(motion: Motion, *, by: User | None) -> Motion:
    """Take a motion back before it is decided; what was voted on it is void and is never counted."""
    motion = lock(motion)
    if motion.state == WITHDRAWN:
        return motion
    permissions.may_withdraw(by, motion).require()
    was_open = motion.state == OPEN
    check_move(MOTION_MOVES, motion.state, WITHDRAWN, what=_("这个议案"))
    motion.state, motion.decided_at = WITHDRAWN, clock.now()
    motion.save(update_fields=["state", "decided_at"])
    audit.record(by, "governance.withdraw", motion, was_open=was_open)
    if was_open:
        notices.withdrawn(motion)
        bump(motion)
    if motion.kind in ABOUT_GRANTS:
        jobs.kick("grants.motion_lost", motion.code)
    return motion


@verb
def open_voting(
    motion: Motion, *, closes_at: datetime, meeting: Meeting | None = None, by: User | None
) -> Motion:
    """Open the vote: freeze the roll from the seats held at this moment, and pin the rules with their provenance.

    `closes_at` is aware; `meeting` is the one in which it is voted, without it the committee votes by correspondence.
    Raises `Refused` when study, notice or meeting are owed, when the committee's composition is against a clause, when
    the vote would be shorter than the rules allow, when nobody above could review it, or when the fund's available
    money does not cover the amount.
    """
    if meeting is not None:
        meeting = lock_row(Meeting, pk=meeting.pk)
    motion = lock(motion)
    fund = motion.committee.fund
    permissions.may_open(by, motion).require()
    check_move(MOTION_MOVES, motion.state, OPEN, what=_("这个议案"))
    if fund.state != FundState.OPEN:
        raise Refused(_("这个基金现在没有运行，不能表决。"))
    effective = effective_rules(fund)
    composition = queries.composition_of(fund, effective)
    if composition.stops:
        raise Refused(_("现在不能表决：") + "".join(composition.stops))
    if not queries.filled(motion.committee):
        raise Refused(_("现在没有一位在任的委员，不能表决。"))
    now = clock.now()
    check_ready(motion, effective, meeting, now=now, closes_at=closes_at)
    usable = queries.usable(fund, motion.restriction) if motion.amount else 0
    if motion.amount > usable:
        raise Refused(
            _("基金能安排的钱不够：要 ¥%(asked)s，能安排 ¥%(usable)s。")
            % {"asked": money.written(motion.amount), "usable": money.written(usable)},
            "amount",
        )
    roll = RollEntry.objects.bulk_create(
        [RollEntry(motion=motion, seat=seat) for seat in queries.voting_seats(fund)]
    )
    motion.rules = _pinned(fund)
    motion.composition = composition.faults
    motion.is_secret = is_secret(str(effective["secret_ballot"].value), motion.kind)
    motion.seats_total = max(motion.committee.size, len(roll))
    motion.meeting = meeting
    motion.state, motion.opens_at, motion.closes_at = OPEN, now, closes_at
    motion.save(
        update_fields=[
            "rules", "composition", "is_secret", "seats_total", "meeting", "state", "opens_at", "closes_at",
        ]
    )  # fmt: skip
    recuse_tied(motion)
    audit.record(
        by,
        "governance.open_voting",
        motion,
        closes_at=queries.utc_text(closes_at),
        subject_hash=motion.subject_hash,
        roll=len(roll),
        is_secret=motion.is_secret,
    )
    if motion.restriction:
        jobs.kick("grants.tie_donors", motion.code)
    notices.voting_opened(motion)
    bump(motion)
    return motion


def _pinned(fund: Fund) -> dict[str, dict[str, Any]]:
    """Return every clause with its provenance, in the site's own language whoever opens the vote."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            key: {
                "value": rule.value,
                "level": int(rule.level),
                "version": rule.version,
                "title": rule.title,
                "document": rule.document,
                "article": rule.article,
                "rulebook_id": rule.rulebook_id,
                "default": rule.default,
            }
            for key, rule in effective_rules(fund).items()
        }
