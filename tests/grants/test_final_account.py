"""A project's final account: from its vouchers, checked by a second person against the books, frozen."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.verdicts import Refused
from apps.grants import queries, services
from apps.grants.models import Clawback, FinalAccount, Grant
from apps.projects import services as projects
from apps.projects.models import Project
from apps.users.models import Role
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants import house as h
from tests.projects.house import photo

LATER = h.AFTER_NOTICE + timedelta(days=3)


def spend(cast: Cast, project: Project, *shares: int) -> None:
    """Write down what was spent on each line, in fen."""
    for line, amount in zip(project.budget_lines.order_by("pk"), shares, strict=False):
        projects.record_expense(
            project, line=line.pk, paid_on=h.PAID_ON, payee="粮油店", amount=amount,
            voucher=photo("v.jpg"), by=cast.implementer,
        )  # fmt: skip


def closed(cast: Cast) -> Grant:
    """Return a grant that is accepted and paid in full."""
    grant = h.at_work(cast)
    h.paid(cast, grant)
    h.accepted(cast, grant)
    h.paid(cast, grant, 2)
    return Grant.objects.get(pk=grant.pk)


def test_an_account_goes_from_vouchers_to_a_surplus_that_came_back(house: Cast) -> None:
    grant = closed(house)
    project = Project.objects.get(pk=grant.project_id)
    lines = [line.amount for line in project.budget_lines.order_by("pk")]
    with clock.set_to(LATER):
        spend(house, project, lines[0] - 10_000, *lines[1:])
        account = services.hand_in_account(project, words="米价降了", by=house.implementer)
        assert (account.paid, account.spent, account.surplus) == (grant.amount, grant.amount - 10_000, 10_000)
        with pytest.raises(Refused, match="决算已经交了"):
            spend(house, Project.objects.get(pk=project.pk), 100)
        for who in (house.implementer, house.secretary, house.auditor):
            with pytest.raises(Refused):
                services.check_account(account, by=who)
        account = services.check_account(account, by=house.finance)
        assert services.check_account(account, by=house.finance).state == "checked"
        clawback = Clawback.objects.get()
        assert queries.proof_of(account).outstanding == clawback.asked == 10_000
        assert_books_clean()
        with pytest.raises(Refused, match="另一位财务"):
            services.return_money(
                clawback, amount=10_000, received_on=h.PAID_ON, bank_reference="T1", by=house.finance
            )
        services.return_money(
            clawback,
            amount=10_000,
            received_on=clock.today(),
            bank_reference="T1",
            by=house.second_finance,
        )
        proof = queries.proof_of(account)
        assert proof.holds and proof.outstanding == 0 and proof.booked == account.spent
    assert_books_clean()
    for statement in (
        "UPDATE grants_finalaccount SET spent = 0, surplus = paid",
        "UPDATE grants_finalaccount SET reason = 'x'",
        "DELETE FROM grants_finalaccount",
        "DELETE FROM grants_surplusreturn",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_returned_account_opens_the_records_and_is_handed_in_again(house: Cast) -> None:
    project = closed(house).project
    with clock.set_to(LATER):
        first = services.hand_in_account(project, by=house.implementer)
        services.return_account(first, reason="票据没有记", by=house.finance)
        spend(house, Project.objects.get(pk=project.pk), 5_000)
        second = services.hand_in_account(Project.objects.get(pk=project.pk), by=house.implementer)
        assert (second.number, second.spent, first.spent) == (2, 5_000, 0)
        with pytest.raises(Refused, match="处理过了"):
            services.check_account(FinalAccount.objects.get(pk=first.pk), by=house.finance)
    assert_books_clean()


def test_what_is_written_into_an_account_that_was_handed_in_is_never_swallowed(house: Cast) -> None:
    h.rules(house, project_surplus="keep")
    project, client = closed(house).project, Client()
    client.force_login(house.implementer)
    address = reverse("grants:own_account", args=[project.code])
    sent = {"words": "照实报 ", "keep": "on", "kept_for": "接着送饭", "key": "J23456789AB"}
    with clock.set_to(LATER):
        for _turn in range(2):
            assert client.post(address, sent).status_code == 302
        account = FinalAccount.objects.get()
        for change in ({"words": "改了"}, {"kept_for": "买书"}, {"keep": ""}):
            refused = client.post(address, sent | change)
            assert refused.status_code == 422 and "决算已经交了。" in refused.content.decode(), change
        services.return_account(account, reason="票据没有记", by=house.finance)
        assert client.post(address, sent).status_code == 302
        refused = client.post(address, sent | {"words": "补了票据"})
        assert refused.status_code == 422 and "核对以后再交一次" in refused.content.decode()
        assert "补了票据" in refused.content.decode() and FinalAccount.objects.count() == 1
        again = sent | {"words": "补了票据", "key": refused.context["form"]["key"].value()}
        for _turn in range(2):
            assert client.post(address, again).status_code == 302
    first, second = FinalAccount.objects.order_by("number")
    assert (first.facts["words"], second.facts["words"], second.code) == ("照实报", "补了票据", again["key"])


def test_whoever_handed_in_does_not_check_even_as_finance(house: Cast) -> None:
    project = closed(house).project
    with clock.set_to(LATER):
        account = services.hand_in_account(project, by=house.implementer)
        Role.objects.filter(user=house.implementer).delete()
        Project.objects.update(created_by_id=None)
        Role.objects.create(
            user=house.implementer,
            kind="finance",
            scope_kind="host",
            scope_code=house.host.code,
            valid_from=h.FROM,
        )
        with pytest.raises(Refused, match="决算是您交的"):
            services.check_account(account, by=house.implementer)


def test_no_account_while_money_moves(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    with clock.set_to(LATER), pytest.raises(Refused, match="结清以后"):
        services.hand_in_account(grant.project, by=house.implementer)
    h.accepted(house, grant)
    h.paid(house, grant, 2)
    with clock.set_to(LATER):
        project = Project.objects.get(pk=grant.project_id)
        account = services.hand_in_account(project, by=house.implementer)
        services.ask_back(grant, amount=100, reason="核对", by=house.admin)
        with pytest.raises(Refused, match="又动过"):
            services.check_account(account, by=house.finance)
        client = Client()
        client.force_login(house.finance)
        page = client.get(reverse("grants:account", args=[account.code])).content.decode()
        assert "又动过" in page and "核对无误" not in page and "退回，请他们改" in page
        services.return_account(account, reason="有追回", by=house.finance)
        with pytest.raises(Refused, match="还没有退完"):
            services.hand_in_account(Project.objects.get(pk=project.pk), by=house.implementer)


@pytest.mark.parametrize("rule", ["return", "keep"])
def test_a_surplus_stays_only_where_the_rules_allow(house: Cast, rule: str) -> None:
    h.rules(house, project_surplus=rule)
    project = closed(house).project
    with clock.set_to(LATER):
        with pytest.raises(Refused, match="用在什么地方"):
            services.hand_in_account(project, keep=True, by=house.implementer)
        account = services.hand_in_account(project, keep=True, kept_for="接着送饭", by=house.implementer)
        services.check_account(account, by=house.finance)
    assert account.kept == (account.surplus if rule == "keep" else 0)
    assert Clawback.objects.exists() is (rule == "return")
    assert_books_clean()


def test_pages_of_an_account(house: Cast) -> None:
    project = closed(house).project
    clients = {}
    for who in (house.implementer, house.finance, house.stranger):
        clients[who.pk] = Client()
        clients[who.pk].force_login(who)
    own, public = (
        reverse(name, args=[project.code]) for name in ("grants:own_account", "disclosure:final_account")
    )
    with clock.set_to(LATER):
        assert clients[house.stranger.pk].get(own).status_code == 404
        page = clients[house.implementer.pk].get(own).content.decode()
        assert "交决算" in page
        assert clients[house.implementer.pk].post(own, {"words": "字" * 1001}).status_code == 422
        assert clients[house.implementer.pk].post(own, {"words": "照实报"}).status_code == 302
        account = FinalAccount.objects.get()
        check = reverse("grants:account", args=[account.code])
        assert Client().get(public).status_code == 404
        assert clients[house.stranger.pk].get(check).status_code == 404
        finance = clients[house.finance.pk]
        assert "核对无误" in finance.get(check).content.decode()
        assert (
            finance.post(reverse("grants:return_account", args=[account.code]), {"reason": ""}).status_code
            == 422
        )
        assert finance.post(check).status_code == 302
        shown = Client().get(public).content.decode()
        assert "照实报" in shown and "和账一致" in shown and account.content_hash in shown
