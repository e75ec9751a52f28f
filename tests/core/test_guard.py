"""A production server with an unsafe configuration says why and does not start."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from charityfund.settings.guard import NOT_SECRET, Configuration, refusals
from charityfund.settings.reading import Reader

KEY = "0123456789" * 5
SOUND = Configuration(
    mode="production",
    debug=False,
    secret_key=KEY,
    sealing_keys=[KEY[::-1], KEY],
    trusted_origins=["https://fund.example"],
    allowed_hosts=["fund.example"],
    database={"ENGINE": "django.db.backends.postgresql"},
    broker_url="redis://localhost",
    web_hosts=2,
    cache_url="redis://localhost/1",
    site_url="https://fund.example",
    stripe_secret_key="sk_live_x",
    stripe_webhook_secret="whsec_x",
    stripe_api_base="",
)


def test_a_sound_configuration_starts() -> None:
    assert refusals(SOUND) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"secret_key": "k" * 50}, "SECRET_KEY"),
        ({"secret_key": NOT_SECRET}, "SECRET_KEY"),
        ({"sealing_keys": [KEY, "short"]}, "SEALING_KEYS"),
        ({"index_key": "short"}, "INDEX_KEY"),
        ({"trusted_origins": ["fund.example"]}, "CSRF_TRUSTED_ORIGINS"),
        ({"stripe_secret_key": ""}, "both or neither"),
        ({"sms_sender": "console"}, "SMS_SENDER"),
        ({"debug": True}, "DEBUG"),
        ({"allowed_hosts": []}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ["*"]}, "ALLOWED_HOSTS"),
        ({"database": {"ENGINE": "django.db.backends.sqlite3"}}, "SQLite"),
        ({"broker_url": "filesystem://"}, "filesystem"),
        ({"cache_url": ""}, "CACHE_URL"),
        ({"site_url": "http://127.0.0.1:8000"}, "SITE_URL"),
        ({"stripe_webhook_secret": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"stripe_api_base": "http://127.0.0.1:1"}, "stand-in"),
        ({"mode": "prod"}, "CHARITYFUND_MODE"),
        ({"mode": "demo"}, "live Stripe key"),
    ],
)
def test_each_danger_is_one_sentence(change: dict[str, object], word: str) -> None:
    [sentence] = refusals(replace(SOUND, **change))  # type: ignore[arg-type]
    assert word in sentence
    assert sentence.endswith(".")


def port(url: str) -> int:
    return urlsplit(url).port or 0


@pytest.mark.parametrize(
    ("text", "read", "default", "word"),
    [
        ("abc", lambda env: env.whole("X", 3), 3, "whole number"),
        ("-1", lambda env: env.whole("X", 3), 3, "at least 0"),
        ("0", lambda env: env.whole("X", 3, least=1), 3, "at least 1"),
        ("9" * 30, lambda env: env.whole("X", 3), 3, "whole number"),
        ("ture", lambda env: env.yes("X", default=True), True, "true or false"),
        ("foo", lambda env: env.address("X", "redis://h:1", begins=["redis"], read=port), 1, "redis://"),
        ("redis://:s#cret@h:x", lambda env: env.address("X", "redis://h:1", begins=["redis"], read=port), 1, "%23"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, text: str, read: Callable[[Reader], object], default: object, word: str
) -> None:
    monkeypatch.setenv("X", text)
    env = Reader()
    assert read(env) == default
    [sentence] = env.faults
    assert sentence.startswith("X ") and word in sentence and "cret" not in sentence
    # What is set to nothing is not set.
    monkeypatch.setenv("X", " ")
    env = Reader()
    assert (read(env), env.faults, env.text("X", "d"), env.words("X", ["d"])) == (default, [], "d", ["d"])


def test_what_can_be_read_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    env = Reader()
    monkeypatch.setenv("X", " $a, b,, ")
    assert env.words("X", []) == ["$a", "b"]
    for text, on in (("on", True), ("FALSE", False), ("1", True), ("no", False)):
        monkeypatch.setenv("X", text)
        assert env.yes("X", default=not on) is on
    monkeypatch.setenv("X", "12")
    assert env.whole("X", 1) == 12 and env.faults == []


def test_the_program_itself_refuses(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "CHARITYFUND_MODE": "production",
        "DATA_DIR": str(tmp_path / "not-made"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert done.stderr.startswith("charityfund does not start: SECRET_KEY is missing")
    assert not Path(environment["DATA_DIR"]).exists()
