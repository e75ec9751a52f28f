"""The boards: their figures, that a figure opens to rows that add up to it, and that queries do not grow with rows."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.funds.models import Fund
from apps.grants import queries, services
from apps.grants.models import Clawback, Grant, Instalment
from apps.grants.rules.boards import Line, voucher_gap
from apps.projects import services as projects
from apps.projects.models import Evidence, Milestone
from apps.registry.models import Organisation
from apps.registry.services import change_payee_account
from apps.users.models import User
from tests.cast import Cast
from tests.funds.money import give
from tests.grants import house as h
from tests.grants.many import fill
from tests.projects.house import photo

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8
AROUND = ('FROM "django_session"', 'FROM "users_user"', '"core_outboxmessage"', 'FROM "funds_host" LIMIT 2')


@pytest.fixture(autouse=True)
def after_the_notice() -> Iterator[None]:
    with clock.set_to(h.AFTER_NOTICE):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, address: str = "", **chosen: str) -> str:
    answer = signed_in(user).get(address or reverse("grants:overview"), chosen)
    assert answer.status_code == 200
    return answer.content.decode()


def line_of(fund: Fund) -> Line:
    (line,) = queries.board(Fund.objects.filter(pk=fund.pk)).lines
    return line


def test_a_grant_walks_over_the_board(house: Cast, grant: Grant) -> None:
    before = line_of(house.fund)
    assert (before.grants, before.planned, before.paid, before.due) == (
        1,
        grant.amount,
        0,
        h.instalment(grant).amount,
    )
    assert before.alarms == ()
    h.paid(house, grant)
    paid = line_of(house.fund)
    assert (paid.paid, paid.due) == (h.instalment(grant).amount, 0)
    assert (paid.unproven, paid.unproven_paid) == (1, paid.paid)
    # Free is what is in the fund and promised to nobody.
    assert paid.free == 5_000_000 - grant.amount
    with clock.set_to(clock.midnight(grant.project.ends_on + timedelta(days=2))):
        late = line_of(house.fund)
    assert (late.late, late.late_since) == (1, grant.project.ends_on)
    h.accepted(house, grant)
    shown = line_of(house.fund)
    # The report is there; what was spent, no voucher shows.
    assert (shown.unproven, shown.unproven_paid, shown.late) == (1, paid.paid, 0)
    h.paid(house, grant, 2)
    services.ask_back(grant, amount=700, reason="多付了", by=house.admin)
    owed = line_of(house.fund)
    assert (owed.paid, owed.left, owed.owed, owed.alarms) == (grant.amount, 0, 700, ("unproven", "owed"))


def test_a_milestone_is_late_before_the_work_ends(house: Cast, grant: Grant) -> None:
    due = clock.today() - timedelta(days=3)
    stretch = Milestone.objects.create(project=grant.project, number=9, words="做一半", due_on=due)
    line = line_of(house.fund)
    assert (line.late, line.late_since) == (1, due)
    assert "应在 " + due.isoformat() in page(house.admin, reverse("grants:overview_rows", args=["late"]))
    h.filed(house, grant, is_final=False)
    Evidence.objects.update(milestone=stretch)
    assert line_of(house.fund).late == 0


def test_every_figure_opens_to_rows_that_add_up_to_it(cast: Cast) -> None:
    funds = Fund.objects.filter(pk__in=[fund.pk for fund in fill(cast.host, funds=3, grants=20)])
    Instalment.objects.filter(grant__code="G-M7", number=2).update(state="cancelled")
    Instalment.objects.filter(grant__code="G-M8", number=2).update(state="due")
    board = queries.board(funds)
    assert board.total("planned") == 20 * 1_000_000 - 500_000
    for figure in ("planned", "due", "unproven"):
        opened = queries.opened(figure, board, funds, None)
        assert opened is not None
        rows = [opened.row(thing) for thing in opened.things]
        assert (
            sum(row.amount for row in rows)
            == opened.total
            == {
                "planned": 19_500_000,
                "due": 500_000,
                "unproven": board.total("unproven_paid"),
            }[figure]
        )
    late = queries.opened("late", board, funds, None)
    assert late is not None and len(late.things) == board.total("late") == 4
    crowded = queries.opened("crowded", board, funds, None)
    assert crowded is not None and crowded.total == 20 * 1_000_000
    assert queries.opened("nonsense", board, funds, None) is None


def test_queries_do_not_grow_with_funds_and_grants(cast: Cast, full: bool) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            board = queries.board(Fund.objects.filter(host=cast.host))
            for line in board.lines:
                for alarm in line.alarms:
                    queries.alarm_words(alarm, line)
        return len(seen)

    def of_a_page(name: str) -> list[str]:
        client, seen = signed_in(cast.admin), list[str]()

        def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            seen.append(sql)
            return execute(sql, *rest)

        client.get(reverse(name))
        with connection.execute_wrapper(note):
            assert client.get(reverse(name)).status_code == 200
        return seen

    fill(cast.host, funds=2, grants=4, tag="A")
    few, page_of_few = asked(), of_a_page("grants:overview")
    fill(cast.host, funds=600, grants=10_000 if full else 2_000, payees=90, tag="B")
    assert few == asked() <= MOST_QUERIES
    whole = of_a_page("grants:overview")
    assert len(whole) == len(page_of_few)
    # What any page of the workbench asks: the session, the person, the menu, whose house it is. The board's page asks
    # besides, once, which hosts and towns there are to choose from; all its own are fewer than ten.
    around = [sql for sql in whole if any(table in sql for table in AROUND)]
    assert (len(around), len(whole) - len(around)) == (4, few + 1), whole
    assert len(whole) - len(around) < 10


def test_grants_split_below_a_review_are_named_with_the_clause(cast: Cast) -> None:
    h.rules(cast, town_review_fen=1_500_000)
    (fund,) = fill(cast.host, funds=1, grants=2, payees=1)
    line = line_of(fund)
    assert "split" in line.alarms and line.splits[0].total == 2_000_000
    said = page(cast.admin, reverse("grants:overview_rows", args=["split"]))
    assert "报街镇审核" in said and "1号" in said and "20,000.00" in said
    Grant.objects.filter(code="G-M1").update(awarded_at=clock.now() - timedelta(days=200))
    assert "split" not in line_of(fund).alarms


def test_one_account_is_one_payee(cast: Cast) -> None:
    h.rules(cast, payee_share_max_bp=6000)
    (fund,) = fill(cast.host, funds=1, grants=4, payees=4)
    assert "crowded" not in line_of(fund).alarms
    for number in range(3):
        change_payee_account(
            Organisation.objects.get(code=f"O-M{number}"),
            payee_account="6222 0000 1111 2222",
            payee_bank="农商行",
            by=cast.finance,
        )
    line = line_of(fund)
    assert line.payee_share == "75%" and "crowded" in line.alarms
    said = page(cast.admin, reverse("grants:overview_rows", args=["crowded"]))
    assert "同一个账户" in said and "6222" not in said and "2222" not in said


def test_idle_money(cast: Cast) -> None:
    give(cast.fund, 300)
    assert "idle" not in line_of(cast.fund).alarms
    h.rules(cast, idle_months=6)
    assert "idle" in line_of(cast.fund).alarms
    assert "300" not in page(cast.admin, reverse("grants:overview_rows", args=["late"]))
    assert "3.00" in page(cast.admin, reverse("grants:overview_rows", args=["idle"]))


def test_who_sees_which_board(house: Cast) -> None:
    assert house.other_fund.name in page(house.admin)
    member = page(house.members[0])
    assert house.fund.name in member and house.other_fund.name not in member
    assert house.other_fund.name not in page(house.members[0], fund=house.other_fund.code)
    assert signed_in(house.implementer).get(reverse("grants:overview")).status_code == 404
    assert signed_in(house.admin).get(reverse("grants:overview_rows", args=["x"])).status_code == 404


def test_a_filter_that_is_none_shows_everything(house: Cast) -> None:
    for bad in ("99999", "9999", "-1", "十", "'; DROP", "2026.5"):
        chosen = dict.fromkeys(["year", "alarm", "order", "host", "page"], bad)
        assert house.fund.name in page(house.admin, **chosen)
        page(house.admin, town=bad)
    assert house.fund.name in page(house.admin, town="500110001", year="2026", order="left")
    assert house.fund.name not in page(house.admin, town="500110002")


def test_the_boards_lead_to_the_calendar_and_to_where_projects_are(house: Cast) -> None:
    desk = page(house.secretary, reverse("grants:board"))
    for place, said in (
        ("500110", page(house.admin, town="x")),
        ("500110001", page(house.admin, town="500110001")),
    ):
        for name in ("place_calendar", "tiles"):
            address = reverse(f"disclosure:{name}", args=[place])
            assert f'href="{address}"' in said and Client().get(address).status_code == 200
    for address in (f"/f/{house.fund.code}/calendar/", reverse("disclosure:tiles", args=["500110001"])):
        assert f'href="{address}"' in desk and Client().get(address).status_code == 200


def test_money_paid_wants_reports_on_their_days_and_vouchers_at_the_end(house: Cast) -> None:
    steps = [("第一餐", date(2026, 12, 10)), ("送完", date(2027, 5, 31))]
    grant = h.at_work(house, h.submitted(house, milestones=steps))
    paid = h.paid(house, grant).amount

    def said(day: date) -> tuple[int, int, str]:
        with clock.set_to(clock.midnight(day)):
            line = line_of(house.fund)
            rows = queries.board(Fund.objects.filter(pk=house.fund.pk)).unproven
        return line.unproven, line.unproven_paid, rows[0].words if rows else ""

    before, after, over = date(2026, 12, 10), date(2026, 12, 12), date(2027, 6, 2)
    assert said(before) == (1, paid, "已付，还没有一份成果")
    h.filed(house, grant, is_final=False, photos=[])
    assert said(before)[0] == 0
    assert said(after)[:2] == (1, paid) and "2026-12-10 交的节点成果没有交" in said(after)[2]
    h.filed(house, grant, is_final=False, milestone=1, photos=[])
    assert said(after)[0] == 0
    h.filed(house, grant, is_final=False, milestone=2, photos=[])
    assert said(over)[:2] == (1, paid) and "有票据的支出只有 ¥0.00" in said(over)[2]
    line = grant.project.budget_lines.first()
    assert line is not None
    with clock.set_to(h.AFTER_NOTICE):
        spent = projects.record_expense(
            grant.project, line=line.pk, paid_on=h.PAID_ON, payee="菜场", amount=paid * 8 // 10,
            voucher=photo(), by=house.implementer,
        )  # fmt: skip
    assert said(over)[:2] == (1, paid - spent.amount)
    # Up to the share by which lines may differ, nothing is missing.
    h.rules(house, budget_shift_max_bp=2000)
    assert said(over)[0] == 0


def test_what_a_checked_account_settled_lacks_no_evidence(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    services.terminate(grant, reason="不做了", by=house.admin)
    assert line_of(house.fund).unproven == 1
    account = services.hand_in_account(grant.project, words="什么也没办", by=house.implementer)
    services.check_account(account, by=house.second_finance)
    assert line_of(house.fund).unproven == 0


def test_what_was_written_off_lacks_no_evidence(house: Cast, grant: Grant) -> None:
    paid = h.paid(house, grant).amount
    clawback = services.ask_back(grant, amount=paid, reason="没办", by=house.admin)
    Clawback.objects.filter(pk=clawback.pk).update(written_off=paid - 700)
    line = line_of(house.fund)
    assert (line.unproven, line.unproven_paid) == (1, 700)
    Clawback.objects.filter(pk=clawback.pk).update(written_off=paid)
    assert line_of(house.fund).unproven == 0


@pytest.mark.parametrize(
    ("paid", "proved", "tolerance", "gap"),
    [(100, 100, 0, 0), (100, 99, 0, 1), (100, 90, 1000, 0), (100, 89, 1000, 11), (0, 0, 0, 0), (5, 9, 0, 0)],
)
def test_vouchers_may_differ_by_a_share(paid: int, proved: int, tolerance: int, gap: int) -> None:
    assert voucher_gap(paid, proved, tolerance) == gap


@pytest.mark.parametrize(("payees", "rings"), [(1, True), (2, False)])
def test_more_than_half_to_one_rings_where_no_rule_says_otherwise(
    cast: Cast, payees: int, rings: bool
) -> None:
    (fund,) = fill(cast.host, funds=1, grants=4, payees=payees)
    assert ("crowded" in line_of(fund).alarms) is rings
    said = page(cast.admin)
    assert ("不超过慈善会各基金近一年资助合计的 50%，超过的提醒，不挡资助" in said) is rings
    assert ("本系统的默认值，只作提醒" in said) is rings


def test_one_payee_over_all_funds_of_a_host(cast: Cast) -> None:
    fill(cast.host, funds=3, grants=6, payees=2)
    shown = page(cast.admin)
    assert "近一年给" in shown and "占 50%" in shown and "不超过慈善会各基金" not in shown
    h.rules(cast, payee_share_host_max_bp=4000)
    assert "不超过慈善会各基金近一年资助合计的 40%" in page(cast.admin)
