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
from apps.projects import rules, services
from apps.projects.models import Need, NeedPrivate
from tests.cast import Cast

PHONE = "13800138000"


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("覃大川", "覃大川换了灯", True), ("覃大川", "覃 大\n川换了灯", True),
        ("买买提·艾力", "买买提艾力换了灯", True),
        ("Li", "Lighting mended", False), ("Li", "谢谢Li，换好了", True), ("Anna Lee", "by anna  lee.", True),
        ("王", "王家湾的灯换了", False), ("覃大川", "志愿者换了灯", False), ("-", "换了灯", False),
    ],
)  # fmt: skip
def test_what_names_somebody(name: str, text: str, named: bool) -> None:
    assert rules.names_person(name, text) is named


@pytest.mark.django_db
def test_a_name_is_forgotten_and_the_need_stays_met(cast: Cast) -> None:
    need = services.publish_need(
        services.voice_need(cast.fund.division, field="safety", words="楼道灯坏了"), by=None
    )
    met = services.answer_need(
        need,
        means="volunteer",
        answer="换了灯",
        volunteer="覃大川",
        agreed=True,
        met_on=clock.today(),
        by=None,
    )
    # As it could be written once.
    Need.objects.filter(pk=met.pk).update(answer="覃大川换了灯")
    gone = services.forget_volunteer(met, by=cast.secretary)
    assert services.open_private(gone, by=cast.secretary).volunteer == ""
    shown = Client().get(reverse("disclosure:need", args=[met.code])).content.decode()
    assert gone.state == "met" and "志愿者" in shown and "覃大川" not in shown
    with pytest.raises(Refused):
        services.name_volunteer(gone, agreed=True, by=None)


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
        ("volunteer", "answer", {"answer": f"{name} 上门换了灯"}),
        ("volunteer", "answer", {"answer": "覃 大川上门换了灯", "agreed": True}),
    )
    for means, field, change in wrong:
        with pytest.raises(Refused) as refusal:
            services.answer_need(need, means=means, **({"answer": "换了灯"} | done | change), by=None)
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
