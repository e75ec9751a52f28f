"""Registering organisations: who may, what is refused, and who opens the account."""

from typing import Any

import pytest

from apps.core.models import AuditEvent, OutboxMessage
from apps.core.resealing import reseal
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.registry import queries, services
from apps.registry.models import Organisation
from apps.registry.rules import clean_account, clean_uscc, last_four
from apps.users.models import Role, User
from tests.cast import ORGANISATION_USCC, Cast

USCC = "52500110MJP100003H"
ACCOUNT = "6222 0231 0002 7788 990"


def register(by: User | None, **changes: object) -> Organisation:
    facts: dict[str, object] = {
        "host": "H-QJ",
        "name": "綦江区同心社会工作服务中心",
        "kind": "social_work",
        "division": Division.objects.get(pk="500110001"),
        "head": "李红",
        "uscc": clean_uscc(""),
        "payee_account": ACCOUNT,
        "payee_bank": "重庆农村商业银行綦江支行",
    }
    return services.register_organisation(by=by, **{**facts, "uscc": "91110000600037341L", **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" 91110000600037341l ", "91110000600037341L"),
        ("9111 0000 6000 3734 1L", "91110000600037341L"),
    ],
)
def test_a_credit_code_is_kept_compact(text: str, expected: str) -> None:
    assert clean_uscc(text) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("9111000060003734", "18 位"),
        ("91110000600037341M", "校验位"),
        ("9111000060003734IL", "不会出现的字符"),
        ("9111000060003734综L", "不会出现的字符"),
    ],
)
def test_a_wrong_credit_code_says_what_is_wrong(text: str, part: str) -> None:
    with pytest.raises(Refused, match=part) as refusal:
        clean_uscc(text)
    assert refusal.value.field == "uscc"


@pytest.mark.parametrize("text", ["123", "62220231000277ab", "６２２２０２３１０００２７７８８", "1" * 33])
def test_an_account_is_digits(text: str) -> None:
    with pytest.raises(Refused, match="收款账号"):
        clean_account(text)


def test_staff_of_the_host_register_and_nobody_else(cast: Cast) -> None:
    organisation = register(cast.admin)
    assert organisation.host == "H-QJ" and organisation.state == "active"
    assert register(cast.finance, uscc=organisation.uscc).pk == organisation.pk
    for by in (cast.coordinator, cast.implementer, cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            register(by)
    with pytest.raises(Refused):
        register(cast.admin, host="H-XX")
    assert Organisation.objects.count() == 2


def test_the_system_registers_without_a_person(cast: Cast) -> None:
    assert register(None, host="H-XX", code="O-1").code == "O-1"
    assert register(None, host="H-XX", code="O-1").code == "O-1"


def test_one_credit_code_is_one_organisation_of_a_host(cast: Cast) -> None:
    with pytest.raises(Refused, match="已经登记过") as refusal:
        register(cast.admin, uscc=ORGANISATION_USCC)
    assert refusal.value.field == "uscc"
    assert register(None, host="H-XX", uscc=ORGANISATION_USCC)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "名" * 101}, "name"),
        ({"head": ""}, "head"),
        ({"kind": "bank"}, "kind"),
        ({"uscc": ""}, "uscc"),
        ({"payee_account": "12"}, "payee_account"),
    ],
)
def test_what_is_missing_is_said_at_its_field(cast: Cast, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        register(cast.admin, **changes)
    assert refusal.value.field == field
    assert Organisation.objects.count() == 1


def test_a_committee_of_a_community_may_have_no_credit_code(cast: Cast) -> None:
    first = register(cast.admin, kind="community", uscc="", name="百步梯社区居民委员会")
    second = register(cast.admin, kind="team", uscc="", name="百步梯志愿服务队")
    assert first.uscc is second.uscc is None


def test_the_account_is_sealed_and_opened_by_finance_of_the_host_only(cast: Cast) -> None:
    organisation = register(cast.admin)
    digits = ACCOUNT.replace(" ", "")
    assert digits not in organisation.payee_account
    assert services.open_payee_account(organisation, by=cast.finance) == digits
    assert last_four(digits) == "•••• 8990"
    for by in (cast.admin, cast.implementer, cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            services.open_payee_account(organisation, by=by)
    assert digits not in str(list(AuditEvent.objects.values_list("facts", flat=True)))


def test_an_account_copied_to_another_row_does_not_open(cast: Cast) -> None:
    organisation = register(cast.admin)
    cast.organisation.payee_account = organisation.payee_account
    with pytest.raises(ValueError, match="sealed for another row"):
        services.open_payee_account(cast.organisation, by=cast.finance)


def test_only_finance_changes_the_account(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.change_payee_account(
            cast.organisation, payee_account=ACCOUNT, payee_bank="行", by=cast.admin
        )
    changed = services.change_payee_account(
        cast.organisation, payee_account=ACCOUNT, payee_bank="重庆银行", by=cast.finance
    )
    assert services.open_payee_account(changed, by=cast.finance) == ACCOUNT.replace(" ", "")


def test_an_implementer_applies_for_active_organisations_while_the_role_holds(cast: Cast) -> None:
    role = services.add_implementer(cast.organisation, email="wang@ny.test", name="王社工", by=cast.admin)
    assert OutboxMessage.objects.filter(address="wang@ny.test").count() == 1
    assert list(queries.for_user(role.user)) == [cast.organisation]
    assert list(queries.visible_to(role.user)) == [cast.organisation]
    services.suspend(cast.organisation, by=cast.finance)
    assert not queries.for_user(role.user).exists()
    services.restore(cast.organisation, by=cast.finance)
    services.end_implementer(role, organisation=cast.organisation, by=cast.admin)
    assert not queries.for_user(role.user).exists()
    assert not queries.for_user(None).exists()


def test_staff_cannot_make_themselves_the_implementer_they_pay(cast: Cast) -> None:
    with pytest.raises(Refused, match="组织自己的人"):
        services.add_implementer(cast.organisation, email=cast.admin.email.upper(), name="x", by=cast.admin)
    with pytest.raises(Refused):
        services.add_implementer(cast.organisation, email="a@b.test", name="x", by=cast.stranger)
    assert not User.objects.filter(email="a@b.test").exists()


def test_a_role_of_another_organisation_is_not_ended_here(cast: Cast) -> None:
    role = Role.objects.get(user=cast.finance)
    with pytest.raises(Refused):
        services.end_implementer(role, organisation=cast.organisation, by=cast.admin)


def test_organisations_on_one_account_are_found_by_a_hash_that_turns_with_its_key(
    cast: Cast, settings: Any, django_assert_num_queries: Any
) -> None:
    one = cast.organisation
    two = register(cast.finance, name="同一个账户社工中心")
    assert queries.payees_sharing_an_account("H-QJ") == [] and queries.others_on_account(one) == []
    services.change_payee_account(one, payee_account=ACCOUNT, payee_bank="行", by=cast.finance)
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.payee_index == two.payee_index and ACCOUNT.replace(" ", "") not in one.payee_index
    # Neither is opened: what lies sealed may even be unreadable.
    Organisation.objects.update(payee_account="eA==")
    with django_assert_num_queries(1):
        assert {row.pk for row in queries.payees_sharing_an_account("H-QJ")[0]} == {one.pk, two.pk}
    assert queries.others_on_account(two) == [one.name]
    services.change_payee_account(one, payee_account=ACCOUNT, payee_bank="行", by=cast.finance)
    services.change_payee_account(two, payee_account=ACCOUNT, payee_bank="行", by=cast.finance)
    before = one.payee_index
    settings.INDEX_KEY = "another key for hashes"
    reseal()
    one.refresh_from_db()
    assert one.payee_index != before and len(queries.payees_sharing_an_account("H-QJ")) == 1
    # What another host registered is no business of this one, and a twin in two registers shares nothing with itself.
    Organisation.objects.filter(pk=two.pk).update(host="H-OTHER")
    assert queries.payees_sharing_an_account("H-QJ") == queries.payees_sharing_an_account("H-OTHER") == []
