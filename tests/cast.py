"""The fixed cast: one host in 綦江, a town, two communities with a fund each, and the people who work there."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from apps.divisions.models import Division
from apps.funds.models import Fund, Host, Restriction
from apps.registry.models import Organisation
from apps.users.models import Role, User

OPENED = date(2025, 1, 1)
DIVISIONS = {
    "50": ("重庆市", 1),
    "5001": ("市辖区", 2),
    "500110": ("綦江区", 3),
    "500110001": ("古南街道", 4),
    "500110002": ("文龙街道", 4),
    "500110004": ("万盛街道", 4),
    "500110001001": ("百步梯社区居民委员会", 5),
    "500110001002": ("新街子社区居民委员会", 5),
    "500110002001": ("沱湾社区居民委员会", 5),
    "500110004001": ("滨江社区居民委员会", 5),
}
HOST_USCC = "51500110MJP0000039"
ORGANISATION_USCC = "52500110MJP100002M"


@dataclass(frozen=True)
class Cast:
    """Who and what the tests speak of."""

    host: Host
    general: Fund
    fund: Fund
    other_fund: Fund
    admin: User
    finance: User
    second_finance: User
    coordinator: User
    auditor: User
    chair: User
    members: tuple[User, ...]
    secretary: User
    supervisor: User
    implementer: User
    organisation: Organisation
    stranger: User

    @property
    def restriction(self) -> str:
        """The code of the fund's general restriction."""
        return Restriction.objects.get(fund=self.fund, is_general=True).code


# Who the cast is: the name that tests use, the person's own, and the address they sign in with.
PEOPLE = (
    ("admin", "管理员", "admin"),
    ("finance", "何玲", "finance"),
    ("second_finance", "周会计", "finance2"),
    ("coordinator", "街镇统筹", "town"),
    ("auditor", "审计", "auditor"),
    ("chair", "赵国强", "chair"),
    *((f"member{n}", f"委员{n}", f"member{n}") for n in range(1, 7)),
    ("secretary", "专职社工", "secretary"),
    ("supervisor", "监督员", "supervisor"),
    ("implementer", "李社工", "implementer"),
    ("stranger", "路人", "stranger"),
)


def person(name: str, email: str) -> User:
    """Make one more user, who signs in with the password `pass-<email>`."""
    return User.objects.create_user(email=email, password=f"pass-{email}", name=name)


def _people() -> dict[str, User]:
    """Make the people, who sign in with the password `pass-<email>`."""
    made = User.objects.bulk_create(
        User(email=f"{at}@qj.test", name=name, password=make_password(f"pass-{at}@qj.test"))
        for _who, name, at in PEOPLE
    )
    return {who: user for (who, _name, _at), user in zip(PEOPLE, made, strict=True)}


def _role(user: User, kind: str, scope: str, code: str) -> Role:
    return Role(user=user, kind=kind, scope_kind=scope, scope_code=code, valid_from=OPENED)


def _fund(host: Host, code: str, division: str, kind: str, name: str) -> Fund:
    return Fund(
        code=code, host=host, division_id=division, kind=kind, name=name, purpose="社区公益", opened_on=OPENED
    )


def make_cast() -> Cast:
    """Write the cast's rows and return them."""
    Division.objects.bulk_create(
        [Division(code=code, name=name, level=level) for code, (name, level) in DIVISIONS.items()],
        # A test may have loaded the nation before.
        ignore_conflicts=True,
    )
    host = Host.objects.create(
        code="H-QJ", name="重庆市綦江区慈善会", uscc=HOST_USCC, division_id="500110", contact="023-00000000"
    )
    host.excluded.add(Division.objects.get(code="500110004"))
    organisation = Organisation.objects.create(
        code="O-NY",
        host=host.code,
        name="暖阳社工服务中心",
        uscc=ORGANISATION_USCC,
        kind="social_work",
        division_id="500110001",
        head="李红",
        registered_at="2025-01-01T00:00:00Z",
    )
    people = _people()
    Role.objects.bulk_create(
        [
            _role(people["admin"], "host_admin", "host", host.code),
            _role(people["finance"], "finance", "host", host.code),
            _role(people["second_finance"], "finance", "host", host.code),
            _role(people["coordinator"], "town_coordinator", "division", "500110001"),
            _role(people["auditor"], "auditor", "host", host.code),
            _role(people["implementer"], "implementer", "organisation", organisation.code),
        ]
    )
    general, fund, other = funds = Fund.objects.bulk_create(
        [
            _fund(host, "F-GEN", "500110", "general", "綦江区慈善会本部"),
            _fund(host, "F-BBT", "500110001001", "community", "百步梯社区慈善基金"),
            _fund(host, "F-XJZ", "500110001002", "community", "新街子社区慈善基金"),
        ]
    )
    Restriction.objects.bulk_create(
        Restriction(code=f"{one.code}-G", fund=one, purpose="本基金宗旨范围内", is_general=True)
        for one in funds
    )
    members = tuple(people.pop(f"member{n}") for n in range(1, 7))
    return Cast(
        host=host,
        general=general,
        fund=fund,
        other_fund=other,
        organisation=organisation,
        members=members,
        **people,
    )
