"""Verbs about organisations."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs, sealing
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused, Verdict
from apps.divisions.models import Division
from apps.registry import permissions
from apps.registry.models import Organisation
from apps.registry.rules import check_holder, clean_account, clean_uscc, payee_context
from apps.registry.states import ORGANISATION
from apps.users import services as users
from apps.users.models import Role, User


def _required(text: str, *, field: str, limit: int, sentence: str) -> str:
    cleaned = clean_text(text, field=field, limit=limit)
    if not cleaned:
        raise Refused(sentence, field)
    return cleaned


@verb
def register_organisation(
    *,
    host: str,
    name: str,
    kind: str,
    division: Division,
    head: str,
    uscc: str = "",
    payee_account: str = "",
    payee_bank: str = "",
    payee_holder: str = "",
    code: str = "",
    by: User | None,
) -> Organisation:
    """Register an organisation with a host (its code), which answers for its particulars.

    Only a community's own committee and a volunteer team may be without a unified social credit code. The payee
    account is sealed before it is written; nothing is paid to it until another person has checked it. The same name,
    place and credit code with the same host register once and return what there is; an organisation that works with
    two hosts is registered by each. Raises `Refused`.
    """
    permissions.system_or(by, permissions.may_register(by, host)).require()
    name = _required(name, field="name", limit=100, sentence=_("请填写组织的全称，与登记证书一致。"))
    head = _required(head, field="head", limit=60, sentence=_("请填写负责人姓名。"))
    if kind not in Organisation.Kind.values:
        raise Refused(_("请选择组织的类型。"), "kind")
    if division.closed_on is not None:
        raise Refused(_("这个区划已经撤销，请选择现在的区划。"), "division")
    credit_code = clean_uscc(uscc)
    if not credit_code and kind not in {Organisation.Kind.COMMUNITY, Organisation.Kind.TEAM}:
        raise Refused(_("请填写统一社会信用代码；只有居（村）民委员会和志愿服务队可以没有。"), "uscc")
    account = clean_account(payee_account)
    if account and payee_holder:
        check_holder(payee_holder, name)
    code = code or new_code("O", 8)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                code=code,
                host=host,
                name=name,
                uscc=credit_code or None,
                kind=kind,
                division=division,
                head=head,
                payee_account=sealing.seal(account, context=payee_context(code)),
                payee_index=sealing.blind_index(account),
                payee_bank=clean_text(payee_bank, field="payee_bank", limit=100),
                payee_last_four=account[-4:],
                payee_entered_by_id=by.pk if by and account else None,
                registered_at=clock.now(),
            )
    except IntegrityError:
        twin = Organisation.objects.filter(
            host=host, division=division, name=name, uscc=credit_code or None
        ).first()
        if twin is not None:
            return twin
        raise Refused(
            _("这个组织或它的统一社会信用代码已经登记过，请在组织名单里找到它，不要重复登记。"),
            "uscc" if credit_code else "name",
        ) from None
    audit.record(by, "register_organisation", organisation, host=host, kind=kind, has_account=bool(account))
    return organisation


def _locked(organisation: Organisation) -> Organisation:
    return lock_row(Organisation, pk=organisation.pk)


@verb
def change_payee_account(
    organisation: Organisation,
    *,
    payee_account: str,
    payee_bank: str,
    payee_holder: str = "",
    by: User | None,
) -> Organisation:
    """Change where money for an organisation is paid to; only finance of its host may, and another one checks it.

    `payee_holder` is the account's name at the bank, which must be the registered one. What was prepared for the
    earlier account is stopped. Raises `Refused`.
    """
    organisation = _locked(organisation)
    permissions.system_or(by, permissions.may_open_account(by, organisation)).require()
    account = clean_account(payee_account)
    if not account:
        raise Refused(_("请填写收款账号。"), "payee_account")
    if payee_holder:
        check_holder(payee_holder, organisation.name)
    organisation.payee_account = sealing.seal(account, context=payee_context(organisation.code))
    organisation.payee_index = sealing.blind_index(account)
    organisation.payee_bank = _required(
        payee_bank, field="payee_bank", limit=100, sentence=_("请填写开户行。")
    )
    organisation.payee_last_four, organisation.payee_version = account[-4:], organisation.payee_version + 1
    organisation.payee_entered_by_id = by.pk if by else None
    organisation.payee_checked_by_id = organisation.payee_checked_at = None
    organisation.save(
        update_fields=[
            "payee_account", "payee_index", "payee_bank", "payee_last_four", "payee_version", "payee_entered_by_id",
            "payee_checked_by_id", "payee_checked_at",
        ]
    )  # fmt: skip
    # Neither the old nor the new account goes into the record.
    audit.record(by, "change_payee_account", organisation)
    jobs.kick("grants.payee_changed", organisation.code)
    return organisation


@verb
def check_payee_account(organisation: Organisation, *, payee_account: str, by: User | None) -> Organisation:
    """Check an organisation's account: a second person of finance types it from the paper once more.

    Checked already, it stays as it is. Raises `Refused` for whoever entered it, and when the two differ.
    """
    organisation = _locked(organisation)
    permissions.system_or(by, permissions.may_check_account(by, organisation)).require()
    if organisation.payee_checked_at is not None:
        return organisation
    account = clean_account(payee_account)
    if account != sealing.unseal(organisation.payee_account, context=payee_context(organisation.code)):
        raise Refused(
            _("和登记的账号不一样，请对照开户证明再看一遍。哪边错了，由财务改登记。"), "payee_account"
        )
    organisation.payee_checked_by_id, organisation.payee_checked_at = by.pk if by else None, clock.now()
    organisation.save(update_fields=["payee_checked_by_id", "payee_checked_at"])
    audit.record(by, "check_payee_account", organisation)
    return organisation


def open_payee_account(organisation: Organisation, *, by: User | None) -> str:
    """Return the account that money for an organisation is paid to, opened; only finance of its host may.

    Nothing is written. Raises `Refused`.
    """
    permissions.system_or(by, permissions.may_open_account(by, organisation)).require()
    return sealing.unseal(organisation.payee_account, context=payee_context(organisation.code))


def _move(organisation: Organisation, new: str, *, by: User | None) -> Organisation:
    organisation = _locked(organisation)
    permissions.system_or(by, permissions.may_keep(by, organisation)).require()
    if organisation.state != new:
        check_move(ORGANISATION, organisation.state, new, what=_("这个组织"))
        organisation.state = new
        organisation.save(update_fields=["state"])
        audit.record(by, new, organisation)
    return organisation


@verb
def suspend(organisation: Organisation, *, by: User | None) -> Organisation:
    """Stop an organisation from applying for new projects; what it already carries out goes on. Raises `Refused`."""
    return _move(organisation, Organisation.State.SUSPENDED, by=by)


@verb
def restore(organisation: Organisation, *, by: User | None) -> Organisation:
    """Let a suspended organisation apply again. Raises `Refused`."""
    return _move(organisation, Organisation.State.ACTIVE, by=by)


@verb
def add_implementer(
    organisation: Organisation,
    *,
    email: str,
    name: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
    by: User | None,
) -> Role:
    """Let a person, known by e-mail, act for an organisation; they are told by e-mail. Raises `Refused`."""
    verdict = permissions.system_or(by, permissions.may_keep(by, organisation))
    verdict.require()
    if by is not None and by.email == email.strip().lower():
        raise Refused(_("登记组织的人不能同时代表这个组织，请填写组织自己的人。"), "email")
    user = users.create_user(email=email, name=name, by=by)
    return users.grant_role(
        user,
        kind=Role.Kind.IMPLEMENTER,
        scope_kind=Role.Scope.ORGANISATION,
        scope_code=organisation.code,
        valid_from=valid_from or clock.today(),
        valid_until=valid_until,
        by=by,
        permit=verdict,
    )


@verb
def end_implementer(role: Role, *, organisation: Organisation, by: User | None) -> Role:
    """End a person's acting for an organisation, at once. Raises `Refused`."""
    verdict: Verdict = permissions.system_or(by, permissions.may_keep(by, organisation))
    verdict.require()
    if (role.scope_kind, role.scope_code) != (Role.Scope.ORGANISATION, organisation.code):
        raise Refused(_("这个人不代表这个组织。"))
    return users.end_role(role, by=by, permit=verdict)
