"""House rules as tests, each with its remedy in the message."""

import ast
import re
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.db.models import ForeignKey

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {
    "core": 1, "divisions": 2, "users": 3, "ledger": 3, "funds": 4, "registry": 4, "projects": 5, "donations": 5,
    "governance": 5, "grants": 6, "seeding": 6, "finance": 7, "disclosure": 8, "desk": 8, "demonstration": 9,
}  # fmt: skip
CODE = [
    path
    for folder in ("apps", "charityfund")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
]
MAX_LINES = 400
HAN = re.compile(r"[\u4e00-\u9fff]")
# Chinese that nobody reads as this site's own words, or that another language writes in another way.
UNTRANSLATED = {
    "core/names.py": "surnames of two characters",
    "core/templatetags/charts.py": "the unit of ten thousand, which English does without",
    "disclosure/queries/front.py": "the unit of ten thousand, which English does without",
    "divisions/queries.py": "endings of divisions' names",
    "donations/providers/stand_in": "another party's pages, in two languages at once",
    "core/money.py": "capital figures, which only Chinese has",
    "donations/queries/after_gift.py": "words of certificates, which are Chinese documents",
    "donations/queries/agreements.py": "words of agreements, which are Chinese documents",
    "grants/queries/agreements.py": "words of agreements, which are Chinese documents",
    "donations/dedications.py": "how people write a dedication in a list",
    "donations/likeness.py": "what people write where a name should stand",
    "donations/roster.py": "titles of columns and capacities in lists of people",
    "donations/resources.py": "titles that bookkeeping programs look for",
    "finance/resources/exports.py": "titles that bookkeeping programs look for",
    "finance/rules/columns.py": "titles in the files of banks",
    "projects/rules/needs.py": "how Chinese addresses name a door, to be told from a text",
    "finance/rules/gift_lists.py": "titles of columns in lists of gifts",
    "finance/rules/opening.py": "titles and words in the file of opening balances",
    "finance/rules/matching.py": "words in the files of banks",
    "finance/rules/platform_titles.py": "titles and words in the files of platforms",
    "finance/services/receipts.py": "titles of the sheet for the finance department's system",
    "finance/rules/statements.py": "words in the files of banks",
    "finance/rules/values.py": "words in the files of banks",
    "funds/rules/purposes.py": "words of purposes, which are compared and not shown",
    "funds/services/opening.py": "words that no fund's name may hold",
    "grants/resources.py": "titles that bookkeeping programs look for",
    "seeding/rules.py": "endings of authorities' names",
}  # fmt: skip


def test_no_foreign_key_points_up() -> None:
    for model in apps.get_models():
        if model._meta.app_label not in FLOORS:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model._meta.app_label in FLOORS:
                ours, theirs = model._meta.app_label, field.related_model._meta.app_label
                assert ours == theirs or FLOORS[theirs] < FLOORS[ours], (
                    f"{model.__name__}.{field.name} points up: keep a code instead"
                )


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_small(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= MAX_LINES, f"{path.name} has {lines} lines: give the room inside its own door"


def test_files_of_tests_stay_small() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        lines = len(path.read_text().splitlines())
        assert lines <= MAX_LINES, f"{path.name} has {lines} lines: split it by what is tested"


def test_kicked_tasks_exist() -> None:
    current_app.loader.import_default_modules()
    for path in CODE:
        for name in re.findall(r'(?:kick|hint)\(\s*"([a-z_.]+)"', path.read_text()):
            assert name in current_app.tasks, f"{path.name} kicks {name}, which no task answers to"


def test_scheduled_tasks_exist() -> None:
    current_app.loader.import_default_modules()
    for row in current_app.conf.beat_schedule.values():
        assert row["task"] in current_app.tasks


def test_money_is_never_summed_as_decimal() -> None:
    for path in CODE:
        text = path.read_text()
        assert not re.search(r"(MoneyField|DecimalField)\(", text), (
            f"{path.name}: money columns are integer fen"
        )


def test_only_the_ledger_touches_its_rows() -> None:
    for path in CODE:
        if path.relative_to(ROOT).parts[:2] != ("apps", "ledger"):
            assert "ledger.models" not in path.read_text(), (
                f"{path} must use ledger.queries or ledger.services"
            )


def test_pages_carry_no_inline_style_or_script() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert " style=" not in text, f"{path.name}: the content security policy refuses inline styles"
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), (
            f"{path.name}: no inline scripts"
        )
        assert not re.search(r"\son(click|load|change|submit)=", text), f"{path.name}: no inline handlers"


def _spoken(tree: ast.Module) -> set[int]:
    """The strings of a file that gettext translates, and those that are no code: docstrings."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name == "_" or "gettext" in name:
                found |= {id(part) for argument in node.args for part in ast.walk(argument)}
        elif isinstance(node, ast.Expr):
            found.add(id(node.value))
    return found


def _unspoken(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    spoken = _spoken(tree)
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value[:30]}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if HAN.search(node.value) and id(node) not in spoken
    ]


def test_what_people_read_goes_through_gettext() -> None:
    excused = dict.fromkeys(UNTRANSLATED, 0)
    for path in (ROOT / "apps").rglob("*.py"):
        if {"migrations", "demonstration"} & set(path.parts):
            continue
        inside = path.relative_to(ROOT / "apps").as_posix()
        excuse = next((name for name in UNTRANSLATED if inside.startswith(name)), None)
        found = _unspoken(path)
        if excuse is None:
            assert not found, f"wrap these in gettext, or give a reason in UNTRANSLATED: {found}"
        else:
            excused[excuse] += len(found)
    assert all(excused.values()), f"no excuse is needed any more: {excused}"
