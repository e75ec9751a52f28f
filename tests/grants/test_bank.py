"""Payments by the bank's file: a checked account, sent by a second person, confirmed, failed, come back, paid again."""

import io

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.sheets import is_risky
from apps.core.verdicts import Refused
from apps.finance import services as finance
from apps.finance.models import BankMatch, BankStatement, StatementLine
from apps.funds.queries import available
from apps.grants import services
from apps.grants.models import Grant, Payment, PaymentFile
from apps.ledger.queries import flows
from apps.projects.models import Project
from apps.registry import services as registry
from apps.registry.models import Organisation
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants import house as h
from tests.projects.house import ASKED

pytestmark = pytest.mark.django_db
ACCOUNT = h.ACCOUNT
HALF = ASKED // 2


@pytest.fixture(autouse=True)
def after_the_notice() -> object:
    with clock.set_to(h.AFTER_NOTICE):
        yield


def sent(cast: Cast, grant: Grant, number: int = 1) -> Payment:
    payment = h.prepared(cast, grant, number)
    services.send_payments(cast.host, [payment], by=cast.second_finance)
    payment.refresh_from_db()
    return payment


def line(cast: Cast, amount: int, memo: str, reference: str = "L-1", name: str = "") -> StatementLine:
    statement, _made = BankStatement.objects.get_or_create(
        host=cast.host, sha256="0" * 64, defaults={"filename": "b.csv", "imported_at": clock.now()},
    )  # fmt: skip
    return StatementLine.objects.create(
        statement=statement, host=cast.host, number=StatementLine.objects.count() + 1, day=h.PAID_ON,
        amount=amount, counterparty=name or cast.organisation.name, memo=memo, reference=reference,
    )  # fmt: skip


def test_an_account_is_entered_by_one_and_checked_by_another(house: Cast) -> None:
    with pytest.raises(Refused, match="户名和登记的名称"):
        registry.change_payee_account(
            house.organisation, payee_account=ACCOUNT, payee_bank="行", payee_holder="李红", by=house.finance
        )
    organisation = h.with_account(house, check=False)
    assert (organisation.payee_last_four, organisation.payee_checked_at) == ("0017", None)
    assert ACCOUNT not in str(list(AuditEvent.objects.values_list("facts", flat=True)))
    for by, account, sentence in (
        (house.finance, ACCOUNT, "要由另一位财务核对"),
        (house.admin, ACCOUNT, "财务"),
        (house.second_finance, "6222020000000000018", "和登记的账号不一样"),
    ):
        with pytest.raises(Refused, match=sentence):
            registry.check_payee_account(organisation, payee_account=account, by=by)
    grant = h.at_work(house)
    with pytest.raises(Refused, match="核对"):
        h.prepared(house, grant)
    Organisation.objects.update(payee_account="")
    with pytest.raises(Refused, match="核对"):
        h.prepared(house, grant)
    Organisation.objects.update(payee_account=organisation.payee_account)
    registry.check_payee_account(organisation, payee_account=ACCOUNT, by=house.second_finance)
    h.prepared(house, grant)


def test_holders_are_compared_as_banks_write_them(house: Cast) -> None:
    Organisation.objects.filter(pk=house.organisation.pk).update(name="暖阳(綦江)社工中心")
    house.organisation.refresh_from_db()
    registry.change_payee_account(
        house.organisation, payee_account=ACCOUNT, payee_bank="行", payee_holder="暖阳（綦江） 社工中心",
        by=house.finance,
    )  # fmt: skip


def test_a_changed_account_stops_what_was_prepared(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    h.with_account(house, "6222020000000000025")
    with pytest.raises(Refused, match="收款账号改过"):
        services.release_payment(payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=house.second_finance)
    assert services.payee_changed(house.organisation.code) == 1
    assert services.payee_changed(house.organisation.code) == 0
    payment.refresh_from_db()
    assert (payment.state, h.instalment(payment.instalment.grant).state) == ("rejected", "due")
    assert_books_clean()


def test_sent_confirmed_by_the_statement_and_booked_once(house: Cast, grant: Grant) -> None:
    payment = sent(house, grant)
    assert flows(house.fund.code, host=house.host.code).get("spent", 0) == 0
    assert_books_clean()
    row = line(house, -HALF, f"资助款 {payment.code}")
    assert len(finance.match_lines(house.host, by=house.finance)) == 1
    payment.refresh_from_db()
    assert (payment.state, payment.bank_reference) == ("paid", row.reference)
    assert payment.released_by_id == house.second_finance.pk
    assert flows(house.fund.code, host=house.host.code)["spent"] == -HALF
    again = services.confirm_payment(payment, paid_on=h.PAID_ON, bank_reference="L-1", by=house.finance)
    assert again == payment
    assert_books_clean()


def test_failed_it_was_never_booked_and_is_paid_again(house: Cast, grant: Grant) -> None:
    payment = sent(house, grant)
    with pytest.raises(Refused, match="原因"):
        services.fail_payment(payment, reason=" ", by=house.finance)
    services.fail_payment(payment, reason="账号户名不符", by=house.finance)
    services.fail_payment(payment, reason="再来", by=house.finance)
    assert h.instalment(grant).state == "due"
    h.paid(house, grant)
    assert Payment.objects.count() == 2
    assert_books_clean()


def test_come_back_it_is_reversed_owed_again_and_reopens_a_closed_grant(house: Cast, grant: Grant) -> None:
    before = available(house.fund)
    h.paid(house, grant)
    h.accepted(house, grant)
    payment = sent(house, grant, 2)
    line(house, -(ASKED - HALF), f"资助款 {payment.code}")
    finance.match_lines(house.host, by=house.finance)
    assert Grant.objects.get().state == "closed"
    back = line(house, ASKED - HALF, f"退汇 {payment.code} 户名不符 张三丰", "L-2", "待转款项")
    assert len(finance.match_lines(house.host, by=house.finance)) == 1
    assert BankMatch.objects.get(line=back).subject_kind == "bounce"
    payment.refresh_from_db()
    assert (payment.state, payment.returned_on) == ("bounced", h.PAID_ON)
    # The memo may name others: only the bank's usual words are passed on.
    assert payment.reason == "户名不符（银行流水 L-2）"
    assert (Grant.objects.get().state, Project.objects.get().state) == ("running", "accepted")
    assert available(house.fund) == before
    assert flows(house.fund.code, host=house.host.code)["spent"] == -HALF
    assert_books_clean()
    h.paid(house, grant, 2)
    assert Grant.objects.get().state == "closed"
    assert_books_clean()


def test_of_an_ended_grant_what_comes_back_is_free(house: Cast) -> None:
    before = available(house.fund)
    grant = h.at_work(house)
    payment = h.paid(house, grant)
    services.terminate(grant, reason="解散", by=house.admin)
    facts = {"returned_on": h.PAID_ON, "bank_reference": "T-1", "reason": "销户"}
    with transaction.atomic():
        services.ask_back(grant, amount=HALF, reason="退", by=house.admin)
        with pytest.raises(Refused, match="在追回里登记"):
            services.bounce_payment(payment, **facts, by=house.finance)
        transaction.set_rollback(True)
    services.bounce_payment(payment, **facts, by=house.finance)
    services.bounce_payment(payment, **facts, by=house.finance)
    assert h.instalment(grant).state == "cancelled"
    assert available(house.fund) == before
    assert_books_clean()


def test_the_file_holds_accounts_as_text_and_no_formula(house: Cast) -> None:
    Organisation.objects.filter(pk=house.organisation.pk).update(name="=HYPERLINK(1)社")
    house.organisation.refresh_from_db()
    h.with_account(house)
    payment = sent(house, h.at_work(house))
    file = PaymentFile.objects.get()
    client = Client()
    client.force_login(house.second_finance)
    assert client.get(reverse("grants:take_out", args=[file.code, "csv"])).status_code == 405
    got = client.post(reverse("grants:take_out", args=[file.code, "csv"]))
    text = b"".join(got.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    titles, row = text.splitlines()
    assert titles == "序号,收款账号,收款户名,收款开户行,金额（元）,币种,用途"
    cells = row.split(",")
    assert cells[1] == ACCOUNT and cells[4] == f"{HALF / 100:.2f}" and payment.code in cells[6]
    assert cells[2] == "'=HYPERLINK(1)社" and is_risky("=HYPERLINK(1)社")
    book = client.post(reverse("grants:take_out", args=[file.code, "xlsx"]))
    assert io.BytesIO(b"".join(book.streaming_content)).read(2) == b"PK"  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(verb="take_out_payment_file", by_id=house.second_finance.pk).count() == 2
    client.force_login(house.stranger)
    assert client.post(reverse("grants:take_out", args=[file.code, "csv"])).status_code == 404


def test_what_cannot_go_into_a_file(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    with pytest.raises(Refused, match="勾选"):
        services.send_payments(house.host, [], by=house.second_finance)
    checked = Organisation.objects.filter(payee_checked_at__isnull=False)
    moment = checked.get().payee_checked_at
    checked.update(payee_checked_at=None)
    with pytest.raises(Refused, match=f"{payment.payee}：收款账号还没有由另一位财务核对"):
        services.send_payments(house.host, [payment], by=house.second_finance)
    Organisation.objects.filter(pk=house.organisation.pk).update(payee_checked_at=moment)
    with pytest.raises(Refused, match="您制单的"):
        services.send_payments(house.host, [payment], by=house.finance)
    assert not PaymentFile.objects.exists()
    assert Payment.objects.get().state == "prepared"


def test_from_the_pages(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    client, address = Client(), reverse("grants:bank_files")
    client.force_login(house.second_finance)
    assert "账号尾号 0017" in client.get(address).content.decode()
    assert client.post(address).status_code == 422
    assert client.post(address, {"payments": payment.code}).status_code == 302
    assert (
        "银行付款中"
        in client.get(reverse("grants:bank_file", args=[PaymentFile.objects.get().code])).content.decode()
    )
    page = reverse("grants:payment", args=[payment.code])
    assert "银行没付成" in client.get(page).content.decode()
    assert client.get(reverse("grants:bank_answer", args=[payment.code, "war"])).status_code == 404
    confirm = reverse("grants:bank_answer", args=[payment.code, "confirm"])
    assert client.post(confirm, {"paid_on": "2099-01-01", "bank_reference": "Y"}).status_code == 422
    assert client.post(confirm, {"paid_on": h.PAID_ON.isoformat(), "bank_reference": "Y"}).status_code == 302
    bounce = reverse("grants:bank_answer", args=[payment.code, "bounce"])
    facts = {"returned_on": h.PAID_ON.isoformat(), "bank_reference": "Y2", "reason": "户名不符"}
    assert client.post(bounce, facts).status_code == 302
    assert "退汇" in client.get(page).content.decode()
    assert_books_clean()
