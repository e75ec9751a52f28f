"""The budget while it is written: its sum, its shares against the fund's rules, and how many lines it takes."""

import pytest
from django.urls import reverse

from apps.core import clock
from apps.divisions.models import Division
from apps.funds.services import adopt_rulebook
from apps.projects import queries
from apps.projects.models import Project
from tests.cast import Cast
from tests.projects.test_pages import application, signed_in

pytestmark = pytest.mark.django_db


def test_shares_stand_beside_the_rule_and_its_source(cast: Cast) -> None:
    adopt_rulebook(
        cast.host,
        level=3,
        division=Division.objects.get(code="500110001"),
        title="古南街道办法",
        document="古南街办〔2026〕1号",
        clauses={"personnel_cost_max_bp": (3000, "第八条")},
        effective_from=clock.today(),
        by=None,
    )
    assert queries.caps_of(cast.fund, {}) == []
    exact = {cap.kind: cap for cap in queries.caps_of(cast.fund, {"personnel": 3000, "materials": 7000})}
    assert (exact["人员"].percent, exact["人员"].is_over) == ("30.0%", False)
    over = {cap.kind: cap for cap in queries.caps_of(cast.fund, {"personnel": 3001, "materials": 6999})}
    assert over["人员"].is_over and "古南街道办法" in over["人员"].source
    # On the page too, with nothing kept, and of an unfinished form.
    page = signed_in(cast.implementer).post(
        reverse("projects:apply", args=["F-BBT"]),
        application(title="", cost_type_0="personnel", amount_1="abc", recount="1"),
    )
    body = page.content.decode()
    assert (
        page.status_code == 200
        and 'class="errors"' not in body
        and "古南街道办法" in body
        and "80.0%" in body
    )
    assert "¥18,600.00" in body and not Project.objects.exists()


def test_sixty_lines_and_not_one_more(cast: Cast) -> None:
    client, address = signed_in(cast.implementer), reverse("projects:apply", args=["F-BBT"])
    lines = {f"words_{n}": f"第{n}样" for n in range(60)}
    lines |= {f"cost_type_{n}": "services" for n in range(60)} | {f"amount_{n}": "1" for n in range(60)}
    more = {"words_60": "多一样", "cost_type_60": "services", "amount_60": "1"}
    refused = client.post(address, application(rows="99", **lines, **more))
    assert refused.status_code == 422 and "预算最多 60 行" in refused.content.decode()
    assert not Project.objects.exists()
    assert client.post(address, application(rows="60", **lines)).status_code == 302
    assert Project.objects.get().budget_lines.count() == 60


def test_ten_thousand_lines_change_nothing(cast: Cast) -> None:
    client = signed_in(cast.implementer)
    sent = client.post(
        reverse("projects:apply", args=["F-BBT"]), application(**{f"words_{n}": "样" for n in range(10_000)})
    )
    assert sent.status_code == 400 and not Project.objects.exists()
    assert "填的栏目太多" in sent.content.decode()
