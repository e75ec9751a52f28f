"""Adopting rules, taking back a version that does not hold yet, and laying the document beside it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.core import audit, clock, files, versions
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import permissions, queries, rules
from apps.funds.models import Clause, Host, Rulebook, RulebookFile
from apps.funds.states import RuleLevel
from apps.users.models import User

TITLE_LIMIT, DOCUMENT_LIMIT, ARTICLE_LIMIT, REASON_LIMIT = 120, 200, 60, 200
MOST_FILES = 30
FURTHEST = timedelta(days=3 * 366)


@verb
def adopt_rulebook(
    host: Host,
    *,
    level: int,
    division: Division,
    title: str,
    document: str,
    clauses: Mapping[str, tuple[rules.Value, str]],
    effective_from: date,
    by: User | None,
    issued_on: date | None = None,
    motion: str = "",
    uploads: Sequence["UploadedFile[bytes]"] = (),
) -> Rulebook:
    """Adopt the next version of a level's rules in a division; `clauses` is key → (value, article of the document).

    The version replaces the whole one before it from `effective_from`. Raises `Refused`, naming the clause, for an
    impossible value or one looser than the rule of the levels above on that day. Nothing is decided backwards: only
    a first version may have begun in the past. Votes and grants under way keep the version they were made under.

    `document` is its number, `issued_on` its day, `uploads` the document itself. A community's rules are adopted by its
    committee: whoever acts on the motion in force calls this with `by=None` and the motion's code as `motion`; calling
    it again with that code, or with the very words of the latest version, returns what was written.
    """
    lock_row(Host, pk=host.pk)
    check_place(host, level, division)
    permissions.may_adopt(by, host, level=level, division=division.code).require()
    if motion and (written := Rulebook.objects.filter(motion_code=motion).first()):
        return written
    title = clean_text(title, field="title", limit=TITLE_LIMIT)
    document = clean_text(document, field="document", limit=DOCUMENT_LIMIT)
    if not title:
        raise Refused(_("请填写办法的名称。"), "title")
    if not document:
        raise Refused(_("请填写依据文件的文号。"), "document")
    if not clauses:
        raise Refused(_("至少要定一条规则。"))
    checked = {
        key: (rules.validate(key, value), clean_text(article, field=key, limit=ARTICLE_LIMIT))
        for key, (value, article) in clauses.items()
    }
    _check_keys(checked, level)
    earlier = Rulebook.objects.filter(host=host, level=level, division=division)
    previous = earlier.filter(withdrawn_at=None).order_by("-version").first()
    book = Rulebook(
        host=host,
        level=level,
        division=division,
        version=1 + max(earlier.values_list("version", flat=True), default=0),
        title=title,
        document=document,
        issued_on=issued_on,
        motion_code=motion,
        effective_from=effective_from,
        adopted_at=clock.now(),
        adopted_by_id=getattr(by, "pk", None),
    )
    if previous is not None and _says_the_same(previous, book, checked):
        return previous
    _check_day(previous, effective_from, by)
    _check_issued(issued_on, effective_from)
    for key, sentence in queries.loosenings(
        host, level=level, division=division.code, on=effective_from, clauses=checked
    ).items():
        raise Refused(sentence, key)
    book.save()
    Clause.objects.bulk_create(
        Clause(rulebook=book, key=key, value=value, article=article)
        for key, (value, article) in checked.items()
    )
    _lay_beside(book, uploads, by)
    audit.record(
        by,
        "adopt_rulebook",
        book,
        host=host.code,
        level=int(level),
        division=division.code,
        version=book.version,
        motion=motion,
        clauses={key: value for key, (value, _article) in checked.items()},
    )
    _bump(book)
    return book


def _says_the_same(
    previous: Rulebook, book: Rulebook, checked: Mapping[str, tuple[rules.Value, str]]
) -> bool:
    """Whether this is the latest version sent a second time."""
    fields = ("title", "document", "issued_on", "motion_code", "effective_from")
    return all(getattr(previous, name) == getattr(book, name) for name in fields) and checked == {
        row.key: (row.value, row.article) for row in previous.clauses.all()
    }


@verb
def withdraw_rulebook(book: Rulebook, *, reason: str, by: User | None) -> Rulebook:
    """Take back a version before its first day; the version before it goes on. Doing it twice changes nothing."""
    lock_row(Host, pk=book.host_id)
    book = Rulebook.objects.select_related("host").get(pk=book.pk)
    permissions.may_adopt(by, book.host, level=book.level, division=book.division_id).require()
    if book.withdrawn_at is not None:
        return book
    if book.effective_from <= clock.today():
        raise Refused(_("这一版已经生效，不能撤回；要改，请写新版本。"))
    book.withdrawn_because = clean_text(reason, field="reason", limit=REASON_LIMIT)
    if not book.withdrawn_because:
        raise Refused(_("请写明撤回的原因，会公开。"), "reason")
    book.withdrawn_at = clock.now()
    book.save(update_fields=["withdrawn_at", "withdrawn_because"])
    audit.record(by, "withdraw_rulebook", book, host=book.host.code, version=book.version)
    _bump(book)
    return book


@verb
def attach_document(
    book: Rulebook, *, uploads: Sequence["UploadedFile[bytes]"], by: User | None
) -> list[RulebookFile]:
    """Lay the document beside a version, as a PDF or as scanned pages; it is public from then on.

    Whoever adopts the level's rules may, and for a community's the host's administrator. Raises `Refused`.
    """
    lock_row(Host, pk=book.host_id)
    permissions.may_attach(by, book).require()
    if not uploads:
        raise Refused(_("请选文件。"), "uploads")
    kept = _lay_beside(book, uploads, by)
    codes = [one.file.code for one in kept]
    audit.record(by, "attach_document", book, host=book.host.code, version=book.version, files=codes)
    _bump(book)
    return kept


def _lay_beside(
    book: Rulebook, uploads: Sequence["UploadedFile[bytes]"], by: User | None
) -> list[RulebookFile]:
    there = book.files.count()
    if there + len(uploads) > MOST_FILES:
        raise Refused(_("一个版本最多放 %(most)d 个文件。") % {"most": MOST_FILES}, "uploads")
    return [
        RulebookFile.objects.create(
            rulebook=book,
            number=there + number,
            file=files.keep_document(upload, by_id=getattr(by, "pk", None), is_public=True, field="uploads"),
        )
        for number, upload in enumerate(uploads, start=1)
    ]


def _bump(book: Rulebook) -> None:
    bound = queries.under(book.division_id).filter(host=book.host_id).values_list("code", flat=True)
    versions.bump(
        f"division:{book.division_id}",
        "site",
        queries.rules_version(book.host.code),
        *(f"fund:{code}" for code in bound),
    )


def _check_keys(clauses: Mapping[str, object], level: int) -> None:
    for key in clauses:
        if level != RuleLevel.HOST and key in rules.HOST_ONLY:
            raise Refused(
                _("“%(label)s”是整个慈善会的指标，只有慈善会能定。") % {"label": rules.clause(key).label}, key
            )


def check_place(host: Host, level: int, division: Division) -> None:
    """Raise `Refused` unless a level may have rules in this division of the host."""
    if level not in RuleLevel.values:
        raise Refused(_("请选择是哪一级的规则。"), "level")
    if not queries.is_rule_place(host, level, division):
        raise Refused(
            _("%(division)s不能有%(host)s下面这一级的规则。")
            % {"division": division.name, "host": host.name},
            "division",
        )


def _check_day(previous: Rulebook | None, effective_from: date, by: User | None) -> None:
    if previous is None:
        return
    if effective_from < previous.effective_from:
        raise Refused(
            _("新版本不能早于现行第 %(version)d 版的生效日 %(day)s。")
            % {"version": previous.version, "day": previous.effective_from.isoformat()},
            "effective_from",
        )
    if by is not None and effective_from < clock.today():
        raise Refused(_("规则不能倒着生效，请选今天或以后的日子。"), "effective_from")


def _check_issued(issued_on: date | None, effective_from: date) -> None:
    if effective_from > clock.today() + FURTHEST:
        raise Refused(_("生效日最晚是三年以后。"), "effective_from")
    if issued_on is not None and issued_on > clock.today():
        raise Refused(_("印发日期不能在以后。"), "issued_on")
