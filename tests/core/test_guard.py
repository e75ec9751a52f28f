"""A production server with an unsafe configuration says why and does not start."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from charityfund.settings.guard import Configuration, refusals

SOUND = Configuration(
    mode="production",
    debug=False,
    secret_key="k" * 50,
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


def test_the_program_itself_refuses() -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "CHARITYFUND_MODE": "production",
        "DATA_DIR": "/nonexistent-not-made",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "charityfund does not start: SECRET_KEY is missing" in done.stderr
