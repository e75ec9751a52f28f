"""How a project stands to the purposes that a fund's money was given for: one sentence on the page, at the vote and at
the payment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import F, Min, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verdicts import YES, Verdict, no
from apps.funds.models import Fund, Restriction
from apps.governance.models import Motion
from apps.grants.models import Grant
from apps.grants.rules import purposes as rules
from apps.grants.rules.purposes import Bound
from apps.grants.states import LIVE
from apps.projects.models import Confirmation, Field, Project

PREFIX = "purpose_"


@dataclass(frozen=True)
class Purpose:
    """A purpose of a fund beside a project: whether its money may pay it, and what a person said where words do not
    tell."""

    restriction: Restriction
    stands: str
    confirmed: str
    sentence: str

    @property
    def may_pay(self) -> Verdict:
        """Whether the money may pay the project, with the sentence that names the purpose."""
        if self.stands == rules.FITS or (self.stands == rules.UNCLEAR and self.confirmed):
            return YES
        return no(self.sentence)

    @property
    def asks_why(self) -> bool:
        """Whether somebody has to say why the project is within the purpose."""
        return self.stands == rules.UNCLEAR and not self.confirmed


def confirmation_key(restriction: Restriction) -> str:
    """Return under which key it is kept why a project is within a purpose."""
    return f"{PREFIX}{restriction.code}"[:30]


def purposes_for(project: Project, fund: Fund) -> list[Purpose]:
    """Return the special purposes of a fund beside a project, as they stand today."""
    rows = fund.restrictions.filter(is_general=False).order_by("code")
    return _beside(project, rows, _confirmed(project), ends_on=project.ends_on, today=clock.today())


def purpose_of(project: Project, restriction: Restriction) -> Purpose:
    """Return one special purpose beside a project, as it stands today."""
    said = _confirmed(project)
    return _beside(project, [restriction], said, ends_on=project.ends_on, today=clock.today())[0]


def may_be_paid_from(project: Project, fund: Fund, code: str) -> Verdict:
    """Tell whether money of a fund that is bound to a purpose (by its code) may pay a project; free money and the
    fund's own purposes always."""
    row = fund.restrictions.filter(code=code, is_general=False).first() if code else None
    return purpose_of(project, row).may_pay if row is not None else YES


def why_unmet(motion: Motion) -> str:
    """Return why the purpose that a carried motion names keeps its money from the project; empty where it does not."""
    project = Project.objects.select_related("fund").get(code=motion.subject_code)
    verdict = may_be_paid_from(project, motion.committee.fund, motion.restriction)
    return "" if verdict else str(verdict.reason)


def sources_hold(grant: Grant, day: date) -> Verdict:
    """Tell whether the sources of a grant that are not drawn yet may still pay on a day: a purpose that ended, or that
    was changed into another field's, no longer does. What a person had to judge was judged before the vote."""
    for found in _beside(grant.project, _still_to_pay(grant).order_by("code"), {}, ends_on=day, today=day):
        if found.stands not in (rules.FITS, rules.UNCLEAR):
            return no(found.sentence)
    return YES


def may_last_until(project: Project, day: date) -> Verdict:
    """Tell whether a project may go on until a day: not beyond the last day of a purpose whose money is still to be
    paid, by whichever fund."""
    for grant in Grant.objects.filter(project=project, state__in=LIVE).select_related("fund").order_by("pk"):
        row = _still_to_pay(grant).filter(until__lt=day).order_by("until", "code").first()
        if row is not None:
            facts = {"fund": grant.fund.name, "purpose": row.purpose, "until": row.until}
            return no(
                _(
                    "%(fund)s限定用途“%(purpose)s”的钱只能用到 %(until)s，不能延到这以后，不然没付的就付不出去了。"
                )
                % facts
            )
    return YES


def last_day_of(grant: Grant) -> date | None:
    """Return the last day on which the money that is still to be paid may be used, None where no purpose says."""
    last: date | None = _still_to_pay(grant).aggregate(last=Min("until"))["last"]
    return last


def _still_to_pay(grant: Grant) -> QuerySet[Restriction]:
    """Return the special purposes whose money is in a grant and not drawn yet."""
    left = grant.sources.filter(amount__gt=F("paid")).values("restriction")
    return grant.fund.restrictions.filter(code__in=left, is_general=False)


def _confirmed(project: Project) -> dict[str, str]:
    rows = Confirmation.objects.filter(project=project, text_hash=project.text_hash, key__startswith=PREFIX)
    return dict(rows.values_list("key", "words"))


def _words(project: Project) -> str:
    lines = project.budget_lines.order_by("pk").values_list("words", flat=True)
    steps = project.milestones.order_by("number").values_list("words", flat=True)
    return "、".join([project.title, project.goal, *lines, *steps])


def _beside(
    project: Project, rows: Iterable[Restriction], said: dict[str, str], *, ends_on: date, today: date
) -> list[Purpose]:
    # Purposes are written in the language of the place, whatever language the page is read in.
    with translation.override(settings.LANGUAGE_CODE):
        names = {name: str(label) for name, label in Field.choices}
    rows, found = list(rows), []
    words = _words(project) if rows else ""
    for row in rows:
        stands = rules.fit(
            Bound(row.purpose, row.until),
            words=words,
            field=names[project.field],
            fields=names.values(),
            ends_on=ends_on,
            today=today,
        )
        confirmed = said.get(confirmation_key(row), "")
        found.append(Purpose(row, stands, confirmed, _sentence(project, row, stands)))
    return found


def _sentence(project: Project, row: Restriction, stands: str) -> str:
    facts = {
        "purpose": row.purpose,
        "until": row.until.isoformat() if row.until else "",
        "ends": project.ends_on.isoformat(),
        "field": Field(project.field).label,
    }
    words = {
        rules.FITS: _("限定用途“%(purpose)s”的钱可以用在这个项目上。"),
        rules.UNCLEAR: _("限定用途是“%(purpose)s”，从项目写的看不出在不在这个用途里，请写明为什么在。"),
        rules.OTHER_FIELD: _("限定用途是“%(purpose)s”，不能用在“%(field)s”的项目上。"),
        rules.ENDED: _("限定用途“%(purpose)s”的钱只能用到 %(until)s，已经过了。"),
        rules.TOO_SHORT: _("限定用途“%(purpose)s”的钱只能用到 %(until)s，项目要做到 %(ends)s。"),
    }
    return words[stands] % facts
