"""Needs: voiced by anyone, published word for word or set aside by those who look after the community's fund."""

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.codes import new_code
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.projects.models import Field, Need
from apps.projects.states import NEED_MOVES, PUBLISHED, SET_ASIDE, VOICED
from apps.users.models import User

# Anyone may write, so a flood stops here until someone has read what came.
MOST_UNREAD = 500
LEAST_WORDS = 4


@verb
def voice_need(division: Division, *, field: str, words: str, by: User | None = None) -> Need:
    """Write down what someone asks for in a division; nobody else reads it until it is published.

    The same words waiting in the same place are one need. Raises `Refused` naming the field.
    """
    if field not in Field.values:
        raise Refused(_("请选一个领域。"), "field")
    words = clean_text(words, field="words", limit=500, lines=True)
    if len(words) < LEAST_WORDS:
        raise Refused(_("请多写几个字，说说是什么事、在哪里。"), "words")
    waiting = Need.objects.filter(division=division, state=VOICED)
    same = waiting.filter(field=field, words=words).first()
    if same is not None:
        return same
    if waiting.count() >= MOST_UNREAD:
        raise Refused(_("这里的需求太多，还没看完。请过几天再写，或直接去社区说。"))
    need = Need.objects.create(
        code=new_code("N"),
        division=division,
        field=field,
        words=words,
        voiced_at=clock.now(),
        voiced_by_id=by.pk if by else None,
    )
    audit.record(by, "voice_need", need, division=division.code)
    return need


def _decide(need: Need, state: str, *, by: User | None) -> Need:
    need = Need.objects.select_for_update(no_key=True, of=("self",)).get(pk=need.pk)
    if need.state == state:
        return need
    check_move(NEED_MOVES, need.state, state, what=_("这条需求"))
    need.state, need.decided_at, need.decided_by_id = state, clock.now(), by.pk if by else None
    need.save(update_fields=["state", "decided_at", "decided_by_id"])
    audit.record(by, "decide_need", need, after=state)
    versions.bump(f"division:{need.division_id}", "site")
    return need


@verb
def publish_need(need: Need, *, by: User | None) -> Need:
    """Show a need to everyone, as it was written. `grants` calls this and asks who may."""
    return _decide(need, PUBLISHED, by=by)


@verb
def set_need_aside(need: Need, *, by: User | None) -> Need:
    """Keep a need from the public: it names people, or is no need. `grants` calls this and asks who may."""
    return _decide(need, SET_ASIDE, by=by)
