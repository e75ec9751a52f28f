"""Every clause binds: code reads it, or the catalogue says that people keep it and the program only publishes it."""

import re
from pathlib import Path

import pytest

from apps.funds.rules import CLAUSES, GROUPS, HOST_ONLY, Unit, kinds

APPS = Path(__file__).parents[2] / "apps"
# Files that carry clauses about and act on none.
CARRY = (
    "funds/rules/",
    "demonstration/",
    "/migrations/",
    "disclosure/queries/rulebooks.py",
    "queries/what_if.py",
)
# Opening a fund reads it.
AWAITED = {"startup_min_fen"}
SEATS = re.compile(r"seats_\{kind\}_(min|max)")


def read_by_code() -> set[str]:
    """Return the clauses whose key stands quoted as an index or a name in code outside the catalogue."""
    found: set[str] = set()
    for path in APPS.rglob("*.py"):
        if any(part in path.as_posix() for part in CARRY):
            continue
        source = path.read_text(encoding="utf-8")
        found |= {key for key in CLAUSES if re.search(rf"[\"']{key}[\"']", source)}
        for end in SEATS.findall(source):
            found |= {key for key in CLAUSES if key.startswith("seats_") and key.endswith(end)}
    return found


def test_every_clause_is_read_or_kept_by_people() -> None:
    read = read_by_code()
    by_people = {key for key, kind in CLAUSES.items() if kind.by_people}
    assert not set(CLAUSES) - read - by_people - AWAITED, (
        "no code reads these; say so in the catalogue (by_people)"
    )
    assert not by_people & read, "code reads these by now; they are not by_people any more"


def test_the_catalogue_reads_well() -> None:
    assert len(CLAUSES) == sum(len(clauses) for _name, _title, clauses in GROUPS)
    host = {"spending_min_bp", "management_max_bp", "fundraising_cost_max_bp", "payee_share_host_max_bp"}
    assert host == HOST_ONLY


@pytest.mark.parametrize("kind", CLAUSES.values(), ids=CLAUSES)
def test_a_clause_has_what_its_kind_needs(kind: kinds.ClauseKind) -> None:
    assert len(kind.key) <= 40 and str(kind.label) and str(kind.source)
    options = [name for name, _words in kind.options]
    match kind.unit:
        case Unit.CHOICE:
            assert len(options) >= 2 and kind.default in options
        case Unit.LIST:
            assert "%(value)s" in str(kind.sentence) and isinstance(kind.default, list)
            assert set(kind.default) <= set(options)
        case Unit.FLAG:
            assert str(kind.sentence) and str(kind.otherwise)
        case _:
            assert "%(value)s" in str(kind.sentence)
            assert kinds.size(kind, kind.least) < kinds.size(kind, kind.most)
            assert (
                kinds.size(kind, kind.least) <= kinds.size(kind, kind.default) <= kinds.size(kind, kind.most)
            )
