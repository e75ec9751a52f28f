"""The commands that operators run."""

import pytest
from django.core.management import get_commands, load_command_class

OURS = sorted((app, name) for name, app in get_commands().items() if app.startswith("apps."))


@pytest.mark.parametrize(("app", "name"), OURS)
def test_every_command_explains_itself(app: str, name: str) -> None:
    assert name in load_command_class(app, name).create_parser("manage.py", name).format_help()


def test_all_of_them_were_found() -> None:
    assert {"check_books", "load_divisions", "register_host"} <= {name for _app, name in OURS}
