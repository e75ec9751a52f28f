"""Needs: what may be said in public, what is sealed, who seconds, how they are sorted, merged and answered."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import AuditEvent, StoredFile
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds.models import Fund
from apps.projects import queries, rules, services
from apps.projects.models import Need, NeedPrivate, NeedSecond, Sender
from apps.projects.states import NEED_MOVES
from tests.cast import Cast
from tests.grants.house import seat_everyone
from tests.projects import house as p

SECRET = "肝病三期，靠低保"
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def _public(cast: Cast, words: str = "楼道灯坏了三个月", **facts: Any) -> Need:
    need = services.voice(cast.fund.division, field="safety", words=words, **facts).need
    return services.publish_need(need, by=None)


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("老厂宿舍区3栋", False), ("菜市场门口", False), ("12号楼旁边的空地", False), ("2026年", False),
        ("每周3-5次", False), ("60-80岁的老人", False), ("3栋2单元501", True), ("12-3-402", True),
        ("5楼502室", True), ("古南路18号附7号", True), ("二栋602", True),
        ("给 120 户装了扶手", False), ("3栋12户", True), ("3-502 的老人", True),
    ],
)  # fmt: skip
def test_what_leads_to_one_home(text: str, door: bool) -> None:
    assert rules.names_a_door(text) is door


@pytest.mark.parametrize(
    ("text", "number"),
    [(PHONE, True), ("50011019500101123X", True), ("023-48678000", False), ("20261121", False)],
)
def test_what_leads_to_one_person(text: str, number: bool) -> None:
    assert rules.names_a_number(text) is number


def test_every_state_has_its_moves() -> None:
    assert set(NEED_MOVES) == set(Need.State.values)
    assert all(moves <= set(Need.State.values) for moves in NEED_MOVES.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": f"打 {PHONE} 找我"}, "words"), ({"place": "3栋2单元501"}, "place"),
        ({"groups": ["aliens"]}, "groups"), ({"persons": 0}, "persons"), ({"persons": 10**6}, "persons"),
        ({"teller": "x"}, "teller"), ({"field": "war"}, "field"), ({"place": "长" * 61}, "place"),
        ({"photos": [None] * 4}, "photos"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_by_name(cast: Cast, changes: dict[str, Any], field: str) -> None:
    facts: dict[str, Any] = {"field": "safety", "words": "楼道灯坏了三个月"} | changes
    with pytest.raises(Refused) as refusal:
        services.voice(cast.fund.division, **facts)
    assert refusal.value.field == field
    assert not Need.objects.exists()


@pytest.mark.django_db
def test_the_sensitive_part_is_sealed_and_looking_is_on_record(cast: Cast) -> None:
    need = services.voice(
        cast.fund.division, field="relief", words="想有人陪着去医院", facts=SECRET, contact=PHONE
    ).need
    row = NeedPrivate.objects.get()
    assert SECRET not in row.facts and PHONE not in row.contact
    assert services.open_private(need, by=cast.secretary) == (SECRET, PHONE, "")
    seen = AuditEvent.objects.get(verb="look_at_need")
    assert (seen.by_id, seen.subject_code) == (cast.secretary.pk, need.code)
    for event in AuditEvent.objects.all():
        assert SECRET not in str(event.facts) and PHONE not in str(event.facts)


@pytest.mark.django_db
def test_a_receipt_finds_the_need_again_and_is_kept_nowhere(cast: Cast) -> None:
    voiced = services.voice(cast.fund.division, field="safety", words="楼道灯坏了三个月")
    assert voiced.receipt not in str(Need.objects.values())
    spoken = rules.spoken_code(voiced.receipt).lower()
    assert services.find_receipt(f" {spoken} ") == voiced.need
    for wrong in ("", "AAAA-AAAA", voiced.receipt[:-1], "x" * 300):
        with pytest.raises(Refused):
            services.find_receipt(wrong)


@pytest.mark.django_db
def test_two_who_say_the_same_are_two_and_a_form_sent_twice_is_one(cast: Cast, client: Client) -> None:
    address = reverse("projects:need", args=[cast.fund.division_id])
    said = {"field": "safety", "words": "楼道灯坏了三个月"}

    def sends(browser: Client, key: str, **more: Any) -> str:
        page = browser.post(address, said | {"key": key} | more).content.decode()
        return page.split('money-figure code">')[1].split("<")[0]

    def form_key(browser: Client) -> str:
        return re.findall(r'name="key" value="(N\w+)"', browser.get(address).content.decode())[0]

    first_key = form_key(client)
    first = sends(client, first_key)
    second = sends(Client(), form_key(Client()), facts=SECRET, contact=PHONE)
    told = [services.find_receipt(receipt) for receipt in (first, second)]
    assert told[0] != told[1] and services.open_private(told[1], by=cast.secretary) == (SECRET, PHONE, "")
    # Twice the same click: one need and one slip, whichever answer is shown.
    assert sends(client, first_key) == first and Need.objects.count() == 2
    # Gone back and said more: nothing of it is dropped.
    assert services.find_receipt(sends(client, first_key, contact=PHONE)) not in told
    assert client.post(address, said | {"key": "N1"}).status_code == 422
    assert Need.objects.count() == 3
    for more in ({"persons": "40"}, {"groups": "elderly"}):
        need = services.find_receipt(sends(client, first_key, **more))
        assert (need.persons, need.groups) == ((40, []) if "persons" in more else (None, ["elderly"]))
    assert Need.objects.count() == 5
    pictured = [
        services.find_receipt(sends(client, first_key, photos=picture))
        for picture in (p.photo(), p.photo(), p.photo(size=(90, 60)))
    ]
    assert pictured[0] == pictured[1] != pictured[2] and [need.photos.count() for need in pictured] == [
        1,
        1,
        1,
    ]


@pytest.mark.django_db
def test_a_flood_from_one_place_stops_and_is_forgotten_after_a_day(cast: Cast) -> None:
    for number in range(rules.MOST_A_DAY):
        services.voice(cast.fund.division, field="safety", words=f"灯坏了，第{number}盏", sender="10.0.0.1")
    with pytest.raises(Refused, match="明天"):
        services.voice(cast.fund.division, field="safety", words="还有一盏", sender="10.0.0.1")
    services.voice(cast.fund.division, field="safety", words="别处的一盏", sender="10.0.0.2")
    assert "10.0.0" not in str(Sender.objects.values())
    with clock.set_to(clock.now() + timedelta(days=2)):
        services.voice(cast.fund.division, field="safety", words="第三天的一盏", sender="10.0.0.1")
    assert Sender.objects.count() == 1


@pytest.mark.django_db
def test_one_person_seconds_once_also_across_a_merge(cast: Cast) -> None:
    kept, same = _public(cast), _public(cast, "楼梯间黑漆漆的")
    assert services.second_need(kept, token="a", by=None)
    assert not services.second_need(kept, token="a", by=None)
    assert services.second_need(same, token="a", by=None)
    assert services.second_need(same, token="b", by=None)
    assert services.second_need(same, token="", by=cast.implementer)
    services.merge_need(same, into=kept, by=None)
    assert sorted(NeedSecond.objects.values_list("need_id", "has_account")) == [
        (kept.pk, False), (kept.pk, False), (kept.pk, True),
    ]  # fmt: skip
    # Whoever seconds the merged one now seconds the kept one.
    assert services.second_need(same, token="c", by=None)
    assert kept.seconds.count() == 4
    third = _public(cast, "走廊的灯不亮")
    services.merge_need(kept, into=third, by=None)
    same.refresh_from_db()
    assert same.merged_into == third and third.seconds.count() == 4


@pytest.mark.django_db
def test_what_cannot_be_merged(cast: Cast) -> None:
    kept, hidden = (
        _public(cast),
        services.voice_need(cast.fund.division, field="safety", words="没公开的一条"),
    )
    far = services.publish_need(
        services.voice_need(cast.other_fund.division, field="safety", words="那边的灯也坏了"), by=None
    )
    answered = _public(cast, "想吃热饭")
    p.draft(cast, need=answered)
    for need, into in ((kept, kept), (kept, far), (kept, hidden), (answered, kept)):
        with pytest.raises(Refused):
            services.merge_need(need, into=into, by=None)
    assert Need.objects.filter(state="merged").count() == 0


@pytest.mark.django_db
def test_an_answer_is_owed_and_a_need_can_be_taken_up_again(cast: Cast) -> None:
    need = _public(cast)
    with pytest.raises(Refused) as refusal:
        services.answer_need(need, means="", answer=" ", by=None)
    assert refusal.value.field == "answer"
    for told in (f"请找李四，{PHONE}", "给 3栋2单元501 换了灯"):
        with pytest.raises(Refused) as refusal:
            services.answer_need(need, means="other", answer=told, by=None)
        assert refusal.value.field == "answer"
    closed = services.answer_need(need, means="", answer="归物业管，已经转告", by=None)
    assert closed.state == "closed" and closed.published_at is not None
    again = services.publish_need(closed, by=None)
    assert (again.state, again.answer) == ("published", "")
    today = clock.today()
    done: dict[str, Any] = {"met_by": cast.organisation, "met_on": today, "helpers": 3}
    wrong: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("volunteer", "met_by", {"met_by": None}),
        ("service", "met_on", {"met_on": None}),
        ("service", "met_on", {"met_on": today + timedelta(days=1)}),
        ("service", "met_on", {"met_on": clock.day_of(again.voiced_at) - timedelta(days=1)}),
        ("volunteer", "helpers", {"helpers": None}),
        ("service", "helpers", {"helpers": -1}),
        ("project", "means", {}),
    )
    for means, field, change in wrong:
        with pytest.raises(Refused) as refusal:
            services.answer_need(again, means=means, answer="换了灯", **(done | change), by=None)
        assert refusal.value.field == field
    met = services.answer_need(again, means="volunteer", answer="志愿队换了灯", **done, by=None)
    assert (met.state, met.met_by, met.helpers) == ("met", cast.organisation, 3)
    page = Client().get(reverse("disclosure:need", args=[met.code])).content.decode()
    assert cast.organisation.name in page and "3 名志愿者" in page
    with pytest.raises(Refused):
        services.second_need(met, token="a", by=None)


@pytest.mark.django_db
def test_only_ticked_photographs_become_public(cast: Cast) -> None:
    need = services.voice(
        cast.fund.division, field="safety", words="楼道灯坏了三个月", photos=[p.photo(), p.photo()]
    ).need
    first, _second = need.photos.order_by("pk")
    services.publish_need(need, photos=[first.pk], by=None)
    assert list(StoredFile.objects.filter(is_public=True)) == [first.file]
    services.set_need_aside(need, reason="照片里看得出是谁家", by=None)
    assert not StoredFile.objects.filter(is_public=True).exists()


@pytest.mark.django_db
def test_why_a_need_is_kept_back_is_told_where_it_was_read(cast: Cast, client: Client) -> None:
    heard = services.voice(cast.fund.division, field="safety", words="隔壁老张家总是吵")
    never = heard.need
    for reason in (" ", "三栋二单元 301 的事", f"请打 {PHONE}"):
        with pytest.raises(Refused) as refusal:
            services.set_need_aside(never, reason=reason, by=None)
        assert refusal.value.field == "reason"
    services.set_need_aside(never, reason="说的是别人家的事，请找社区调解", by=None)
    # Nobody reads of it who did not voice it.
    assert client.get(reverse("disclosure:need", args=[never.code])).status_code == 404
    told = client.post(reverse("projects:follow_need"), {"receipt": heard.receipt}).content.decode()
    assert "请找社区调解" in told
    public = _public(cast, "楼道灯又坏了，找李四问")
    services.set_need_aside(public, reason="原话里写了别人的名字", by=None)
    page = client.get(reverse("disclosure:need", args=[public.code])).content.decode()
    assert "原话里写了别人的名字" in page and "李四" not in page
    assert not queries.library().filter(pk=public.pk).exists()
    again = services.publish_need(public, by=None)
    assert (
        again.answer == ""
        and "李四" in client.get(reverse("disclosure:need", args=[public.code])).content.decode()
    )


@pytest.mark.django_db
def test_the_library_its_filters_and_its_open_data(cast: Cast, client: Client) -> None:
    _public(
        cast,
        "灯坏了 <b>三个月</b>",
        groups=["elderly", "children"],
        persons=40,
        place="老厂区门口",
        facts=SECRET,
    )
    services.voice_need(cast.fund.division, field="safety", words="还没有公开的一条")
    merged = _public(cast, "楼梯间黑漆漆的")
    services.merge_need(merged, into=Need.objects.filter(persons=40).get(), by=None)
    library = reverse("disclosure:needs")
    page = client.get(library).content.decode()
    assert "&lt;b&gt;三个月" in page and "还没有公开" not in page and "黑漆漆" not in page
    shown = (
        "?group=elderly",
        "?group=children&field=safety",
        "?division=500110",
        "?state=published",
        "?field=x",
    )
    for query in shown:
        assert "三个月" in client.get(library + query).content.decode(), query
    hidden = (
        "?group=disabled",
        "?field=elderly",
        "?division=500110002",
        "?state=met",
        "?urgency=urgent",
        "?page=x",
    )
    for query in hidden[:-1]:
        assert "三个月" not in client.get(library + query).content.decode(), query
    assert client.get(library + hidden[-1]).status_code == 200
    rows = list(
        csv.DictReader(io.StringIO(client.get("/needs.csv?group=elderly").getvalue().decode("utf-8-sig")))
    )
    data = json.loads(client.get("/needs.json").content)["needs"]
    assert [row["words"] for row in rows] == [row["words"] for row in data] == ["灯坏了 <b>三个月</b>"]
    assert (rows[0]["persons"], rows[0]["groups"]) == ("40", "elderly children")
    assert SECRET not in client.get("/needs.json").content.decode()
    assert client.get("/needs.xml").status_code == 404


@pytest.mark.django_db
def test_the_page_of_a_need_and_of_one_that_was_folded_in(cast: Cast, client: Client) -> None:
    kept = _public(cast)
    unseen = services.voice_need(cast.fund.division, field="safety", words="里面写了张三的病")
    address = reverse("disclosure:need", args=[unseen.code])
    assert client.get(address).status_code == 404
    services.merge_need(unseen, into=kept, by=None)
    page = client.get(address).content.decode()
    assert "张三" not in page and kept.words in page
    assert client.get(reverse("disclosure:need", args=["x"])).status_code == 404
    second = reverse("projects:second_need", args=[kept.code])
    assert client.get(second).status_code == 200
    assert "算上您了" in client.post(second).content.decode()
    assert "已经附议过" in client.post(second).content.decode()
    assert "算上您了" in Client().post(second).content.decode()
    assert "2 人" in client.get(reverse("disclosure:need", args=[kept.code])).content.decode()


@pytest.mark.django_db
def test_voicing_by_phone_and_following_it(cast: Cast, client: Client) -> None:
    address = reverse("projects:need", args=[cast.fund.division_id])
    facts = {
        "field": "elderly", "words": "想有人陪着去医院", "place": "老厂区", "groups": ["elderly"], "persons": "3",
        "facts": SECRET, "contact": PHONE, "photos": [p.photo()],
    }  # fmt: skip
    robot = client.post(address, facts | {"website": "http://x", "photos": [p.photo()]})
    assert robot.status_code == 422 and not Need.objects.exists()
    page = client.post(address, facts | {"photos": [p.photo()]}).content.decode()
    need = Need.objects.get()
    assert SECRET not in page and PHONE not in page
    code = page.split('money-figure code">')[1].split("<")[0]
    followed = client.post(reverse("projects:follow_need"), {"receipt": code}).content.decode()
    assert need.words in followed and "还没有看到" in followed and SECRET not in followed
    assert client.post(reverse("projects:follow_need"), {"receipt": "ZZZZ"}).status_code == 422
    assert not queries.public_needs().exists()


@pytest.mark.django_db
def test_a_place_without_an_open_fund_says_who_serves_it(cast: Cast, client: Client) -> None:
    def said(code: str) -> str:
        answer = client.get(reverse("projects:need", args=[code]))
        assert answer.status_code == 200 and "<textarea" not in answer.content.decode()
        return answer.content.decode()

    own = reverse("projects:need", args=[cast.fund.division_id])
    district = said("500110")
    assert own in district and cast.host.name in district and cast.fund.division.name in district
    assert client.post(reverse("projects:need", args=["500110"]), {"words": "灯坏了"}).status_code == 422
    Fund.objects.filter(pk=cast.fund.pk).update(division_id=cast.fund.division_id[:9])
    assert reverse("projects:need", args=[cast.fund.division_id[:9]]) in said(cast.fund.division_id)
    Fund.objects.filter(pk=cast.fund.pk).update(division_id=cast.fund.division_id, state="suspended")
    assert cast.fund.name in said(cast.fund.division_id) and not Need.objects.exists()
    Division.objects.create(code="11", name="北京市", level=1)
    assert "还没有慈善会在这一片" in said("11")


@pytest.mark.django_db
def test_only_staff_write_down_what_another_told(cast: Cast, client: Client) -> None:
    address, facts = reverse("projects:need", args=[cast.fund.division_id]), {"field": "safety"}
    seat_everyone(cast)
    for number, who in enumerate((None, cast.stranger)):
        if who is not None:
            client.force_login(who)
        assert "社工代为记录" not in client.get(address).content.decode()
        client.post(address, facts | {"words": f"楼道灯坏了，第{number}盏", "teller": "worker"})
        with pytest.raises(Refused) as refusal:
            services.voice(cast.fund.division, field="safety", words="还有一盏", teller="worker", by=who)
        assert refusal.value.field == "teller"
    for number, who in enumerate((cast.implementer, cast.secretary)):
        client.force_login(who)
        assert "社工代为记录" in client.get(address).content.decode()
        client.post(address, facts | {"words": f"楼梯没有扶手，第{number}栋", "teller": "worker"})
    told = list(Need.objects.order_by("pk").values_list("teller", flat=True))
    assert told == ["resident", "resident", "worker", "worker"]
