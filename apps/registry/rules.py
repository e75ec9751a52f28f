"""What a unified social credit code and a payee account must look like. Plain values, no database."""

import re
import unicodedata

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from apps.core.verdicts import Refused

USCC_LENGTH = 18
# Accounts of Chinese banks have 8 to 32 digits; written with spaces or hyphens in groups.
_ACCOUNT = re.compile(r"\d{8,32}", re.ASCII)


def clean_uscc(text: str) -> str:
    """Return a unified social credit code in its compact form; empty stays empty. Raises `Refused` saying why not."""
    if not text.strip():
        return ""
    try:
        compact: str = uscc.validate(text.strip().upper())
    except InvalidLength:
        raise Refused(
            _("统一社会信用代码应为 %(length)d 位，请对照登记证书重新填写。") % {"length": USCC_LENGTH},
            "uscc",
        ) from None
    except InvalidChecksum:
        raise Refused(
            _("统一社会信用代码的校验位不对，很可能有一位写错了，请对照登记证书。"), "uscc"
        ) from None
    except ValidationError:
        raise Refused(
            _("统一社会信用代码里有不会出现的字符（没有 I、O、S、V、Z），请对照登记证书。"), "uscc"
        ) from None
    return compact


def clean_account(text: str) -> str:
    """Return a bank account as digits only; empty stays empty. Raises `Refused`."""
    digits = re.sub(r"[\s-]", "", text)
    if digits and not _ACCOUNT.fullmatch(digits):
        raise Refused(_("收款账号只能是 8 到 32 位数字，中间可以有空格。"), "payee_account")
    return digits


def check_holder(holder: str, name: str) -> None:
    """Raise `Refused` unless an account's holder is the registered name; width, spaces and kinds of brackets do not
    count, as banks write them differently."""
    if _folded(holder) != _folded(name):
        raise Refused(
            _("户名和登记的名称“%(name)s”不一样。钱只付到它自己名下的账户。") % {"name": name}, "payee_holder"
        )


def _folded(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()


def payee_context(code: str) -> str:
    """Return the sealing context of an organisation's payee account."""
    return f"organisation:{code}:payee_account"


def last_four(account: str) -> str:
    """Return an account as staff may see it without opening it."""
    return f"•••• {account[-4:]}" if account else ""
