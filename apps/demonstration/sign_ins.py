"""The people of the demonstration who can sign in; they share one password, shown on the sign-in page."""

from dataclasses import dataclass

from apps.users.rules import DEMO_DOMAIN, DEMO_PASSWORD

PASSWORD = DEMO_PASSWORD


@dataclass(frozen=True)
class SignIn:
    """A person with a password: e-mail, name, and what they are in words."""

    key: str
    name: str
    words: str

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.key}@{DEMO_DOMAIN}"


SIGN_INS = (
    SignIn("admin", "罗敏", "慈善会管理员 host administrator"),
    SignIn("finance", "何玲", "财务（制单）finance"),
    SignIn("finance2", "周正", "财务（复核）second finance"),
    SignIn("town", "冉茂华", "古南街道统筹员 town coordinator"),
    SignIn("chair", "赵国强", "百步梯管委会主任 committee chair"),
    SignIn("member", "欧阳雪", "百步梯委员（居民）committee member"),
    SignIn("secretary", "刘思思", "百步梯专职社工（秘书）secretary"),
    SignIn("supervisor", "龚道全", "百步梯监督员 supervisor"),
    SignIn("implementer", "李红梅", "暖阳社工，项目实施方 implementer"),
    SignIn("auditor", "郑谢袁", "审计 auditor"),
    SignIn("donor", "王䶮", "捐赠人 donor"),
)
