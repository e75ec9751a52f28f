"""The staff pages of grants: who sees what, what each form says, and that nothing a person sends breaks a page."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.grants import queries, services
from apps.grants.models import Clawback, FinalAccount, Grant, GrantChange, Payment, PaymentFile
from apps.grants.urls import urlpatterns
from apps.projects import services as projects
from apps.projects.models import BudgetLine, Evidence, Need, Project, RatingCode
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants import calls as c
from tests.grants import house as h
from tests.projects.house import photo

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def after_the_notice() -> object:
    with clock.set_to(h.AFTER_NOTICE):
        yield


def test_the_board_shows_each_their_work(house: Cast, grant: Grant) -> None:
    h.filed(house, grant)
    board = reverse("grants:board")
    assert "制单" in signed_in(house.finance).get(board).content.decode()
    seen = signed_in(house.secretary).get(board).content.decode()
    assert "去验收" in seen and "制单" not in seen
    assert "独居老人午餐第二期" not in signed_in(house.stranger).get(board).content.decode()
    assert Client().get(board).status_code == 302


def test_paying_by_two_people(house: Cast, grant: Grant) -> None:
    first, second = signed_in(house.finance), signed_in(house.second_finance)
    address = reverse("grants:prepare", args=[grant.code, 1])
    assert "制单，交复核" in first.get(address).content.decode()
    page = first.post(address, follow=True)
    assert "这笔付款是您制单的" in page.content.decode()
    payment = reverse("grants:payment", args=[Payment.objects.get().code])
    bad = second.post(payment, {"paid_on": "2026-02-30", "bank_reference": ""})
    assert bad.status_code == 422 and "2026-02-30" in bad.content.decode()
    early = second.post(payment, {"paid_on": "2026-01-01", "bank_reference": "YH-1"})
    assert early.status_code == 422 and "公示期满以后" in early.content.decode()
    facts = {"paid_on": h.PAID_ON.isoformat(), "bank_reference": "YH-1"}
    refused = first.post(payment, facts)
    assert refused.status_code == 422 and "您制单的" in refused.content.decode()
    assert second.post(payment, facts).status_code == 302
    assert second.post(payment, facts).status_code == 302
    again = second.post(payment, facts | {"bank_reference": "YH-2"})
    assert again.status_code == 422 and "不用再复核" in again.content.decode()
    assert "YH-1" in second.get(reverse("grants:payments")).content.decode()
    assert Payment.objects.get().state == "paid"
    assert_books_clean()


def test_sending_a_payment_back(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    client, address = signed_in(house.second_finance), reverse("grants:reject", args=[payment.code])
    empty = client.post(address, {"reject-reason": " "})
    assert empty.status_code == 422
    assert client.post(address, {"reject-reason": "户名不对"}).status_code == 302
    assert "户名不对" in client.get(reverse("grants:payment", args=[payment.code])).content.decode()


def test_tabling_from_the_page(house: Cast) -> None:
    project = h.submitted(house)
    address = reverse("grants:table", args=[project.code])
    client = signed_in(house.secretary)
    assert "通过以后还剩" in client.get(address).content.decode()
    assert client.post(address, {"restriction": "nonsense"}).status_code == 422
    assert client.post(address).status_code == 302
    twice = client.post(address)
    assert twice.status_code == 422 and "还没有提交表决" in twice.content.decode()
    assert Project.objects.get().state == "tabled"


def checklist_of(evidence: Evidence) -> dict[str, str]:
    """Return a filled-in checklist, as its figures propose."""
    facts = h.judged(evidence)
    filled = {"seen": facts["seen"]}
    for key, one in facts["judgements"].items():
        filled |= {f"verdict_{key}": one.verdict, f"note_{key}": one.note}
    return filled


def only_met(evidence: Evidence) -> dict[str, str]:
    return {f"verdict_{key}": "met" for key in h.judged(evidence)["judgements"]}


def test_accepting_and_returning_from_the_page(house: Cast, grant: Grant) -> None:
    evidence = h.filed(house, grant)
    client, address = signed_in(house.secretary), reverse("grants:evidence", args=[evidence.code])
    picture = client.get(reverse("grants:photo", args=[evidence.code, 1]))
    assert picture.status_code == 200 and picture["Cache-Control"] == "private, no-store"
    assert client.get(reverse("grants:photo", args=[evidence.code, 3])).status_code == 404
    back, filled = reverse("grants:return_evidence", args=[evidence.code]), checklist_of(evidence)
    assert client.post(back).status_code == 422
    unmarked = client.post(back, filled | {"reason": "看不清"} | only_met(evidence))
    assert unmarked.status_code == 422 and "看不清" in unmarked.content.decode()
    assert client.post(back, filled | {"reason": "看不清", "private_note": "电话里问过"}).status_code == 302
    assert client.post(address, filled).status_code == 400
    second = h.filed(house, grant)
    address, filled = reverse("grants:evidence", args=[second.code]), checklist_of(second)
    for fault in (
        {"verdict_persons": ""},
        {"verdict_persons": "<b>"},
        {"note_satisfaction": ""},
        {"seen": "0"},
    ):
        refused = client.post(address, filled | fault)
        # What is sent again holds for the figures that the page shows by now.
        assert refused.status_code == 422 and f'value="{filled["seen"]}"' in refused.content.decode()
    assert client.post(address, filled).status_code == 302
    assert client.post(address, filled).status_code == 302
    assert h.instalment(grant, 2).state == "due"
    assert_books_clean()


def test_asking_back_and_booking_the_return(house: Cast, grant: Grant) -> None:
    h.paid(house, grant)
    admin, finance = signed_in(house.admin), signed_in(house.finance)
    ask = reverse("grants:ask_back", args=[grant.code])
    for amount in ("0", "-1", "1e3", "１００", "abc", "99999999999", "9300.01", ""):
        assert admin.post(ask, {"ask-amount": amount, "ask-reason": "剩余"}).status_code == 422
    assert admin.post(ask, {"ask-amount": "1,000.50", "ask-reason": "剩余"}).status_code == 302
    clawback = Clawback.objects.get()
    book = reverse("grants:money_back", args=[clawback.code])
    assert "1,000.50" in finance.get(book).content.decode()
    facts = {"amount": "1000.50", "received_on": h.PAID_ON.isoformat(), "bank_reference": "R1"}
    assert finance.post(book, facts | {"amount": "1000.51"}).status_code == 422
    assert finance.post(book, facts).status_code == 302
    assert "已到账 ¥1,000.50" in admin.get(reverse("grants:grant", args=[grant.code])).content.decode()
    assert_books_clean()


def test_terminating_from_the_page(house: Cast, grant: Grant) -> None:
    client, address = signed_in(house.admin), reverse("grants:terminate", args=[grant.code])
    assert client.post(address, {"end-reason": ""}).status_code == 422
    assert client.post(address, {"end-reason": "解散"}).status_code == 302
    assert Grant.objects.get().state == "terminated"


def test_needs_and_codes(house: Cast) -> None:
    need = projects.voice_need(house.fund.division, field="safety", words="楼道灯坏了三个月")
    far = projects.voice_need(house.other_fund.division, field="safety", words="那边的灯也坏了")
    client = signed_in(house.secretary)
    page = client.get(reverse("grants:needs")).content.decode()
    assert need.words in page and far.words not in page
    assert (
        client.post(reverse("grants:decide_need", args=[far.code]), {"decision": "publish"}).status_code
        == 404
    )
    client.post(reverse("grants:decide_need", args=[need.code]), {"decision": "publish"})
    assert Need.objects.get(pk=need.pk).state == "published"
    answer = reverse("grants:answer_need", args=[need.code])
    # No outcome is chosen already, so that nobody closes by mistake what was met.
    assert client.post(answer, {"answer": "换了灯"}).status_code == 422
    assert client.post(answer, {"means": "why_not", "answer": "归物业管"}).status_code == 302
    assert Need.objects.get(pk=need.pk).state == "closed"
    grant = h.at_work(house)
    address = reverse("grants:codes", args=[grant.project.code])
    for count in ("0", "501", "x", "9" * 30):
        assert client.post(address, {"count": count}).status_code == 422
    assert client.post(address, {"count": "5"}).status_code == 302
    code = RatingCode.objects.first()
    assert code is not None and f"{code.code[:4]}-{code.code[4:]}" in client.get(address).content.decode()


NEED_PAGES = (
    "need", "decide_need", "sort_need", "merge_need", "answer_need", "open_need", "name_volunteer", "forget_volunteer",
    "show_need_photos",
)  # fmt: skip


def everything(cast: Cast) -> dict[str, list[object]]:
    """Return one real argument list per named page."""
    grant = h.at_work(cast)
    h.paid(cast, grant)
    copy = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n")
    projects.send_file(
        grant.project, report="E23456789AB", key="0123456789abcdef", upload=copy, by=cast.implementer
    )
    evidence = h.filed(cast, grant, key="E23456789AB")
    clawback = services.ask_back(grant, amount=100, reason="剩余", by=cast.admin)
    sent = PaymentFile.objects.create(
        code="P1", host=cast.host, count=1, total=1, made_at=clock.now(), made_by_id=cast.finance.pk
    )
    agreement = services.draw_agreement(grant, by=cast.admin)
    services.file_agreement(agreement, signed_on=h.PAID_ON, upload=copy, by=cast.admin)
    need = projects.voice(
        cast.fund.division,
        field="safety",
        words="楼道灯坏了三个月",
        facts="住五楼的老人摔过",
        photos=[photo()],
    ).need
    payment, project = Payment.objects.get(), grant.project.code
    call, draft = c.published(cast), c.drafted(cast, title="草稿").code
    with clock.set_to(c.APPLYING):
        objection = services.object_to(grant, ground="need", words="这里没有独居老人")
        upheld = services.object_to(grant, ground="amount", words="设备比市价贵一倍")
        services.uphold(upheld, public_words="贵", answer="查实，重新表决", remedy="revote", by=cast.chair)
        expert = services.invite_expert(call, email="e@qj.test", name="孙教授", by=cast.secretary).pk
    of_call, code = [call.code], project
    line = BudgetLine.objects.filter(project=grant.project).first()
    with clock.set_to(clock.midnight(h.PAID_ON) + timedelta(hours=12)):
        spent = projects.record_expense(
            grant.project, line=line.pk if line else 0, paid_on=h.PAID_ON, payee="菜场王二", amount=100_00,
            voucher=photo(), by=cast.implementer,
        )  # fmt: skip
        held = projects.record_activity(
            grant.project, held_on=h.PAID_ON, words="午餐", persons=9, by=cast.implementer
        )
    paper = [code, evidence.documents.get().pk]
    picture = [code, evidence.photos.order_by("pk")[0].pk]
    worked = queries.work_out(grant.project)
    account = FinalAccount.objects.create(
        code="J1", project=grant.project, number=1, paid=0, returned=0, written_off=0, spent=0, surplus=0, kept=0,
        facts=worked.facts, content_hash=worked.hash, filed_at=clock.now(), filed_by_id=cast.implementer.pk,
    )  # fmt: skip
    return {
        "thanks": [cast.fund.code], "pledges": [cast.fund.code], "new_pledge": [cast.fund.code],
        "work": [code], "expenses": [code], "activities": [code],
        "strike_expense": [code, spent.code], "strike_activity": [code, held.code],
        "own_checklist": [code], "own_account": [code],
        "account": [account.code], "return_account": [account.code],
        "own_voucher": [code, spent.code], "voucher": [code, spent.code], "clear_voucher": [code, spent.code],
        "blur_voucher": [code, spent.code], "shown_voucher": [code, spent.code], "words": [code],
        "occasions": [code],
        "work_document": paper, "release_document": paper, "document": [evidence.code, 1],
        "work_photo": picture, "withhold": picture, "blur": picture,
        "calls": [], "new_call": [], "call": of_call, "edit_call": [draft], "publish_call": of_call,
        "extend_review": of_call, "invite_expert": of_call, "dismiss_expert": [call.code, expert],
        "compare": of_call, "export_comparison": [call.code, "csv"], "cancel_call": of_call,
        "review": [project], "confirm": [project, "parts"], "return_application": [project],
        "not_choose": [project],
        "board": [], "payments": [], "needs": [], "matching": [],
        "payment": [payment.code], "reject": [payment.code], "money_back": [clawback.code],
        "table": [project], "codes": [project], "cards": [project], "call_back": [project],
        "overview": [], "overview_rows": ["planned"],
        "evidence": [evidence.code], "return_evidence": [evidence.code], "photo": [evidence.code, 1],
        **{page: [need.code] for page in NEED_PAGES},
        "need_photo": [need.code, need.photos.get().pk], "blur_need_photo": [need.code, need.photos.get().pk],
        "bank_files": [], "bank_file": [sent.code], "take_out": [sent.code, "csv"],
        "bank_answer": [payment.code, "bounce"], "write_off": [clawback.code],
        "change_budget": [grant.code], "extend": [grant.code], "suspend": [grant.code], "resume": [grant.code],
        "draw_agreement": [grant.code], "agreement": [grant.code, 1], "file_agreement": [grant.code, 1],
        "signed_copy": [grant.code, 1],
        "objection": [objection.code], "open_objection": [objection.code],
        "table_again": [GrantChange.objects.get().code],
        "grant": [grant.code], "terminate": [grant.code], "ask_back": [grant.code], "prepare": [grant.code, 1],
    }  # fmt: skip


# Those that anyone uses without signing in.
PUBLIC = {"object", "objection_find", "objection_receipt"}
# Who may open each page of the one grant; the board and its lists are everyone's own.
FINANCE, OFFICERS = {"finance", "second_finance"}, {"chair", "secretary"}
SEATED = OFFICERS | {"supervisor"}
SEE_GRANT = {
    "admin", "finance", "second_finance", "coordinator", "auditor", "chair", "secretary", "supervisor", "implementer",
}  # fmt: skip
IMPLEMENTER = frozenset({"implementer"})
SEE_WORK = SEE_GRANT - {"coordinator", "implementer"}
MAY_OPEN = {
    "payment": FINANCE, "reject": FINANCE, "money_back": FINANCE, "prepare": FINANCE,
    "table": OFFICERS | {"admin"}, "codes": OFFICERS | {"admin"}, "cards": OFFICERS | {"admin"},
    "call_back": OFFICERS | {"admin"},
    **dict.fromkeys(["overview", "overview_rows"], SEE_GRANT - {"implementer"}),
    "evidence": OFFICERS, "return_evidence": OFFICERS, "photo": OFFICERS, "document": OFFICERS,
    **dict.fromkeys([*NEED_PAGES, "need_photo", "blur_need_photo"], OFFICERS),
    "confirm": OFFICERS | {"admin"}, "return_application": OFFICERS | {"admin"},
    "not_choose": OFFICERS | {"admin"}, "new_call": OFFICERS | {"admin"}, "edit_call": OFFICERS | {"admin"},
    "review": SEATED, **dict.fromkeys(
        ["call", "publish_call", "extend_review", "invite_expert", "dismiss_expert", "compare",
         "export_comparison", "cancel_call"], SEATED | {"admin"},
    ),
    "bank_file": FINANCE, "take_out": FINANCE, "bank_answer": FINANCE,
    **dict.fromkeys(
        ["change_budget", "extend", "suspend", "resume", "draw_agreement", "agreement", "file_agreement",
         "signed_copy", "write_off"], SEE_GRANT,
    ),
    "objection": OFFICERS | {"admin"}, "open_objection": OFFICERS | {"admin"}, "table_again": SEE_GRANT,
    "thanks": OFFICERS, "pledges": {"secretary"}, "new_pledge": {"secretary"},
    **dict.fromkeys(["work", "voucher", "clear_voucher", "work_photo", "withhold", "blur", "work_document",
         "release_document", "blur_voucher", "shown_voucher", "words", "occasions"], SEE_WORK),
    **dict.fromkeys(["expenses", "activities", "strike_expense", "strike_activity", "own_voucher"], IMPLEMENTER),
    **dict.fromkeys(["own_checklist", "own_account"], IMPLEMENTER),
    **dict.fromkeys(["account", "return_account"], SEE_WORK),
    "grant": SEE_GRANT, "terminate": SEE_GRANT, "ask_back": SEE_GRANT,
}  # fmt: skip


# A POST because it is written down who saw or took it.
ACTS_THAT_SHOW = {"export_comparison", "open_need", "open_objection", "take_out"}
ASK_FIRST = {"change_budget", "extend", "suspend", "resume", "file_agreement", "write_off"}


def test_every_role_on_every_page(house: Cast) -> None:
    """A page of something foreign does not exist; nobody gets a server error."""
    pages = everything(house)
    assert {pattern.name for pattern in urlpatterns} == set(pages) | PUBLIC
    names = (
        "admin",
        "finance",
        "coordinator",
        "auditor",
        "chair",
        "secretary",
        "supervisor",
        "implementer",
        "stranger",
    )
    clients, nobody = {name: signed_in(getattr(house, name)) for name in names}, Client()
    for page, arguments in pages.items():
        address = reverse(f"grants:{page}", args=arguments)
        assert nobody.get(address).status_code in {302, 405}
        assert nobody.post(address).status_code in {302, 405}
        for name, client in clients.items():
            status = client.get(address).status_code
            allowed = MAY_OPEN.get(page)
            if status == 405:
                status = client.post(address).status_code
                expected = (
                    {200}
                    if page in {"export_comparison", "open_need", "open_objection", "take_out"}
                    else {302, 400, 422}
                )
            else:
                # Some forms tell whoever may not use them why.
                expected = {200, 400} if page in ASK_FIRST else {200}
            if (page, name) == ("open_objection", "secretary"):
                # Who proposed the grant does not reach whoever objects to it.
                expected = {400}
            if allowed is not None and name not in allowed:
                expected = {404}
            assert status in expected, (page, name, status)


def test_rubbish_in_addresses_is_not_found(house: Cast) -> None:
    client = signed_in(house.secretary)
    grant = h.at_work(house)
    for bad in ("0", "-1", "9223372036854775808", "1 OR 1=1", "%2e%2e", "x" * 300, "<script>"):
        for page in ("payment", "table", "evidence", "grant", "codes", "money_back"):
            assert client.get(reverse(f"grants:{page}", args=[bad])).status_code == 404, (page, bad)
        assert client.get(f"/grants/?page={bad}").status_code == 200, bad
    assert signed_in(house.finance).get(f"/grants/{grant.code}/{10**30}/prepare/").status_code == 404
    evidence: Evidence = h.filed(house, grant)
    assert client.get(f"/grants/evidence/{evidence.code}/{10**30}/").status_code == 404


def test_posting_somebody_elses_fields_changes_nothing(house: Cast, grant: Grant) -> None:
    payment = h.prepared(house, grant)
    extra = {"amount": "1", "state": "paid", "fund_id": "1", "released_by_id": "1", "is_staff": "1"}
    facts = {"paid_on": h.PAID_ON.isoformat(), "bank_reference": "YH-1"} | extra
    signed_in(house.second_finance).post(reverse("grants:payment", args=[payment.code]), facts)
    payment.refresh_from_db()
    assert (payment.amount, payment.released_by_id) == (930_000, house.second_finance.pk)
    assert_books_clean()
