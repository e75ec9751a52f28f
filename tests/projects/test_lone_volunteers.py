"""Needs that one volunteer without an organisation met: sealed, and named in public only by consent."""

from collections.abc import Iterable
from typing import Any
from typing import cast as seen_as

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.projects import services
from apps.projects.models import Need, NeedPrivate
from tests.cast import Cast

PHONE = "13800138000"


@pytest.mark.django_db
def test_a_volunteer_without_a_team_is_named_in_public_only_while_they_agree(cast: Cast) -> None:
    need, name = (
        services.publish_need(
            services.voice_need(cast.fund.division, field="safety", words="楼道灯坏了"), by=None
        ),
        "覃大川",
    )
    done: dict[str, Any] = {"volunteer": name, "met_on": clock.today()}
    wrong: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("volunteer", "volunteer", {"met_by": cast.organisation}),
        ("volunteer", "volunteer", {"volunteer": f"大川 {PHONE}"}),
        ("volunteer", "volunteer", {"volunteer": "", "agreed": True}),
        ("volunteer", "met_by", {"volunteer": ""}),
        ("volunteer", "helpers", {"helpers": 2}),
        ("volunteer", "met_on", {"met_on": None}),
        ("service", "met_by", {}),
    )
    for means, field, change in wrong:
        with pytest.raises(Refused) as refusal:
            services.answer_need(need, means=means, answer="换了灯", **(done | change), by=None)
        assert refusal.value.field == field
    met = services.answer_need(need, means="volunteer", answer="换了灯", **done, by=cast.secretary)
    assert name not in str(NeedPrivate.objects.values()) + str(Need.objects.values())
    pages = [reverse("disclosure:need", args=[met.code]), reverse("disclosure:needs_export", args=["csv"])]

    def shown() -> list[str]:
        answers = [Client().get(page) for page in pages]
        return [b"".join(seen_as(Iterable[bytes], answer)).decode() for answer in answers]

    assert all("志愿者" in page and name not in page for page in shown()) and met.helpers == 1
    assert services.open_private(met, by=cast.secretary).volunteer == name
    services.name_volunteer(met, agreed=True, by=cast.secretary)
    assert all(name in page for page in shown())
    services.name_volunteer(met, agreed=False, by=cast.secretary)
    assert all(name not in page for page in shown())
    assert not any(name in str(event.facts) for event in AuditEvent.objects.all())
    again = services.publish_need(met, by=None)
    assert services.open_private(again, by=cast.secretary).volunteer == "" and not again.done_by
    with pytest.raises(Refused):
        services.name_volunteer(again, agreed=True, by=None)
