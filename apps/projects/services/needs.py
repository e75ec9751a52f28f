"""Needs: voiced by anyone, published word for word or set aside by those who look after the community's fund."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL.Image import Image

from apps.core import audit, clock, sealing, versions
from apps.core.codes import code_from, new_code
from apps.core.files import clean_picture, fingerprint, keep_pixels
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.projects import permissions, rules
from apps.projects.models import Field, Need, NeedPhoto, NeedPrivate, NeedSecond, Sender
from apps.projects.states import PUBLISHED, VOICED
from apps.users.models import User

# Anyone may write, so a flood stops here until someone has read what came.
MOST_UNREAD = 500
LEAST_WORDS = 4
A_DAY = timedelta(days=1)
NEED = "N"


@dataclass(frozen=True)
class Voiced:
    """A need that was written down; `receipt` is told to its teller once and kept nowhere in the clear."""

    need: Need
    receipt: str


def voice(
    division: Division,
    *,
    field: str,
    words: str,
    place: str = "",
    groups: Collection[str] = (),
    persons: int | None = None,
    teller: str = Need.Teller.RESIDENT,
    facts: str = "",
    contact: str = "",
    photos: Sequence["UploadedFile[bytes]"] = (),
    sender: str = "",
    key: str = "",
    by: User | None = None,
) -> Voiced:
    """Write down what someone asks for in a division; nobody but its secretary reads it until it is published.

    `words` and `place` become public and may lead to no home and no person; `facts` and `contact` are sealed. `sender`
    is where it came from when nobody is signed in: too many in a day are refused. `key` is what
    the form handed out: the same sent twice under it is one need. Two who say the same in the same words are two, each
    with a slip; whether to fold them is the secretary's to say. Photographs are cleaned before anything is locked.
    Raises `Refused` naming the field.
    """
    if len(photos) > rules.MAX_NEED_PHOTOS:
        raise Refused(_("一次最多传 %(limit)d 张照片。") % {"limit": rules.MAX_NEED_PHOTOS}, "photos")
    pictures = [clean_picture(photo) for photo in photos]
    return _voice(
        division, field=field, words=words, place=place, groups=groups, persons=persons, teller=teller, facts=facts,
        contact=contact, pictures=pictures, sender=sender, key=key, by=by,
    )  # fmt: skip


@verb
def voice_need(division: Division, *, field: str, words: str, key: str = "", by: User | None = None) -> Need:
    """Write down a need of which nothing but its words is known; see `voice`."""
    return _voice(division, field=field, words=words, key=key, by=by).need


@verb
def _voice(
    division: Division,
    *,
    field: str,
    words: str,
    place: str = "",
    groups: Collection[str] = (),
    persons: int | None = None,
    teller: str = Need.Teller.RESIDENT,
    facts: str = "",
    contact: str = "",
    pictures: Sequence[Image] = (),
    sender: str = "",
    key: str = "",
    by: User | None = None,
) -> Voiced:
    if field not in Field.values:
        raise Refused(_("请选一个领域。"), "field")
    words = clean_text(words, field="words", limit=500, lines=True)
    if len(words) < LEAST_WORDS:
        raise Refused(_("请多写几个字，说说是什么事、在哪里。"), "words")
    place = clean_text(place, field="place", limit=60)
    rules.check_open_words(words, "words")
    rules.check_open_words(place, "place")
    if not set(groups) <= set(Need.Group.values):
        raise Refused(_("请从列出的人群里选。"), "groups")
    rules.check_numbers(persons)
    if teller not in Need.Teller.values:
        raise Refused(_("请说明是谁说的。"), "teller")
    if teller == Need.Teller.WORKER and not (verdict := permissions.may_record_needs(by)):
        raise Refused(verdict.reason, "teller")
    facts = clean_text(facts, field="facts", limit=500, lines=True)
    contact = clean_text(contact, field="contact", limit=100)
    concerned = [name for name in Need.Group.values if name in set(groups)]
    form = _form(
        key, division.code, field, words, place, facts, contact, *map(fingerprint, pictures if key else ()), *concerned,
        str(persons), teller,
    )  # fmt: skip
    sent_as = sealing.blind_index(f"need form {form}") if form else ""
    # Held, so that of two clicks the second sees what the first wrote.
    lock_row(Division, pk=division.pk)
    receipt = _slip(form)
    same = Need.objects.filter(sent_as=sent_as).first() if sent_as else None
    if same is not None:
        return Voiced(same, receipt)
    if Need.objects.filter(division=division, state=VOICED).count() >= MOST_UNREAD:
        raise Refused(_("这里的需求太多，还没看完。请过几天再写，或直接去社区说。"))
    _count(sender)
    need = Need.objects.create(
        code=new_code(NEED),
        division=division,
        field=field,
        words=words,
        place=place,
        groups=concerned,
        persons=persons,
        teller=teller,
        voiced_at=clock.now(),
        voiced_by_id=by.pk if by else None,
        receipt=_hash(receipt),
        sent_as=sent_as,
    )
    if facts or contact:
        NeedPrivate.objects.create(
            need=need,
            facts=sealing.seal(facts, context=f"need:{need.code}:facts"),
            contact=sealing.seal(contact, context=f"need:{need.code}:contact"),
        )
    for picture in pictures:
        NeedPhoto.objects.create(need=need, file=keep_pixels(picture, by_id=by.pk if by else None))
    audit.record(by, "voice_need", need, division=division.code, photos=len(pictures))
    return Voiced(need, receipt)


def _form(key: str, *given: str) -> str:
    """Return a form and what was in it as one text; empty without a form. Raises `Refused` for a strange key."""
    if not key:
        return ""
    if not rules.is_form_key(key, NEED):
        raise Refused(_("表单过期了，请重新打开再填。"))
    return json.dumps([key, *given], ensure_ascii=False)


def _slip(form: str) -> str:
    """Return the code on the slip: of one form always the same, so that of two clicks whichever answer is shown opens
    the need. The form's key is kept nowhere, so that nobody finds the code again from what is kept."""
    if not form:
        return new_code("", rules.RECEIPT_LENGTH)
    return code_from(sealing.blind_index(f"need slip {form}"), rules.RECEIPT_LENGTH)


def _hash(receipt: str) -> str:
    return sealing.blind_index(f"need receipt {receipt}")


def _count(sender: str) -> None:
    """Note one sending without an account. Raises `Refused` after too many in a day."""
    if not note_sender(sender):
        raise Refused(_("从您这里今天发来的已经很多了，请明天再写，或直接去社区说。"))


def note_sender(sender: str, *, about: str = "", most: int = rules.MOST_A_DAY) -> bool:
    """Note one sending from a place, of all that it sends or of what it sends about one thing, by a keyed hash.

    Returns False, and notes nothing, where `most` came from there within a day; no sender is never too many. For use
    inside a verb.
    """
    if not sender:
        return True
    now, mark = clock.now(), sealing.blind_index(" ".join(filter(None, ("need sender", sender, about))))
    Sender.objects.filter(at__lt=now - A_DAY).delete()
    if Sender.objects.filter(mark=mark).count() >= most:
        return False
    Sender.objects.create(mark=mark, at=now)
    return True


def find_receipt(text: str) -> Need:
    """Return the need that a code on a slip belongs to. Raises `Refused` with a sentence for a wrong one."""
    code = "".join(letter for letter in text.upper() if letter.isalnum())
    found = Need.objects.filter(receipt=_hash(code)).select_related("division", "merged_into").first()
    if len(code) != rules.RECEIPT_LENGTH or found is None:
        raise Refused(_("没有这个回执码，请照着再输一遍。"), "receipt")
    return found


@verb
def second_need(need: Need, *, token: str, sender: str = "", by: User | None = None) -> bool:
    """Say "me too" to a public need, once per account, or per browser (`token`) without one.

    Returns whether it counted now. A need that was merged passes it on to the kept one. Raises `Refused` for one that
    is over.
    """
    need = lock_need(need)
    while need.merged_into is not None:
        need = lock_need(need.merged_into)
    if need.state != PUBLISHED:
        raise Refused(_("这条需求现在不能附议。"))
    mark = sealing.blind_index(f"second {f'user {by.pk}' if by else f'browser {token}'}")
    if NeedSecond.objects.filter(need=need, mark=mark).exists():
        return False
    if by is None:
        _count(sender)
    NeedSecond.objects.create(need=need, mark=mark, has_account=by is not None, at=clock.now())
    audit.record(by, "second_need", need)
    versions.bump("site", f"division:{need.division_id}")
    return True


def lock_need(need: Need) -> Need:
    """Return the need as it is now, held until the verb ends."""
    return lock_row(Need, "division", "merged_into", pk=need.pk)
