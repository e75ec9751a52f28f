"""What the documents say is so: settings, commands, links, roles."""

import re
from pathlib import Path

import pytest

from apps.users.models import Role

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_setting_is_documented() -> None:
    read = (ROOT / "charityfund" / "settings" / "base.py").read_text()
    told = (ROOT / "docs" / "operators" / "configuration.md").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', read))
    assert len(names) > 15
    assert not {name for name in names if f"`{name}`" not in told}, (
        "say it in docs/operators/configuration.md"
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)\)", document.read_text()):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_exist(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for word in re.findall(r"(?:^|`)make ([a-z][a-z-]+)", document.read_text(), re.MULTILINE):
        assert re.search(rf"^{word}:", makefile, re.MULTILINE), f"make {word} is no target"
    commands = {path.stem for path in (ROOT / "apps").rglob("management/commands/*.py")}
    own = {"migrate", "collectstatic", "createsuperuser"}
    for word in re.findall(r"manage\.py ([a-z_]+)", document.read_text()):
        assert word in commands | own, f"manage.py {word} is no command"


def test_every_role_is_told_its_part() -> None:
    readme = (ROOT / "README.md").read_text()
    for word in (
        "donor",
        "implementer",
        "committee",
        "town coordinator",
        "finance",
        "host administrator",
        "auditor",
    ):
        assert word in readme
    assert {kind.value for kind in Role.Kind} == {
        "host_admin",
        "finance",
        "town_coordinator",
        "auditor",
        "implementer",
    }


def test_locks_pin_with_hashes_and_name_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "http" not in text
        for line in re.findall(r"^[a-z0-9].*", text, re.MULTILINE):
            assert "==" in line
        assert text.count("--hash=sha256:") > text.count("==")


def test_the_locks_agree() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert {name: pins[1].get(name) for name in pins[0]} == pins[0]


def test_each_dependency_has_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text[text.index("dependencies = [") : text.index("]\n\n[dependency-groups]")]
    for line in block.splitlines()[1:]:
        assert "#" in line, f"{line.strip()} has no reason"
