"""Who looked at donors' names on finance's pages stands on the trail, and those who do not need names see none."""

import pytest
from django.test import Client

from apps.core.models import AuditEvent
from apps.donations import services as donations
from apps.donations.services import BatchLine, OfflineGift
from apps.finance import services
from apps.finance.models import StatementLine
from tests.cast import Cast
from tests.donations.test_batches import declare

pytestmark = pytest.mark.django_db
NAME, WORDS = "欧阳䶮", "给妈妈"
BANK = f"日期,金额,对方户名,摘要,流水号\n2026-11-18,5,{NAME},{WORDS},L1\n"
ORDERS = f"订单号,支付时间,捐款金额,基金,捐赠人\nA1,2026-11-18,5,F-BBT,{NAME}\nA2,2026-11-18,x,F-BBT,{NAME}\n"


@pytest.fixture
def pages(cast: Cast) -> list[str]:
    """Every page of finance with a donor's name."""
    by = {"by": cast.finance}
    batch = donations.book_batch(declare(cast, count=1, total=1_00), [BatchLine(2, 1_00, NAME)], **by)
    kept = services.keep_upload(cast.host, body=BANK.encode(), filename="流水.csv", **by)
    services.import_statement(cast.host, body=BANK.replace("L1", "L2").encode(), filename="x", **by)
    orders = services.keep_platform_file(
        cast.host, platform="other", chunks=[ORDERS.encode()], filename="x", **by
    )
    gift = OfflineGift(cast.fund, 88_00, "cash", batch.day, "look", name=NAME, contact="13900000001")
    receipt = donations.request_receipt(donations.record_offline(gift, **by), name=NAME, by=None)
    host = f"/finance/{cast.host.code}"
    line = StatementLine.objects.get()
    return [
        f"{host}/",
        f"{host}/line/{line.pk}/",
        f"{host}/import/{kept.code}/",
        f"{host}/receipts/",
        f"{host}/receipts/{receipt.code}/",
        f"{host}/batches/{batch.code}/",
        f"{host}/platforms/{orders.code}/",
        f"{host}/platforms/{orders.code}/refused/",
    ]


def test_each_look_at_names_is_on_the_trail_once_a_day_without_them(cast: Cast, pages: list[str]) -> None:
    client = Client()
    client.force_login(cast.finance)
    looks = AuditEvent.objects.filter(verb="see_donor")
    for number, page in enumerate(pages, start=1):
        for _turn in range(2):
            assert NAME in b"".join(client.get(page)).decode(), page
        assert looks.count() == number, page
    assert set(looks.values_list("by_id", flat=True)) == {cast.finance.pk}
    assert NAME not in str(list(looks.values_list("facts", "subject_code")))
    client.force_login(cast.admin)
    trail = client.get("/desk/audit/?verb=see_donor").content.decode()
    assert "银行流水文件" in trail and "平台订单" in trail


def test_the_auditor_sees_lines_without_names_and_leaves_no_look(cast: Cast, pages: list[str]) -> None:
    client = Client()
    client.force_login(cast.auditor)
    for page in pages:
        text = b"".join(client.get(page)).decode()
        assert NAME not in text and WORDS not in text, page
    assert "户名和附言只给财务看" in client.get(pages[1]).content.decode()
    assert not AuditEvent.objects.filter(verb="see_donor").exists()
