"""Posters: what they say, for whom there is one, and that they are made once."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.core import pdf, qr
from apps.donations import queries
from apps.donations.models import Campaign
from apps.donations.views import posters
from apps.funds.models import Fund
from tests.cast import HOST_USCC, Cast

pytestmark = pytest.mark.django_db


def test_a_code_is_one_path_with_a_quiet_zone() -> None:
    drawn = qr.svg("https://example.org/give/F-BBT/")
    assert drawn.startswith("<svg")
    # The first finder pattern stands behind four empty modules.
    assert "M4 4h1v1h-1z" in drawn
    assert "M3 " not in drawn


def test_each_poster_says_who_raises_under_which_filing(cast: Cast, campaign: Campaign) -> None:
    for code in (cast.fund.code, cast.restriction, campaign.code):
        target = queries.target_of(code)
        assert target is not None
        facts = posters.poster_facts(target, "a4")
        said = [value for _label, value in facts["legal"]]
        assert campaign.filing_number in said
        assert HOST_USCC in said
        assert facts["url"].endswith(f"/give/{code}/")


def test_a_poster_is_compiled_once(client: Client, campaign: Campaign, monkeypatch: Any) -> None:
    cache.clear()
    made: list[Any] = []
    monkeypatch.setattr(pdf, "render", lambda template, facts: made.append(facts) or b"%PDF-")
    for _twice in range(2):
        answer = client.get("/give/F-BBT/poster-a4.pdf")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert len(made) == 1
    Campaign.objects.update(contact="023-11111111")
    client.get("/give/F-BBT/poster-a4.pdf")
    assert len(made) == 2
    cache.clear()


def test_long_names_and_rare_characters_still_make_a_poster(client: Client, campaign: Campaign) -> None:
    Fund.objects.filter(code="F-BBT").update(name="㙍㮾𠮷" * 30)
    answer = client.get("/give/F-BBT/poster-phone.png")
    assert answer.content.startswith(b"\x89PNG")
    assert client.get("/give/F-BBT/poster-a4.pdf").content.startswith(b"%PDF-")


def test_there_is_no_poster_without_a_filing(client: Client, cast: Cast) -> None:
    assert "不能张贴募捐海报" in client.get("/give/F-BBT/poster/").content.decode()
    for address in (
        "F-BBT/poster-a4.pdf",
        "F-BBT/poster-a4.png",
        "F-BBT/poster-x.pdf",
        "F-NONE/poster-a4.pdf",
    ):
        assert client.get(f"/give/{address}").status_code == 404


def test_every_address_of_a_poster_leads_to_a_gift(client: Client, cast: Cast, campaign: Campaign) -> None:
    assert 'name="preset"' in client.get(f"/give/{cast.restriction}/").content.decode()
    several = client.get(f"/give/{campaign.code}/").content.decode()
    assert f"?fund={cast.fund.code}" in several
    assert 'name="preset"' in client.get(f"/give/{campaign.code}/?fund={cast.fund.code}").content.decode()
    campaign.funds.set([cast.fund])
    assert 'name="preset"' in client.get(f"/give/{campaign.code}/").content.decode()
    Campaign.objects.update(ends_on=campaign.starts_on)
    assert "现在不能在网上捐" in client.get(f"/give/{campaign.code}/").content.decode()
