"""Adopting rules."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import permissions, queries, rules
from apps.funds.models import Clause, Host, Rulebook
from apps.funds.states import RuleLevel
from apps.users.models import User

TITLE_LIMIT, DOCUMENT_LIMIT, ARTICLE_LIMIT = 120, 200, 60


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
) -> Rulebook:
    """Adopt the next version of a level's rules in a division; `clauses` is key → (value, article of the document).

    The version replaces the whole one before it from `effective_from`. Raises `Refused`, naming the clause, for an
    impossible value or one looser than the rule of the levels above on that day. Nothing is decided backwards: only
    a first version may have begun in the past. Votes and grants under way keep the version they were made under.
    """
    Host.objects.select_for_update(no_key=True).get(pk=host.pk)
    check_place(host, level, division)
    permissions.may_adopt(by, host, level=level, division=division.code).require()
    title = clean_text(title, field="title", limit=TITLE_LIMIT)
    document = clean_text(document, field="document", limit=DOCUMENT_LIMIT)
    if not title:
        raise Refused(_("请填写办法的名称。"), "title")
    if not document:
        raise Refused(_("请填写依据文件，比如文号和印发日期。"), "document")
    if not clauses:
        raise Refused(_("至少要定一条规则。"))
    checked = {
        key: (rules.validate(key, value), clean_text(article, field=key, limit=ARTICLE_LIMIT))
        for key, (value, article) in clauses.items()
    }
    previous = Rulebook.objects.filter(host=host, level=level, division=division).order_by("-version").first()
    _check_day(previous, effective_from, by)
    for key, sentence in queries.loosenings(
        host, level=level, division=division.code, on=effective_from, clauses=checked
    ).items():
        raise Refused(sentence, key)
    book = Rulebook.objects.create(
        host=host,
        level=level,
        division=division,
        version=previous.version + 1 if previous else 1,
        title=title,
        document=document,
        effective_from=effective_from,
        adopted_at=clock.now(),
        adopted_by_id=getattr(by, "pk", None),
    )
    Clause.objects.bulk_create(
        Clause(rulebook=book, key=key, value=value, article=article)
        for key, (value, article) in checked.items()
    )
    audit.record(
        by,
        "adopt_rulebook",
        book,
        host=host.code,
        level=int(level),
        division=division.code,
        version=book.version,
        clauses={key: value for key, (value, _article) in checked.items()},
    )
    bound = queries.under(division.code).filter(host=host).values_list("code", flat=True)
    versions.bump(f"division:{division.code}", "site", *(f"fund:{code}" for code in bound))
    return book


def check_place(host: Host, level: int, division: Division) -> None:
    """Raise `Refused` unless a level may have rules in this division of the host."""
    if level not in RuleLevel.values:
        raise Refused(_("请选择是哪一级的规则。"), "level")
    own = division.code == host.division_id
    fits = {
        RuleLevel.HOST: own,
        RuleLevel.DISTRICT: own or division.level == Division.Level.COUNTY,
        RuleLevel.TOWN: division.level == Division.Level.TOWN,
        RuleLevel.COMMUNITY: division.level == Division.Level.VILLAGE,
    }
    if not fits[RuleLevel(level)] or not queries.contains(host, division.code):
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
