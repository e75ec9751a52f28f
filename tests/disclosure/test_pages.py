"""Public pages: open to everyone, true to the books, silent about what nobody may know."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import clock, money, versions
from apps.disclosure import bodies
from apps.disclosure.queries import funds as fund_queries
from apps.disclosure.queries import places, totals
from apps.donations import queries as donations
from apps.funds.models import Fund, Host
from apps.governance import services as governance
from apps.ledger import queries as ledger
from apps.ledger.flow_lines import flow_lines
from apps.ledger.rules import Flow
from apps.projects.queries import person_times
from tests.books import assert_books_clean
from tests.disclosure.rooms import SECRET_NAME, World, at

# One indexed query per figure or list; none of them grows with the rows.
MOST_QUERIES_OF_FRONT = 18
MOST_QUERIES_OF_FUND = 28


def text(client: Client, address: str, status: int = 200) -> str:
    """Return a page's text without tags, spaces squeezed."""
    response = client.get(address)
    assert response.status_code == status, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def addresses(world: World) -> list[str]:
    fund = world.cast.fund.code
    return [
        "/",
        "/find/",
        "/find/?q=百步梯",
        "/d/50/",
        "/d/500110/",
        "/d/500110001/",
        "/d/500110001001/",
        "/d/500110002001/",
        "/books/",
        "/books/?d=500110001",
        f"/f/{fund}/",
        f"/f/{world.cast.other_fund.code}/",
        f"/f/{world.cast.general.code}/",
        f"/f/{fund}/book/",
        *(f"/f/{fund}/book/?flow={flow}" for flow in Flow.values),
        f"/f/{fund}/roll/",
        f"/f/{fund}/rules/",
        f"/f/{fund}/committee/",
        "/projects/",
        "/projects/?field=elderly&state=closed",
        f"/p/{world.lunch.code}/",
        f"/p/{world.rails.code}/",
        "/motions/",
        "/motions/?state=open",
        f"/m/{world.open_motion.code}/",
        f"/m/{world.notice_motion.code}/",
    ]


def vouchers(world: World) -> list[str]:
    lines = ledger.fund_lines(world.cast.fund.code, host=world.cast.host.code, limit=1000)
    return [f"/f/{world.cast.fund.code}/entry/{line.entry_id}/" for line in lines]


def test_every_page_answers_in_both_languages_and_sizes(client: Client, world: World) -> None:
    pages = [*addresses(world), *vouchers(world)[:3]]
    for cookies in ({}, {"language": "en"}, {"size": "large"}):
        for name, value in cookies.items():
            client.cookies[name] = value
        for address in pages:
            response = client.get(address)
            assert response.status_code == 200, address
            page = response.content.decode()
            assert "截至" in page or "language" in cookies or address.startswith("/find/?q"), address
            assert ('class="large"' in page.split(">")[1]) == ("size" in client.cookies and "size" in cookies)
            assert ('lang="en"' in page.split(">")[1]) == ("language" in cookies)
        client.cookies.clear()


def test_pages_keep_to_the_content_security_policy(client: Client, world: World) -> None:
    for address in [*addresses(world), *vouchers(world)[:2]]:
        page = client.get(address).content.decode()
        assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=", page), address
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), address
        assert "javascript:" not in page
        identities = re.findall(r'\sid="([^"]+)"', page)
        assert len(identities) == len(set(identities)), address


def test_the_front_shows_the_host_sum(client: Client, world: World) -> None:
    host = world.cast.host
    whole = totals.by_month(host.division_id, host.code)[""]
    balances = sum(ledger.fund_balance(fund.code, host=host.code) for fund in Fund.objects.filter(host=host))
    assert whole.now == balances == whole.received - whole.used + whole.seed + whole.other
    assert whole.seed == 0
    page = text(client, "/")
    for figure in (whole.received, whole.spent):
        assert money.written(figure) in page
    assert money.written(whole.now) in page.replace(" ", "")
    assert f"{person_times(division=host.division_id):,}" in page
    assert "人次不是人数" in page


def test_rows_of_a_place_add_up_to_its_sum_all_the_way_down(world: World) -> None:
    for code in ("50", "5001", "500110", "500110001", "500110001001", "500110001002"):
        division = places.find_division(code)
        assert division is not None
        found = places.place(division)
        for flow in Flow.values:
            assert sum(row.flows.of(flow) for row in found.rows) == found.flows.of(flow), (code, flow)
        assert all(row.name for row in found.rows), "every row is somebody's by name"


def test_a_fund_of_another_host_in_the_area_is_a_row_of_its_own(world: World) -> None:
    other = Host.objects.create(
        code="H-O", name="另一家慈善会", uscc="51500110MJP0000047", division_id="500110002"
    )
    Fund.objects.filter(pk=world.cast.other_fund.pk).update(host=other, division_id="500110002001")
    division = places.find_division("500110")
    assert division is not None
    found = places.place(division)
    assert sum(row.flows.now for row in found.rows) == found.flows.now


def test_a_fund_adds_up_both_ways(client: Client, world: World) -> None:
    fund = world.cast.fund
    found = fund_queries.standing(fund_queries.find_fund(fund.code) or fund)
    assert found.now == ledger.fund_balance(fund.code, host=fund.host.code)
    assert sum(part.fen for part in found.slices) == found.now
    assert found.reserved == 1_240_000
    page = text(client, f"/f/{fund.code}/")
    for part in found.slices:
        assert part.label in page
        assert money.written(part.fen) in page
    assert "只能用于适老改造和儿童书屋" in page
    assert_books_clean()


def test_a_figure_opens_to_rows_that_add_up_to_it(client: Client, world: World) -> None:
    fund = world.cast.fund
    for flow in Flow.values:
        rows, before = [], None
        while page := flow_lines(fund.code, host=fund.host.code, flow=flow, before_id=before, limit=7):
            rows += page
            before = page[-1].entry_id
        figure = ledger.flows(fund.code, host=fund.host.code)[flow]
        assert sum(row.amount for row in rows) == figure, flow
        assert len({row.entry_id for row in rows}) == len(rows), flow
        shown = text(client, f"/f/{fund.code}/book/?flow={flow}")
        assert money.written(figure) in shown.replace(" ", ""), flow


def test_the_book_pages_back_to_the_first_entry(client: Client, world: World) -> None:
    address, balances = f"/f/{world.cast.fund.code}/book/", []
    while address:
        page = client.get(address).content.decode()
        balances += re.findall(r"book-balance\">([^<]+)<", page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        address = f"/f/{world.cast.fund.code}/book/{older[1].replace('&amp;', '&')}" if older else ""
    assert len(balances) == len(ledger.fund_lines(world.cast.fund.code, host="H-QJ", limit=10_000))
    assert len(balances) > 40


def test_nobody_reads_a_name_that_was_not_given_to_the_public(client: Client, world: World) -> None:
    hidden = (SECRET_NAME, "欧阳雪", "匿名的人", "齐心商贸", "1380000")
    for address in [*addresses(world), *vouchers(world)]:
        page = client.get(address).content.decode()
        for name in hidden:
            assert name not in page, f"{name} stands on {address}"
    roll = text(client, f"/f/{world.cast.fund.code}/roll/")
    assert "王龑" in roll
    assert "欧阳*" in roll
    assert "爱心居民" in roll


def test_the_roll_equals_the_query(client: Client, world: World) -> None:
    count, net = donations.received(world.cast.fund)
    page = text(client, f"/f/{world.cast.fund.code}/roll/")
    assert f" {count} " in page
    assert money.written(net) in page


def test_an_open_vote_shows_neither_counts_nor_turnout(client: Client, world: World) -> None:
    address = f"/m/{world.open_motion.code}/"
    before = client.get(address).content.decode()
    for user in world.cast.members[:4]:
        governance.cast(
            world.open_motion,
            choice="no",
            subject_hash=world.open_motion.subject_hash,
            by=user,
            reason="秘密理由",
        )
    bodies.forget()
    after = client.get(address).content.decode()
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert token.sub("", before) == token.sub("", after), "votes leave no trace on the page"
    for word in ("赞成", "反对", "弃权", "秘密理由", "已投"):
        assert word not in after
    assert "截止前谁也看不到票数" in after
    with clock.set_to(at("2026-11-23", 11)):
        bodies.forget()
        waiting = text(client, address)
        assert "正在计票" in waiting
        assert "赞成" not in waiting
        governance.close(world.open_motion)
        closed = text(client, address)
        assert "怎么算没通过的" in closed
        assert "秘密理由" in closed


def test_a_decided_motion_shows_seats_and_lines_but_not_why_someone_stepped_aside(
    client: Client, world: World
) -> None:
    page = text(client, f"/m/{world.notice_motion.code}/")
    assert "7 委员 − 1 回避 = 6 人" in page
    assert "来够了吗" in page
    assert "要街镇审核吗" in page
    assert "希望先做七栋" in page
    assert "回避" in page
    assert "绝不公开" not in page
    assert "公示第 4 天" in page


def test_a_story_goes_from_need_to_rating(client: Client, world: World) -> None:
    page = text(client, f"/p/{world.lunch.code}/")
    for words in (
        "馒头就咸菜对付一天",
        "菜市场四家摊位让价",
        "赞成 6",
        "9,300.00",
        "18,600.00",
        "4,212 人次",
        "满意，5 人评",
        "4.4",
        "签收表 4,212 份",
    ):
        assert words in page, words


def test_what_is_not_public_is_not_there(client: Client, world: World) -> None:
    draft = governance.table(
        world.cast.fund, kind="text", title="还没公开的事", subject={"text": "草稿"}, by=world.cast.secretary
    )
    missing = (
        "/d/999999/", "/d/abc/", "/f/F-NONE/", "/p/P-NONE/", "/m/M-NONE/", f"/m/{draft.code}/",
        f"/f/{world.cast.fund.code}/entry/999999999/", f"/f/{world.cast.other_fund.code}/entry/2/",
        f"/f/{world.cast.fund.code}/entry/99999999999999999999999/", "/f/F-NONE/book/", "/f/F-NONE/roll/",
    )  # fmt: skip
    for address in missing:
        response = client.get(address)
        assert response.status_code == 404, address
        assert "没有这一页" in response.content.decode()
    assert "还没公开的事" not in text(client, "/motions/")


HOSTILE_QUERIES = (
    "q=%00", "q=" + "长" * 500, "q=%E2%80%AE", "q='%22<script>", "q=999", "q=%25_", "before=-1", "before=abc",
    "before=" + "9" * 40, "page=0", "page=99999", "flow=all", "state=x", "d=zz", "fund=%00%22>", "field=",
)  # fmt: skip


def test_no_query_string_breaks_a_page(client: Client, world: World) -> None:
    for query in HOSTILE_QUERIES:
        for address in ("/find/", "/books/", "/projects/", "/motions/", f"/f/{world.cast.fund.code}/book/"):
            response = client.get(f"{address}?{query}")
            assert response.status_code in {200, 400}, (address, query)
            assert "<script>" not in response.content.decode().replace('<script src="', ""), (address, query)


def test_a_kept_body_costs_one_read_and_changes_with_its_version(client: Client, world: World) -> None:
    for address, key in (("/", "site"), (f"/f/{world.cast.fund.code}/", f"fund:{world.cast.fund.code}")):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            first = client.get(address).content.decode()
        assert len(queries) == 1, [query["sql"] for query in queries]
        Fund.objects.filter(pk=world.cast.fund.pk).update(name="改了名的基金")
        assert "改了名的基金" not in client.get(address).content.decode()
        versions.bump(key)
        fresh = client.get(address).content.decode()
        assert "改了名的基金" in fresh
        assert first != fresh
        Fund.objects.filter(pk=world.cast.fund.pk).update(name="百步梯社区慈善基金")


def test_a_kept_body_holds_nothing_of_its_reader(client: Client, world: World) -> None:
    client.force_login(world.cast.chair)
    client.get("/")
    for body in bodies._kept.values():
        assert isinstance(body, bodies.Body)
        assert "csrfmiddlewaretoken" not in body.html
        assert world.cast.chair.email not in body.html
    tokens = {
        re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', Client().get("/").content.decode())[0]
        for _ in "12"
    }
    assert len(tokens) == 2


def test_a_visitors_kept_page_is_only_for_visitors(client: Client, world: World) -> None:
    address, login = f"/f/{world.cast.fund.code}/?from=a", "工作人员登录"
    for _visit in range(2):
        visitor = Client(enforce_csrf_checks=True)
        answer = visitor.get(address)
        page = answer.content.decode()
        assert login in page
        assert "Cookie" in answer["Vary"]
        token = re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        assert page.count(token) == page.count("csrfmiddlewaretoken")
        chosen = visitor.post("/choose/", {"csrfmiddlewaretoken": token, "size": "large", "next": "/"})
        assert chosen.status_code == 302
        assert visitor.post("/choose/", {"csrfmiddlewaretoken": token[::-1], "size": "x"}).status_code == 403
        assert '<html lang="zh-Hans" class="large">' in visitor.get(address).content.decode()
    assert 'value="/f/F-BBT/?from=b"' in Client().get(address[:-1] + "b").content.decode()
    client.force_login(world.cast.chair)
    assert login not in client.get(address).content.decode()
    kept = [page for page in bodies._kept.values() if isinstance(page, bodies.Page)]
    assert kept
    assert all(len(page.parts) > 1 for page in kept)


def test_a_first_look_takes_few_reads(client: Client, world: World) -> None:
    for address, most in (
        ("/", MOST_QUERIES_OF_FRONT),
        (f"/f/{world.cast.fund.code}/", MOST_QUERIES_OF_FUND),
    ):
        bodies.forget()
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) <= most, "\n".join(query["sql"][:150] for query in queries)


def test_a_fund_shows_the_rules_neighbours_ask_about_and_where_to_speak(client: Client, world: World) -> None:
    fund = world.cast.fund
    page = client.get(f"/f/{fund.code}/").content.decode()
    rules = page.split('id="rules"')[1]
    asked = ("到会不少于", "一般事项", "公示不少于", "报街镇审核", "验收前最多拨付", "管理费")
    places = [rules.index(words) for words in asked]
    assert places == sorted(places)
    assert f"/needs/{fund.division_id}/" in page
    assert f"/f/{fund.code}/reports/" in page
