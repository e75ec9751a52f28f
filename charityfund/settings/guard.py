"""What a production server refuses to start with, each as one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

MIN_SECRET_LENGTH = 40
# Fewer different characters are no random text, as Django's own check of secret keys has it.
MIN_SECRET_VARIETY = 5
# The key of the demonstration and the tests, which everybody can read here.
NOT_SECRET = "demonstration-and-tests-only-" + "0" * 24


class DoesNotStart(ImproperlyConfigured):
    """Raised with the sentences why, by the settings."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("charityfund does not start: " + " ".join(sentences))


@dataclass(frozen=True)
class Configuration:
    """The part of the settings that can make an installation unsafe."""

    mode: str
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    database: Mapping[str, Any]
    broker_url: str
    web_hosts: int
    cache_url: str
    site_url: str
    stripe_secret_key: str
    stripe_webhook_secret: str
    stripe_api_base: str
    sms_sender: str = ""
    sealing_keys: Sequence[str] = ()
    index_key: str = ""
    trusted_origins: Sequence[str] = ()


def refusals(conf: Configuration) -> list[str]:
    """Return every reason not to start, empty when the configuration is sound.

    The demonstration (`mode="demo"`) may run with debug data and on SQLite, but never for real money.
    """
    found = []
    if conf.mode not in {"production", "demo", "test"}:
        return [f"CHARITYFUND_MODE is {conf.mode!r}; it must be production or demo."]
    if conf.mode != "production":
        if conf.stripe_secret_key.startswith(("sk_live_", "rk_live_")):
            found.append("A live Stripe key is set, but CHARITYFUND_MODE is not production.")
        return found
    found += _weak_keys(conf)
    if conf.debug:
        found.append("DEBUG is on; production must not show its insides.")
    if not conf.allowed_hosts or "*" in conf.allowed_hosts:
        found.append("ALLOWED_HOSTS must name the hosts of this site, without '*'.")
    if conf.web_hosts > 1:
        found += _unshared(conf)
    if not conf.site_url.startswith("https://"):
        found.append("SITE_URL must be this site's https:// address; e-mails and payments lead back to it.")
    found += [
        f"CSRF_TRUSTED_ORIGINS must hold origins such as https://fund.example, not {origin!r}."
        for origin in conf.trusted_origins
        if not origin.startswith(("https://", "http://"))
    ]
    if conf.stripe_webhook_secret and not conf.stripe_secret_key:
        found.append("STRIPE_WEBHOOK_SECRET is set without STRIPE_SECRET_KEY; set both or neither.")
    if conf.stripe_secret_key and not conf.stripe_webhook_secret:
        found.append(
            "STRIPE_SECRET_KEY is set without STRIPE_WEBHOOK_SECRET; unsigned events would be believed."
        )
    if conf.stripe_api_base:
        found.append("STRIPE_API_BASE points the payment client at a stand-in; production must not.")
    if conf.sms_sender in {"console", "file"}:
        found.append(
            "SMS_SENDER writes sign-in codes where operators read them; name a provider or leave it empty."
        )
    return found


def _weak_keys(conf: Configuration) -> list[str]:
    """Return what can be guessed of the keys that sign sessions and seal personal data."""
    if len(conf.secret_key) < MIN_SECRET_LENGTH:
        return [f"SECRET_KEY is missing or shorter than {MIN_SECRET_LENGTH} characters."]
    others = [("SEALING_KEYS", key) for key in conf.sealing_keys] + [("INDEX_KEY", conf.index_key)]
    named = [("SECRET_KEY", conf.secret_key), *(one for one in others if one[1] not in ("", conf.secret_key))]
    weak = {
        name: None
        for name, key in named
        if len(key) < MIN_SECRET_LENGTH or len(set(key)) < MIN_SECRET_VARIETY or key == NOT_SECRET
    }
    return [
        f"{name} can be guessed; use {MIN_SECRET_LENGTH} or more random characters of its own."
        for name in weak
    ]


def _unshared(conf: Configuration) -> list[str]:
    """Return what several hosts would each have for themselves."""
    found = []
    if "sqlite" in str(conf.database.get("ENGINE", "")):
        found.append(
            "SQLite serves one host only, but WEB_HOSTS is greater than 1; set DATABASE_URL to PostgreSQL."
        )
    if conf.broker_url.startswith("filesystem"):
        found.append(
            "The filesystem broker serves one host only; set CELERY_BROKER_URL to Redis or RabbitMQ."
        )
    if not conf.cache_url:
        found.append(
            "Limits on sign-ins are counted per host; set CACHE_URL to a Redis that all hosts share."
        )
    return found
