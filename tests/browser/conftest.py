"""A browser, a web server with the payment stand-in, and people who are signed in."""

import os
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.core import clock
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.providers.stand_in.webhooks import post
from apps.users.models import User
from tests.cast import Cast, make_cast
from tests.chromium import FLAGS, find
from tests.donations.conftest import file_campaign
from tests.grants.house import seat_everyone

# Playwright keeps an event loop in this thread, which Django would take for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# Signatures are judged by the real clock, so the story begins now.
START = datetime.now(UTC)
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
Visitor = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or find(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def house(transactional_db: None, live_server: LiveServer, settings: Any, tmp_path: Path) -> Iterator[Cast]:
    """The cast with a committee and a filed campaign, now; payments go to the stand-in."""
    settings.MEDIA_ROOT = tmp_path
    settings.SITE_URL = live_server.url
    settings.STRIPE_WEBHOOK_SECRET = "whsec_browser"
    settings.STRIPE_SECRET_KEY = f"sk_test_{secrets.token_hex(4)}"
    with StandIn(
        secret=settings.STRIPE_WEBHOOK_SECRET, send=post(f"{live_server.url}/webhooks/stripe/")
    ) as stand_in:
        settings.STRIPE_API_BASE = stand_in.url
        policy = django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": {**policy, "form-action": [*policy["form-action"], stand_in.url]}
        }
        with clock.set_to(START):
            cast = make_cast()
            seat_everyone(cast, clock.today(), clock.today() + timedelta(days=700))
            file_campaign(cast)
        yield cast


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    """Open a page as somebody (or as nobody), on a phone unless told otherwise."""
    contexts: list[BrowserContext] = []

    def open_as(user: User | None = None, *, size: dict[str, int] = PHONE, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            base_url=live_server.url,
            locale="en-US",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        context.set_default_timeout(10_000)
        return context.new_page()

    yield open_as
    for context in contexts:
        context.close()


def shoot(page: Page, name: str) -> None:
    """Keep a picture where `SHOTS` says, to look at."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
