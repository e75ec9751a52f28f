"""A neighbourhood in full: it takes long to write, so a module's tests share its rows, each undoing what it changed."""

import copy
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from apps.core import clock
from apps.disclosure import bodies
from tests.cast import make_cast
from tests.disclosure.rooms import NOW, World, make_world


@pytest.fixture(scope="module")
def neighbourhood(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Write the rows and files; take the rows back after the module's last test."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("neighbourhood"))
    with django_db_blocker.unblock(), files, transaction.atomic():
        with clock.set_to(NOW):
            written = make_world(make_cast())
        yield written
        transaction.set_rollback(True)


@pytest.fixture
def world(neighbourhood: World, db: None) -> Iterator[World]:
    """The neighbourhood as it was written, at the pages' present, with nothing kept from another test."""
    bodies.forget()
    with clock.set_to(NOW):
        yield copy.deepcopy(neighbourhood)
    bodies.forget()
