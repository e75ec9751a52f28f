"""Whether an application may be funded: what a machine can tell, and what a person confirms."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.grants import permissions, queries, services
from apps.grants.models import Clawback, Grant
from apps.projects.models import Confirmation, Project
from tests.cast import Cast, person
from tests.grants import calls as c
from tests.grants import house as h

pytestmark = pytest.mark.django_db


def verdicts(project: Project) -> dict[str, str]:
    return {one.key: one.verdict for one in queries.findings(project, project.fund)}


def test_a_sound_application_passes_every_point(house: Cast) -> None:
    project = c.answered(house, c.published(house))
    with clock.set_to(c.REVIEWING):
        found = verdicts(project)
    assert set(found.values()) == {"pass"}
    assert {"organisation", "uscc", "period", "field", "amount", "money", "parts", "conflicts"} <= set(found)


def test_each_point_that_does_not_hold_is_named(house: Cast) -> None:
    c.rule(house, personnel_cost_max_bp=3000, management_cost_max_bp=500)
    project = h.submitted(
        house,
        budget=[("personnel", "工资", 310_000), ("management", "房租", 50_000), ("materials", "x", 640_000)],
        parts={},
    )
    found = {one.key: one for one in queries.findings(project, project.fund)}
    assert found["cost_personnel"].verdict == "fail"
    assert "基金管理办法 第九条" in found["cost_personnel"].clause
    assert found["cost_management"].verdict == "pass"
    assert found["parts"].verdict == "ask"
    type(house.organisation).objects.update(uscc="52500110MJP1000020", state="suspended")
    project.organisation.refresh_from_db()
    project.shares.update(amount=10**10)
    project.asked = 10**10
    project.ends_on = project.starts_on = h.FROM
    found = {one.key: one for one in queries.findings(project, project.fund)}
    assert {key for key, one in found.items() if one.verdict == "fail"} == {
        "organisation", "uscc", "period", "money"
    }  # fmt: skip
    assert "校验位" in found["uscc"].sentence


def test_a_failed_point_stops_the_vote_and_cannot_be_confirmed_away(house: Cast) -> None:
    c.rule(house, personnel_cost_max_bp=1000)
    project = h.submitted(house)
    with clock.set_to(h.NOON):
        with pytest.raises(Refused, match="人员"):
            services.table_project(project, by=house.secretary)
        with pytest.raises(Refused, match="不用人来核对"):
            services.confirm(project, key="cost_personnel", words="没事", by=house.secretary)
        with pytest.raises(Refused, match="不用人来核对"):
            services.confirm(project, key="nonsense", words="没事", by=house.secretary)


def test_what_a_machine_cannot_tell_a_person_confirms_once_per_text(house: Cast) -> None:
    project = h.submitted(house, parts={"community": "出厨房"})
    with clock.set_to(h.NOON):
        with pytest.raises(Refused, match="五社"):
            services.table_project(project, by=house.secretary)
        for by in (house.members[0], house.implementer, house.admin):
            with pytest.raises(Refused):
                services.confirm(project, key="parts", words="看过了", by=by)
        with pytest.raises(Refused, match="怎么核对"):
            services.confirm(project, key="parts", words=" ", by=house.secretary)
        for _turn in range(2):
            services.confirm(project, key="parts", words="社区和志愿者都来开过会", by=house.secretary)
        assert Confirmation.objects.count() == 1
        services.table_project(project, by=house.secretary)


def test_money_owed_and_reports_overdue_ask_for_a_look(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    with clock.set_to(h.AFTER_NOTICE):
        services.ask_back(grant, amount=100_000, reason="剩下的", by=house.admin)
    project = h.submitted(house, title="第三期")
    found = {one.key: one for one in queries.findings(project, project.fund)}
    assert (found["clawbacks"].verdict, found["overdue"].verdict) == ("ask", "pass")
    assert "¥1,000.00" in found["clawbacks"].sentence
    # What the committee gave up is owed no more; it stays to be seen.
    Clawback.objects.update(written_off=100_000)
    given_up = next(one for one in queries.findings(project, project.fund) if one.key == "clawbacks")
    assert given_up.verdict == "pass" and "¥1,000.00 由管委会表决核销过" in given_up.sentence
    with clock.set_to(h.AFTER_NOTICE + timedelta(days=400)):
        assert verdicts(project)["overdue"] == "ask"


def test_a_committee_that_must_all_step_aside_fails_the_application(house: Cast) -> None:
    project = h.submitted(house)
    for user in (house.chair, *house.members[:-1]):
        c.tie(user, house.organisation)
    found = {one.key: one for one in queries.findings(project, project.fund)}
    assert found["conflicts"].verdict == "pass" and house.chair.name in found["conflicts"].sentence
    assert "亲属" not in found["conflicts"].sentence
    c.tie(house.members[-1], house.organisation)
    assert verdicts(project)["conflicts"] == "fail"


def test_an_applicant_with_a_seat_cannot_answer_for_the_committee(house: Cast) -> None:
    project = h.submitted(house)
    role = house.implementer.roles.get()
    role.pk, role.user = None, house.secretary
    role.save()
    for verb in (
        lambda: services.return_application(project, reason="x", by=house.secretary),
        lambda: services.confirm(project, key="parts", words="x", by=house.secretary),
        lambda: services.table_project(project, by=house.secretary),
    ):
        with pytest.raises(Refused, match="申请方或实施方"):
            verb()
    assert not permissions.may_read_reviews(house.secretary, project)
    assert not permissions.may_review(person("过客", "x@qj.test"), project)


def test_a_field_that_the_rules_stopped_permitting_fails(house: Cast) -> None:
    project = h.submitted(house)
    c.rule(
        house,
        permitted_fields=["children"],
        review_criteria=["need", "reach", "method", "team", "budget", "novelty"],
    )
    (found,) = [one for one in queries.findings(project, project.fund) if one.key == "field"]
    assert found.verdict == "fail" and "儿童关爱" in found.sentence and "第九条" in found.clause
    # The criteria in force when it was handed in stay its criteria.
    assert len(queries.sheet_for(project)) == 5
    assert len(queries.sheet_for(h.submitted(house, title="又一份", field="children"))) == 6
