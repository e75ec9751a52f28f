"""The figures of a checklist in words, for pages, documents and forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.core.money import written
from apps.grants.models import Acceptance, AcceptanceItem
from apps.grants.queries.checklist import acceptances_of
from apps.grants.rules.checklist import Item
from apps.projects.models import Indicator, Project
from apps.projects.rules import wilson

Kind = AcceptanceItem.Kind
Verdict = AcceptanceItem.Verdict


def title_of(item: Item | AcceptanceItem) -> str:
    """Return what an item is about: its own words, or its kind's."""
    kind = Kind(item.kind)
    if kind in (Kind.INDICATOR, Kind.MILESTONE, Kind.BUDGET):
        return f"{kind.label} · {item.words}"
    return str(kind.label)


def figures_of(item: Item | AcceptanceItem) -> list[tuple[str, str]]:
    """Return the figures of an item as pairs of label and value."""
    told = _BY_KIND.get(Kind(item.kind))
    return told(item.figures) if told else []


@dataclass(frozen=True)
class ShownItem:
    """An item as a page shows it: what it is, its figures, what they propose, and what was judged of it."""

    title: str
    words: str
    figures: list[tuple[str, str]]
    proposed: str
    proposed_label: str
    verdict: str = ""
    verdict_label: str = ""
    note: str = ""
    key: str = ""

    @property
    def differs(self) -> bool:
        """Whether somebody judged otherwise than the figures propose."""
        return bool(self.verdict and self.proposed and self.verdict != self.proposed)


@dataclass(frozen=True)
class ShownRound:
    """A round of an acceptance with its items, and how many of them were found wanting."""

    round: Acceptance
    items: tuple[ShownItem, ...]

    @property
    def wanting(self) -> int:
        """How many items were met in part or not met."""
        return sum(one.verdict in (Verdict.PARTLY, Verdict.NOT_MET) for one in self.items)


def shown_item(item: Item | AcceptanceItem) -> ShownItem:
    """Return an item as a page shows it; the goal's words stand below its title."""
    verdict, note = (item.verdict, item.note) if isinstance(item, AcceptanceItem) else ("", "")
    return ShownItem(
        title=title_of(item),
        words=item.words if item.kind == Kind.GOAL else "",
        figures=figures_of(item),
        proposed=item.proposed,
        proposed_label=_label(item.proposed),
        verdict=verdict,
        verdict_label=_label(verdict),
        note=note,
        key=item.key,
    )


def shown_rounds(project: Project) -> list[ShownRound]:
    """Return the rounds of a project's acceptance, the latest first."""
    return [
        ShownRound(row, tuple(map(shown_item, sorted(row.items.all(), key=lambda item: item.position))))
        for row in reversed(acceptances_of(project))
    ]


def _label(verdict: str) -> str:
    return str(Verdict(verdict).label) if verdict else ""


def _count(number: Any, unit: str) -> str:
    return f"{number:,} {unit}"


def _target(figures: Mapping[str, Any], unit: str) -> list[tuple[str, str]]:
    return [
        (_("答应的"), _count(figures["target"], unit)),
        (_("报告的"), _count(figures["reached"], unit)),
    ]


def _milestone(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    due = [(_("应该在"), figures["due"])]
    if "filed" not in figures:
        return [*due, (_("报告"), _("没有"))]
    filed = str(figures["filed"])
    if figures["late"]:
        filed += _("（晚 %(days)d 天）") % {"days": figures["late"]}
    return [*due, (_("报告"), filed)]


def _budget(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [
        (_("批准的"), f"¥{written(figures['granted'])}"),
        (
            _("有票据的支出"),
            _("¥%(spent)s（%(count)d 张）")
            % {"spent": written(figures["spent"]), "count": figures["vouchers"]},
        ),
    ]
    over = figures["spent"] - figures["granted"]
    if over > 0:
        rows.append((_("超出"), f"¥{written(over)}"))
        rows.append(
            (
                _("各行超出合计 / 允许的幅度"),
                f"¥{written(figures['over_together'])} / ¥{written(figures['allowed'])}",
            )
        )
    elif over < 0:
        rows.append((_("没用完"), f"¥{written(-over)}"))
    return rows


def _photos(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(_("照片"), _count(figures["count"], _("张")))]


def _vouchers(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("票据"), _("%(n)d 张，¥%(spent)s") % {"n": figures["count"], "spent": written(figures["spent"])}),
        (_("已付给实施方"), f"¥{written(figures['paid'])}"),
    ]


def _attendance(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    hours, rest = divmod(figures["minutes"] * 10 // 60, 10)
    written_hours = f"{hours}.{rest}" if rest else str(hours)
    return [
        (_("活动"), _count(figures["activities"], _("场"))),
        (_("签到"), _count(figures["person_times"], _("人次"))),
        (_("报告的"), _count(figures["reported"], _("人次"))),
        (
            _("志愿者"),
            _("%(times)d 人次，%(hours)s 小时")
            % {"times": figures["volunteer_times"], "hours": written_hours},
        ),
    ]


def _satisfaction(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    issued, count, satisfied = figures["issued"], figures["count"], figures["satisfied"]
    percent = 100 * count // issued if issued else 0
    rows = [
        (
            _("评价码"),
            _("发出 %(issued)d 张，收回 %(count)d 张，回收率 %(percent)d%%")
            % {"issued": issued, "count": count, "percent": percent},
        )
    ]
    if count:
        low, high = wilson(satisfied, count)
        rows.append(
            (
                _("满意（4 分以上）"),
                _("%(satisfied)d / %(count)d，95%% 区间 %(low)d%%–%(high)d%%")
                % {"satisfied": satisfied, "count": count, "low": low, "high": high},
            )
        )
    if figures["by_call"]:
        rows.append((_("电话回访记下的"), _count(figures["by_call"], _("条"))))
    return rows


def _indicator(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    return _target(figures, str(Indicator.Unit(figures["unit"]).label))


_BY_KIND = {
    Kind.PERSONS: lambda figures: _target(figures, _("人")),
    Kind.PERSON_TIMES: lambda figures: _target(figures, _("人次")),
    Kind.INDICATOR: _indicator,
    Kind.MILESTONE: _milestone,
    Kind.BUDGET: _budget,
    Kind.PHOTOS: _photos,
    Kind.VOUCHERS: _vouchers,
    Kind.ATTENDANCE: _attendance,
    Kind.SATISFACTION: _satisfaction,
}
