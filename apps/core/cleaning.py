"""Cleaning documents that were kept before they were cleaned when they came in: what says who made a PDF, and when.

Papers whose bytes are their proof, signed ones and fiscal receipts, stay as they came: each app with such papers names
them in its `signed.py`, `AS_THEY_CAME`, as columns that lead to a kept file. Everything else is cleaned as
`files.keep_document` does today. Small transactions, one run at a time, safe while the site runs, safe to stop and
to repeat: a file that is clean is left alone.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _

from apps.core import audit, documents, files, stripping
from apps.core.models import StoredFile
from apps.core.verdicts import Refused

CHUNK = 100
LOCK = ".cleaning"
Progress = Callable[["Cleaning", str], None]


@dataclass
class Cleaning:
    """What one run did. `unclean` are codes of files of which something cannot be taken out, `unclean_public` those of
    them that everyone may read; `damaged` are not what was once kept, or are gone."""

    cleaned: int = 0
    clean: int = 0
    as_they_came: int = 0
    unclean: list[str] = field(default_factory=list)
    unclean_public: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many files were looked at."""
        failed = len(self.unclean) + len(self.damaged)
        return self.cleaned + self.clean + self.as_they_came + failed


def kept_as_they_came() -> list[tuple[type[Model], str]]:
    """Return the columns of every app that lead to papers whose bytes are their proof."""
    rooms = [
        import_module(f"{config.name}.signed")
        for config in apps.get_app_configs()
        if config.name.startswith("apps.") and module_has_submodule(config.module, "signed")
    ]
    return [one for room in rooms for one in room.AS_THEY_CAME]


def clean_kept(*, after: str = "", progress: Progress = lambda _done, _code: None) -> Cleaning:
    """Clean every kept PDF that may be cleaned and return what was done; `after` is the code of the last file that an
    earlier run told of. `progress` hears of every chunk, with the code of its last file.

    Raises `Refused` while another run is at work.
    """
    done = Cleaning()
    begin = StoredFile.objects.filter(code=after).values_list("pk", flat=True).first() or 0 if after else 0
    with _alone():
        for chunk in _chunks(begin):
            keys = [key for key, _code in chunk]
            signed = {
                key
                for model, column in kept_as_they_came()
                for key in model._default_manager.filter(**{f"{column}__in": keys}).values_list(
                    column, flat=True
                )
            }
            for key in keys:
                if key in signed:
                    done.as_they_came += 1
                else:
                    _clean(key, done)
            progress(done, chunk[-1][1])
    return done


@contextmanager
def _alone() -> Iterator[None]:
    """Let one run at a time put files in the place of others. The lock goes with its process, however that ends."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(_("另一个清理还在进行，请等它结束。")) from error
        yield


def _chunks(last: int) -> Iterator[list[tuple[int, str]]]:
    while True:
        rows = StoredFile.objects.filter(pk__gt=last, content_type=files.PDF).order_by("pk")
        chunk = list(rows.values_list("pk", "code")[:CHUNK])
        if not chunk:
            return
        yield chunk
        last = chunk[-1][0]


def _clean(key: int, done: Cleaning) -> None:
    row = StoredFile.objects.filter(pk=key).first()
    if row is None:
        return
    place = files.location(row)
    _finish(key, place)
    body = place.read_bytes() if place.exists() else b""
    if hashlib.sha256(body).hexdigest() != row.sha256:
        # What was let go meanwhile is no damage.
        if StoredFile.objects.filter(pk=key).exists():
            done.damaged.append(row.code)
        return
    try:
        if documents.look_into(body) is not documents.Finding.CLEAN:
            raise stripping.Unstrippable
        bare = files.bare_pdf(body)
    except stripping.Unstrippable:
        done.unclean.append(row.code)
        if row.is_public:
            done.unclean_public.append(row.code)
        return
    if bare == body:
        done.clean += 1
        return
    # The clean bytes lie beside the old ones until the row names them, so that a run cut short anywhere is finished by
    # the next one.
    files.beside(place).write_bytes(bare)
    digest = hashlib.sha256(bare).hexdigest()
    with transaction.atomic():
        if _held(key):
            StoredFile.objects.filter(pk=key).update(sha256=digest, size=len(bare))
            audit.record(None, "clean_file", row, before=row.sha256, after=digest)
    if _finish(key, place):
        done.cleaned += 1


def _held(key: int) -> StoredFile | None:
    """Lock a file's row, so that nobody lets it go meanwhile; nothing where somebody has."""
    return StoredFile.objects.select_for_update(no_key=True).filter(pk=key).first()


def _finish(key: int, place: Path) -> bool:
    """Put clean bytes that lie beside a file in its place where its row names them, else drop them; tell whether they
    were put there. What was let go meanwhile must not come back."""
    beside = files.beside(place)
    if not beside.exists():
        return False
    digest = hashlib.sha256(beside.read_bytes()).hexdigest()
    with transaction.atomic():
        row = _held(key)
        if row is not None and row.sha256 == digest:
            beside.replace(place)
            return True
    beside.unlink(missing_ok=True)
    return False
