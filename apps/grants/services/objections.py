"""Objections to a grant in its public notice: received from anyone, answered by the committee."""

from django.utils.translation import gettext as _

from apps.core import audit, clock, sealing
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.grants import notices, permissions, queries, rules
from apps.grants.models import Grant, Objection
from apps.grants.services.changes import reconsider
from apps.grants.services.ending import end_early
from apps.grants.services.locks import changed, lock_grant
from apps.projects.rules import check_no_number, check_open_words
from apps.projects.services import note_sender
from apps.users.models import User

# Anyone may write, so a flood stops here until someone has answered.
MOST_OPEN = 200
# About one grant, from one place or account within a day: whoever has more to say says it in one.
MOST_FROM_ONE = 3
LEAST_WORDS = 4
REVOTE, END = "revote", "end"


@verb
def object_to(
    grant: Grant, *, ground: str, words: str, contact: str = "", sender: str = "", by: User | None = None
) -> Objection:
    """Take an objection to a grant; its code is the receipt.

    Within the notice it keeps the notice open until it is answered, if the rules say so; later it is answered all the
    same and stops nothing by itself. The same words about the same grant that still wait are one objection. `sender`
    is where it came from when nobody is signed in: too many in a day, from there or from one account, are refused, so
    that nobody alone fills the list and shuts others out. Raises `Refused` naming the field. Only the grant's row is
    locked: it moves no money.
    """
    grant = lock_row(Grant, "motion__committee__fund", "fund__host", "project", pk=grant.pk)
    permissions.may_object(grant).require()
    if ground not in Objection.Ground.values:
        raise Refused(_("请选是哪方面的异议。"), "ground")
    words = clean_text(words, field="words", limit=1000, lines=True)
    if len(words) < LEAST_WORDS:
        raise Refused(_("请多写几个字，说说哪里不对、有什么依据。"), "words")
    contact = clean_text(contact, field="contact", limit=100)
    waiting = Objection.objects.filter(grant=grant, state=Objection.State.OPEN)
    same = waiting.filter(ground=ground, words=words).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_OPEN:
        raise Refused(_("这个项目的异议太多，还没答复完。请过几天再写，或直接向慈善会提。"))
    _count(grant, sender=f"account {by.pk}" if by else sender)
    code, now = new_code("V"), clock.now()
    is_late = not queries.notice_is_open(grant, now)
    objection = Objection.objects.create(
        code=code,
        grant=grant,
        ground=ground,
        words=words,
        contact=sealing.seal(contact, context=rules.contact_context(code)),
        made_by_id=by.pk if by else None,
        received_at=now,
        is_late=is_late,
        holds=not is_late and bool(queries.pinned(grant.motion, "objection_suspends")),
        answer_by=rules.notice_end(clock.day_of(now), queries.pinned(grant.motion, "objection_answer_days")),
    )
    # Who objected stays out of the trail, which more people read than answer.
    audit.record(None, "object", objection, grant=grant.code, is_late=is_late, holds=objection.holds)
    notices.objected(objection)
    changed(grant)
    return objection


def _count(grant: Grant, *, sender: str) -> None:
    """Note one objection of a sender; only a keyed hash is kept, for a day. Raises `Refused` after too many."""
    if not note_sender(sender, about=grant.code, most=MOST_FROM_ONE):
        raise Refused(
            _("从您这里今天对这个项目已经提了 %(most)d 条异议，请等答复或明天再提，也可以直接向慈善会提。")
            % {"most": MOST_FROM_ONE}
        )
    if not note_sender(sender):
        raise Refused(_("从您这里今天发来的已经很多了，请明天再提，或直接向慈善会提。"))


@verb
def open_contact(objection: Objection, *, by: User) -> str:
    """Return how to reach whoever objected, opened for those who may answer; who looked is on record each time.

    Raises `Refused`.
    """
    permissions.may_read_contact(by, objection).require()
    audit.record(by, "look_at_objection", objection, grant=objection.grant.code)
    return sealing.unseal(objection.contact, context=rules.contact_context(objection.code))


def _hold(objection: Objection) -> Objection:
    grant = lock_grant(objection.grant)
    fresh = lock_row(Objection, pk=objection.pk)
    fresh.grant = grant
    return fresh


@verb
def dismiss(objection: Objection, *, public_words: str, answer: str, by: User) -> Objection:
    """Answer an objection that does not hold, in words that everyone reads. Once; the same again changes nothing.

    A notice that it kept open ends with this answer, not before its own day.
    """
    objection = _hold(objection)
    if objection.state == Objection.State.DISMISSED:
        return objection
    permissions.may_answer_objection(by, objection).require()
    _answer(objection, Objection.State.DISMISSED, public_words=public_words, answer=answer, by=by)
    grant = objection.grant
    if objection.holds and grant.state == Grant.State.NOTICE and grant.notice_until < clock.now():
        grant.notice_until = clock.now()
        grant.save(update_fields=["notice_until"])
    return objection


@verb
def uphold(objection: Objection, *, public_words: str, answer: str, remedy: str, by: User) -> Objection:
    """Answer an objection that holds: the committee votes on the grant anew (`revote`), or the grant ends (`end`).

    Until a new vote stands by the grant nothing of it is paid. Raises `Refused`.
    """
    objection = _hold(objection)
    if objection.state == Objection.State.UPHELD:
        return objection
    permissions.may_answer_objection(by, objection).require()
    grant = objection.grant
    over = grant.state == Grant.State.TERMINATED
    if remedy == END:
        (
            permissions.is_hosts_admin(by, grant.fund) if over else permissions.may_terminate(by, grant)
        ).require()
    elif remedy == REVOTE:
        permissions.may_table_change(by, grant).require()
    else:
        raise Refused(_("请选接下来怎么办：重新表决，还是终止资助。"), "remedy")
    _answer(objection, Objection.State.UPHELD, public_words=public_words, answer=answer, by=by)
    if remedy == REVOTE:
        objection.change = reconsider(grant, reason=objection.public_words[:300], by=by)
        objection.save(update_fields=["change"])
    elif not over:
        end_early(grant, reason=_("公示异议成立：%(words)s") % {"words": objection.answer[:280]}, by=by)
    return objection


def _answer(objection: Objection, state: str, *, public_words: str, answer: str, by: User) -> None:
    public_words = clean_text(public_words, field="public_words", limit=500, lines=True)
    if not public_words:
        raise Refused(_("请写公开的异议要点，不写人名、住址、电话。"), "public_words")
    check_open_words(public_words, "public_words")
    answer = clean_text(answer, field="answer", limit=1000, lines=True)
    if len(answer) < LEAST_WORDS:
        raise Refused(_("请写答复和理由，答复会公开。"), "answer")
    check_no_number(answer, "answer")
    objection.state, objection.public_words, objection.answer = state, public_words, answer
    objection.answered_at, objection.answered_by_id = clock.now(), by.pk
    objection.save(update_fields=["state", "public_words", "answer", "answered_at", "answered_by_id"])
    audit.record(by, "answer_objection", objection, grant=objection.grant.code, after=state)
    notices.answered(objection)
    changed(objection.grant)
