"""Other money, the team and declared ties: written, frozen with the application, shown to the right eyes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.verdicts import Refused
from apps.grants.queries.eligibility import findings
from apps.projects import queries, services
from apps.projects.models import Declaration, Project
from tests.cast import Cast
from tests.projects import house as p
from tests.projects.test_pages import application, signed_in

pytestmark = pytest.mark.django_db
BACKING: dict[str, Any] = {
    "funding": [("own", "社区食堂", 300_000, True), ("government", "街道补贴", 200_000, False)],
    "team": [("社工", 2), ("厨师", 1)],
    "conflicts": "财务负责人的哥哥是委员张三",
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"funding": [("loan", "银行", 1, True)]}, "funding"),
        ({"funding": [("own", " ", 1, True)]}, "funding"),
        ({"funding": [("own", "食堂", 0, True)]}, "funding"),
        ({"funding": [("own", "食堂", -1, True)]}, "funding"),
        ({"funding": [("own", "食堂", 10**15, True)]}, "funding"),
        ({"funding": [("own", "食堂", 1, True)] * 2}, "funding"),
        ({"funding": [("own", f"第{n}家", 1, True) for n in range(7)]}, "funding"),
        ({"team": [("", 1)]}, "team"),
        ({"team": [("社工", 0)]}, "team"),
        ({"team": [("社工", 1001)]}, "team"),
        ({"team": [("社工", 1), ("社工", 2)]}, "team"),
        ({"team": [(f"第{n}种", 1) for n in range(9)]}, "team"),
        ({"conflicts": "字" * 501}, "conflicts"),
    ],
)
def test_backing_that_cannot_be_is_refused_and_writes_nothing(
    cast: Cast, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        p.draft(cast, **change)
    assert refused.value.field == field and not Project.objects.exists()


def test_backing_is_judged_and_voted_on_and_ties_stay_out_of_what_is_public(cast: Cast) -> None:
    bare, project = p.draft(cast), p.draft(cast, **BACKING)
    assert not {"funding", "team"} & set(queries.frozen(bare))
    frozen = queries.frozen(project)
    assert frozen["funding"][1] == {
        "kind": "government", "source": "街道补贴", "amount": 200_000, "is_secured": False,
    }  # fmt: skip
    assert frozen["team"] == [{"role": "社工", "persons": 2}, {"role": "厨师", "persons": 1}]
    assert "张三" not in str(frozen)
    # Whoever judged the application has to look again when another tie is declared.
    before = queries.fingerprint_of(project)
    Declaration.objects.update(words="没有了")
    assert queries.fingerprint_of(project) != before
    backing = queries.backing_of(project)
    assert (backing.total, backing.persons) == (p.ASKED + 500_000, 3)


def test_a_declared_tie_has_to_be_looked_into(cast: Cast) -> None:
    bare, project = p.draft(cast), p.draft(cast, **BACKING)
    found = {one.key: one for one in findings(project, cast.fund)}["declared"]
    assert not found.is_settled and "张三" in found.sentence
    assert {one.key: one for one in findings(bare, cast.fund)}["declared"].is_settled


def test_written_by_phone_and_shown_to_everyone_but_for_the_ties(cast: Cast) -> None:
    client = signed_in(cast.implementer)
    lines = {
        "funding_source_0": "街道补贴", "funding_kind_0": "government", "funding_amount_0": "2000",
        "funding_secured_0": "no", "team_role_1": "社工", "team_persons_1": "2", "conflicts": "会长是委员张三的嫂子",
    }  # fmt: skip
    address = reverse("projects:apply", args=["F-BBT"])
    for missing, sentence in (
        ({"funding_kind_0": ""}, "哪一类"),
        ({"funding_secured_0": ""}, "落实了没有"),
        ({"funding_amount_0": "-5"}, "金额（元）"),
        ({"team_persons_1": ""}, "这种角色几个人"),
    ):
        bad = client.post(address, application(**(lines | missing)))
        assert bad.status_code == 422 and sentence in bad.content.decode()
    assert client.post(address, application(**lines)).status_code == 302
    project = Project.objects.get()
    edit = reverse("projects:edit", args=[project.code])
    initial = client.get(edit).context["form"].initial
    facts = {name: value for name, value in initial.items() if value is not None}
    assert client.post(edit, facts | {"title": "改了名"}).status_code == 302
    assert queries.backing_of(project).funding[0].is_secured is False
    for state in ("submitted", "tabled"):
        services.mark(project, state=state, by=None)
    assert "张三" in client.get(reverse("projects:project", args=[project.code])).content.decode()
    public = Client().get(reverse("disclosure:project", args=[project.code])).content.decode()
    assert "街道补贴" in public and "还没落实" in public and "社工" in public and "张三" not in public
    late = client.post(edit, facts)
    assert late.status_code == 400 and "已经提交表决" in late.content.decode()
