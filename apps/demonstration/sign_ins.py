"""The people of the demonstration who can sign in; they share one password, shown on the sign-in page."""

from dataclasses import dataclass

from django.utils.functional import Promise

from apps.users.rules import DEMO_CAST, DEMO_DOMAIN, DEMO_PASSWORD

PASSWORD = DEMO_PASSWORD


@dataclass(frozen=True)
class SignIn:
    """A person with a password: e-mail, name, and what they are in words."""

    key: str
    name: str
    words: str | Promise

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.key}@{DEMO_DOMAIN}"


NAMES = {
    "admin": "罗敏",
    "finance": "何玲",
    "finance2": "周正",
    "town": "冉茂华",
    "chair": "赵国强",
    "member": "欧阳雪",
    "secretary": "刘思思",
    "supervisor": "龚道全",
    "chair2": "蒋玉兰",
    "secretary2": "石小芳",
    "implementer": "李红梅",
    "applicant": "陈桂兰",
    "auditor": "郑谢袁",
    "donor": "王䶮",
}
SIGN_INS = tuple(SignIn(key, name, DEMO_CAST[key]) for key, name in NAMES.items())
