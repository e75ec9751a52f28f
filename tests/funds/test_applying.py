"""Asking for a fund: application, review, confirmation, agreement, opening; and what is refused on the way."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.core import clock
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import queries, services
from apps.funds.models import Approval, Fund, FundAgreement, FundApplication
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast

pytestmark = pytest.mark.django_db
CLAUSES = {"end_conditions": "两年没有活动", "surplus": "用于相近目的", "signed_on": date(2026, 1, 5)}


def ask(cast: Cast, by: User | None = None, **changes: Any) -> FundApplication:
    facts: dict[str, Any] = {
        "kind": "community",
        "division": Division.objects.get(code="500110001001"),
        "name": "百步梯助老基金",
        "purpose": "老人午餐",
        "startup": 10_000_00,
        "applicant": "百步梯社区居民委员会",
        "committee": "赵国强 社区\n钱小花 居民",
    } | changes
    return services.apply_for_fund(cast.host, by=by or cast.stranger, **facts)


def approved(cast: Cast, application: FundApplication) -> FundApplication:
    """Let town and district agree."""
    approval = Approval.objects.get(subject_code=application.code)
    services.pass_step(approval, by=cast.coordinator)
    services.pass_step(approval, by=cast.admin)
    found = services.application_decided(approval.code)
    assert found is not None
    return found


def scan() -> SimpleUploadedFile:
    body = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(body, "PNG")
    return SimpleUploadedFile("signed.png", body.getvalue(), "image/png")


def test_from_application_to_open_fund(cast: Cast) -> None:
    application = ask(cast)
    assert ask(cast) == application
    history = queries.history_of("funds.application", application.code)
    assert [step.label for step in history] == ["街镇审核", "区级确认"]
    application = approved(cast, application)
    assert application.state == "approved"
    with pytest.raises(Refused):
        services.open_applied_fund(application, day=clock.today(), by=cast.admin)
    agreement = services.draw_agreement(application, number="綦慈协 5 号", by=cast.admin, **CLAUSES)
    with pytest.raises(Refused, match="签好的协议"):
        services.open_applied_fund(application, day=clock.today(), by=cast.admin)
    services.draw_agreement(application, number="綦慈协 5 号", scan=scan(), by=cast.admin, **CLAUSES)
    fund = services.open_applied_fund(application, day=clock.today(), by=cast.admin)
    assert services.open_applied_fund(application, day=clock.today(), by=cast.admin) == fund
    assert (fund.name, fund.agreement, fund.state) == ("百步梯助老基金", agreement.number, "open")
    kept = FundAgreement.objects.get()
    assert kept.scan is not None and not kept.scan.is_public
    assert FundApplication.objects.get().fund == fund
    assert_books_clean("funds.")


def test_a_returned_application_is_mended_and_looked_at_anew(cast: Cast) -> None:
    application = ask(cast)
    approval = Approval.objects.get()
    services.return_step(approval, reason="名称要带社区名", by=cast.coordinator)
    services.application_decided(approval.code)
    facts = {"purpose": "老人午餐", "startup": 0, "applicant": "居委会", "committee": "赵国强"}
    with pytest.raises(Refused, match="提出的人"):
        services.mend_application(application, name="别人改", by=cast.chair, **facts)
    services.mend_application(application, name="百步梯社区助老基金", by=cast.stranger, **facts)
    approval.refresh_from_db()
    assert (approval.round, approval.state, approval.amount) == (2, "open", 0)
    assert "百步梯社区助老基金" in approval.title
    assert approved(cast, application).state == "approved"


def test_lost_kicks_are_caught_up_with(cast: Cast) -> None:
    application, approval = ask(cast), Approval.objects.get()
    services.refuse_step(approval, reason="已有同类基金", by=cast.coordinator)
    assert services.settle_applications() == 1 and services.settle_applications() == 0
    application.refresh_from_db()
    assert application.state == "refused"
    assert ask(cast).code != application.code


def test_a_coordinator_who_asks_does_not_review(cast: Cast) -> None:
    with pytest.raises(Refused, match="只有您自己"):
        ask(cast, by=cast.coordinator)
    assert not FundApplication.objects.exists()


def test_withdrawing_takes_the_approval_along(cast: Cast) -> None:
    application = ask(cast)
    with pytest.raises(Refused):
        services.withdraw_application(application, by=cast.chair)
    assert services.withdraw_application(application, by=cast.stranger).state == "withdrawn"
    assert Approval.objects.get().state == "withdrawn"
    assert services.withdraw_application(application, by=cast.stranger).state == "withdrawn"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "百步梯ABC基金"}, "name"),
        ({"name": "中国百步梯基金"}, "name"),
        ({"name": "百步梯社区慈善基金"}, "name"),
        ({"purpose": ""}, "purpose"),
        ({"applicant": " "}, "applicant"),
        ({"committee": ""}, "committee"),
        ({"kind": "general"}, "kind"),
        ({"kind": "town"}, "division"),
        ({"startup": 9_999_99}, "startup"),
    ],
)
def test_what_an_application_may_not_be(cast: Cast, changes: dict[str, Any], field: str) -> None:
    services.adopt_rulebook(
        cast.host,
        level=1,
        division=cast.host.division,
        title="基金办法",
        document="綦慈〔2026〕1号",
        effective_from=clock.today(),
        clauses={"startup_min_fen": (10_000_00, "第三条")},
        by=None,
    )
    with pytest.raises(Refused) as refusal:
        ask(cast, **changes)
    assert refusal.value.field == field
    assert not FundApplication.objects.exists()


def test_a_town_without_a_coordinator_is_named(cast: Cast) -> None:
    with pytest.raises(Refused, match="街镇审核"):
        ask(cast, division=Division.objects.get(code="500110002001"))
    assert not FundApplication.objects.exists()


def test_the_pages_lead_to_an_open_fund(client: Client, cast: Cast) -> None:
    client.force_login(cast.stranger)
    address = reverse("funds:apply", args=["H-QJ"])
    assert client.post(address, {}).status_code == 422
    facts = {
        "kind": "community",
        "division": "500110001001",
        "name": "百步梯ABC",
        "purpose": "老人午餐",
        "startup": "一万",
        "applicant": "居委会",
        "committee": "赵国强 社区",
    }
    answer = client.post(address, facts)
    assert answer.status_code == 422 and "阿拉伯数字" in answer.content.decode()
    answer = client.post(address, facts | {"startup": "10,000"})
    assert answer.status_code == 422 and "不能有字母" in answer.content.decode()
    answer = client.post(address, facts | {"startup": "10,000", "name": "百步梯助老基金"})
    application = FundApplication.objects.get()
    page = reverse("funds:application", args=[application.code])
    assert answer.headers["Location"] == page
    assert "赵国强 社区" in client.get(page).content.decode()
    client.force_login(cast.implementer)
    assert client.get(page).status_code == 404
    approved(cast, application)
    client.force_login(cast.admin)
    agree = reverse("funds:agree", args=[application.code])
    assert client.post(agree, {}).status_code == 422
    clauses = {name: str(value) for name, value in CLAUSES.items()}
    bad = SimpleUploadedFile("x.png", b"not a picture", "image/png")
    assert client.post(agree, clauses | {"number": "协 9", "scan": bad}).status_code == 422
    assert client.post(agree, clauses | {"number": "协 9"}).status_code == 302
    answer = client.get(reverse("funds:agreement_pdf", args=[application.code]))
    assert answer.content.startswith(b"%PDF")
    assert client.get(reverse("funds:agreement_scan", args=[application.code])).status_code == 404
    assert client.post(agree, clauses | {"number": "协 9", "scan": scan()}).status_code == 302
    assert client.get(reverse("funds:agreement_scan", args=[application.code])).status_code == 200
    answer = client.post(reverse("funds:open_applied", args=[application.code]), {"day": clock.today()})
    fund = Fund.objects.get(name="百步梯助老基金")
    assert answer.headers["Location"] == reverse("funds:fund", args=[fund.code])
