"""The levels an application passes, found for one fund."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.divisions.rules import LENGTHS
from apps.funds.models import Fund
from apps.seeding.models import Programme
from apps.seeding.queries.programmes import funds_of
from apps.users.models import Role
from apps.users.queries import with_role


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a chain for one fund: who decides it, where, within how many days."""

    label: str
    role: str
    scope_kind: str
    scope_code: str
    days: int

    @property
    def is_held(self) -> bool:
        """Whether somebody holds the role in exactly this scope today."""
        place = (
            {"host": self.scope_code} if self.scope_kind == Role.Scope.HOST else {"division": self.scope_code}
        )
        return with_role(self.role, **place).filter(scope_code=self.scope_code).exists()


def levels_for(programme: Programme, fund: Fund) -> list[Level]:
    """Return the chain's steps for a fund. Raises `Refused`, naming the level, for a step the fund has no place for, or
    whose scope nobody holds."""
    found = []
    for step in programme.chain:
        level = _level(step, programme, fund)
        if level is None:
            raise _placeless(step["label"], fund.name)
        if not level.is_held:
            raise _missing(level)
        found.append(level)
    return found


def _level(step: dict[str, Any], programme: Programme, fund: Fund) -> Level | None:
    if not step["level"]:
        host = programme.source.host.code
        return Level(step["label"], step["role"], Role.Scope.HOST.value, host, step["days"])
    length = LENGTHS[step["level"] - 1]
    if len(fund.division_id) < length:
        return None
    return Level(
        step["label"], step["role"], Role.Scope.DIVISION.value, fund.division_id[:length], step["days"]
    )


def check_chain(programme: Programme) -> None:
    """Raise `Refused` for a chain with a level that nobody holds for any fund the programme is for."""
    funds = list(funds_of(programme))
    for step in programme.chain:
        levels = [level for fund in funds if (level := _level(step, programme, fund)) is not None]
        distinct = list(dict.fromkeys(levels))
        if not any(level.is_held for level in distinct):
            raise _missing(distinct[0]) if distinct else _placeless(step["label"], programme.title)


def _placeless(label: str, where: str) -> Refused:
    return Refused(
        _("“%(label)s”这一步在%(where)s没有对应的层级。") % {"label": label, "where": where}, "chain"
    )


def _missing(level: Level) -> Refused:
    where = (
        Division.objects.filter(code=level.scope_code).values_list("name", flat=True).first()
        or level.scope_code
    )
    return Refused(
        _("“%(label)s”这一步没有人能办：%(where)s还没有%(role)s，请先请人担任。")
        % {"label": level.label, "where": where, "role": Role.Kind(level.role).label},
        "chain",
    )
