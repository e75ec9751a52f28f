"""Live invariants of payment providers: they are heard."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.donations import queries


def providers_are_heard() -> Iterator[Row]:
    """Providers that have owed an event for longer than the installation waits."""
    for one in queries.silences():
        yield {"provider": one.channel, "owed_since": one.since.isoformat(), "hours": one.hours}


CHECKS = [
    Check(
        "donations.providers_are_heard",
        _(
            "支付机构该来的通知都按时来了；没有来的，到支付机构后台看通知地址是否停用、通知种类是否选全、签名密钥是否换过。"
        ),
        providers_are_heard,
    )
]
