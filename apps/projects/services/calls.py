"""Calls for applications: written, published, cancelled; who is invited to score. `grants` asks who may."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from apps.core import audit, clock, money, versions
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.models import Fund, Host
from apps.projects import notices, queries, rules
from apps.projects.models import Call, Criterion, Expert, Field
from apps.projects.services.keyed import undone, written_before
from apps.projects.services.offers import write_items
from apps.projects.services.questions import write_questions
from apps.projects.services.unfinished import lock_writer
from apps.projects.states import CALL_MOVES, CANCELLED, NOT_CHOSEN, PUBLISHED, SUBMITTED
from apps.users import services as users
from apps.users.models import User

PREFIX = "C"


def lock_call(call: Call) -> Call:
    """Return the call as it is now, held until the verb ends. Comes after funds and before projects."""
    return lock_row(Call, "host", pk=call.pk)


def _required(text: str, *, field: str, limit: int, lines: bool = False) -> str:
    cleaned = clean_text(text, field=field, limit=limit, lines=lines)
    if not cleaned:
        raise Refused(_("这一栏要填写。"), field)
    return cleaned


@verb
def draft_call(
    host: Host,
    *,
    funds: Sequence[Fund],
    kind: str,
    title: str,
    words: str,
    opens_at: datetime,
    closes_at: datetime,
    review_until: datetime | None,
    pot: int,
    smallest: int,
    largest: int,
    fields: Collection[str] = (),
    sheet: rules.Sheet,
    questions: Sequence[rules.Question] = (),
    items: Sequence[rules.Item] = (),
    instead_of: Call | None = None,
    key: str = "",
    by: User | None,
) -> Call:
    """Write a call as a draft and return it. Moments are aware, amounts fen; no field means every field.

    `questions` are asked beside the usual application, `items` are the services that a purchase wants; both are fixed
    with the rest when the call is published.
    `instead_of` is a draft that is written anew. `key` is the code the form handed out: the same form sent twice writes
    one call; one that says something else is refused naming `key`. Raises `Refused` naming the field.
    """
    if kind not in Call.Kind.values:
        raise Refused(_("请选一种征集。"), "kind")
    if not funds or any(fund.host_id != host.pk for fund in funds):
        raise Refused(_("请选本会的一个或几个基金。"), "funds")
    if any(fund.state != Fund.State.OPEN or fund.kind == Fund.Kind.GENERAL for fund in funds):
        raise Refused(_("只能选正常运行的社区、街镇或区级基金。"), "funds")
    if not set(fields) <= set(Field.values):
        raise Refused(_("请从列出的领域里选。"), "fields")
    _check_days(kind, opens_at, closes_at, review_until)
    _check_amounts(pot, smallest, largest)
    rules.check_sheet(sheet)

    def write(code: str) -> Call:
        call = Call.objects.create(
            code=code,
            host=host,
            kind=kind,
            title=_required(title, field="title", limit=60),
            words=_required(words, field="words", limit=4000, lines=True),
            fields=[name for name in Field.values if name in set(fields)],
            opens_at=opens_at,
            closes_at=closes_at,
            review_until=review_until,
            pot=pot,
            smallest=smallest,
            largest=largest,
            created_at=clock.now(),
            created_by_id=by.pk if by else None,
        )
        call.funds.set(funds)
        write_questions(call, questions)
        write_items(call, items)
        Criterion.objects.bulk_create([_criterion(call, one) for one in sheet])
        return call

    if instead_of is not None:
        instead_of = lock_call(instead_of)
        if instead_of.state != Call.State.DRAFT:
            raise Refused(_("征集已经公开，不能再改。"))
        key = instead_of.code
        instead_of.delete()
    else:
        if by is not None:
            lock_writer(by)
        written = written_before(
            Call, key=key, prefix=PREFIX, writer="created_by_id", by=by,
            says=lambda row: _said(row) == undone(lambda: _said(write(new_code(PREFIX, rules.CODE_LENGTH)))),
        )  # fmt: skip
        if written is not None:
            return written
    call = write(key or new_code(PREFIX, rules.CODE_LENGTH))
    audit.record(by, "draft_call", call, funds=sorted(fund.code for fund in funds), pot=pot)
    return call


def _said(call: Call) -> dict[str, object]:
    """Return what a call says, as plain values."""
    own = (
        "host_id", "kind", "title", "words", "fields", "opens_at", "closes_at", "review_until", "pot", "smallest",
        "largest",
    )  # fmt: skip
    return {name: getattr(call, name) for name in own} | {
        "funds": set(call.funds.values_list("pk", flat=True)),
        "questions": queries.questions_of(call),
        "items": queries.items_of(call),
        "sheet": queries.sheet_of(call),
    }


def _criterion(call: Call, one: rules.Criterion) -> Criterion:
    return Criterion(
        call=call,
        number=one.number,
        name=_required(str(one.name), field="criteria", limit=30),
        words=clean_text(str(one.words), field="criteria", limit=200),
        weight=one.weight,
        most=one.most,
    )


def _check_days(kind: str, opens_at: datetime, closes_at: datetime, review_until: datetime | None) -> None:
    if closes_at <= opens_at:
        raise Refused(_("截止要在开始之后。"), "closes_at")
    if review_until is None and kind != Call.Kind.OPEN:
        raise Refused(_("请写评审到什么时候结束；只有开放申请可以不写，随到随评。"), "review_until")
    if review_until is not None and review_until <= closes_at:
        raise Refused(_("评审截止要在申请截止之后。"), "review_until")


def _check_amounts(pot: int, smallest: int, largest: int) -> None:
    if not 0 < pot <= money.MAX_FEN:
        raise Refused(_("总额要大于 0。"), "pot")
    if not 0 < smallest <= largest:
        raise Refused(_("单个项目的最高金额不能低于最低金额。"), "largest")
    if largest > pot:
        raise Refused(_("单个项目的最高金额不能超过总额。"), "largest")


def _changed(call: Call) -> None:
    versions.bump("site", *(f"fund:{code}" for code in call.funds.values_list("code", flat=True)))


@verb
def publish_call(call: Call, *, by: User | None) -> Call:
    """Make a call public; from now on its text and its criteria are fixed. Doing it twice changes nothing."""
    call = lock_call(call)
    if call.state == PUBLISHED:
        return call
    check_move(CALL_MOVES, call.state, PUBLISHED, what=call.title)
    now = clock.now()
    if call.closes_at <= now:
        raise Refused(_("申请截止的时间已经过了，请另写一份。"))
    rules.check_sheet(queries.sheet_of(call))
    call.state, call.published_at = PUBLISHED, now
    call.save(update_fields=["state", "published_at"])
    audit.record(by, "publish_call", call, pot=call.pot)
    _changed(call)
    return call


@verb
def cancel_call(call: Call, *, reason: str, by: User | None) -> Call:
    """Call the whole thing off, as long as no answer to it was put to a vote. The applicants are told why."""
    call = lock_call(call)
    if call.state == CANCELLED:
        return call
    reason = _required(reason, field="reason", limit=300)
    if queries.answers_to(call).exclude(state__in=(SUBMITTED, NOT_CHOSEN)).exists():
        raise Refused(_("已经有申请提交表决，不能再取消征集。"))
    check_move(CALL_MOVES, call.state, CANCELLED, what=call.title)
    call.state = CANCELLED
    call.save(update_fields=["state"])
    audit.record(by, "cancel_call", call)
    for project in queries.answers_to(call):
        notices.call_cancelled(project, reason)
    _changed(call)
    return call


@verb
def extend_review(call: Call, *, until: datetime, by: User | None) -> Call:
    """Move the end of scoring to a later moment. `grants` refuses it once scores were shown."""
    call = lock_call(call)
    if call.state != PUBLISHED or call.review_until is None:
        raise Refused(_("这次征集没有要延长的评审。"))
    if until <= max(call.review_until, clock.now()):
        raise Refused(_("新的时间要晚于原来的，也要晚于现在。"), "until")
    before, call.review_until = call.review_until, until
    call.save(update_fields=["review_until"])
    audit.record(by, "extend_review", call, before=before.isoformat(), after=until.isoformat())
    return call


@verb
def invite_expert(call: Call, *, email: str, name: str, by: User) -> Expert:
    """Invite a person, known by e-mail, to score the answers to a call; they get no seat and no vote."""
    call = lock_call(call)
    if call.state != PUBLISHED or queries.is_past_review(call, clock.now()):
        raise Refused(_("征集公开以后、评审结束以前，才能请人评审。"))
    user = users.create_user(email=email, name=name, by=by)
    found = Expert.objects.filter(call=call, user=user, ended_at=None).first()
    if found is not None:
        return found
    expert = Expert.objects.create(call=call, user=user, invited_at=clock.now(), invited_by_id=by.pk)
    audit.record(by, "invite_expert", call)
    notices.expert_invited(expert)
    return expert


@verb
def dismiss_expert(expert: Expert, *, by: User) -> Expert:
    """End an invitation; what was scored before stays on record and no longer counts."""
    lock_call(expert.call)
    expert = lock_row(Expert, pk=expert.pk)
    if expert.ended_at is None:
        expert.ended_at = clock.now()
        expert.save(update_fields=["ended_at"])
        audit.record(by, "dismiss_expert", expert.call)
    return expert
