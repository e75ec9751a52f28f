"""The people of the demonstration: staff, committees, implementers. Only the listed sign-ins get a password."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from apps.demonstration import gifts, plan
from apps.demonstration.places import Places
from apps.demonstration.sign_ins import PASSWORD, SIGN_INS
from apps.funds.models import Fund
from apps.governance.models import Committee, Seat
from apps.governance.services import form_committee, seat
from apps.registry.models import Organisation
from apps.registry.services import add_implementer, check_payee_account, register_organisation
from apps.users.models import Role, User
from apps.users.rules import DEMO_DOMAIN
from apps.users.services import create_user, grant_role

VOTING_KINDS = ("party", "resident", "donor", "social_organisation", "social_worker", "volunteer", "resident")
# People without a password; the sign-in page lists only those of the demonstration's own domain.
UNLISTED = f"people.{DEMO_DOMAIN}"
TERM = timedelta(days=3 * 365)
# Where the listed sign-ins sit, by office.
LISTED = {
    "百步梯": {office: office for office in ("chair", "member", "secretary", "supervisor")},
    "沱湾": {"chair": "chair2", "secretary": "secretary2"},
}
# These committees were appointed for a shorter term: how long before the story's end it was over (or will be).
TERM_ENDS = {"代家岗": timedelta(days=35), "沱湾": timedelta(days=-26)}


@dataclass
class Cast:
    """Who acts: the listed sign-ins by key, the committees by fund, the implementers by short name."""

    people: dict[str, User]
    organisations: dict[str, Organisation] = field(default_factory=dict)
    implementers: dict[str, User] = field(default_factory=dict)
    seats: dict[str, dict[str, list[User]]] = field(default_factory=dict)


def make(places: Places, day: date, end: date) -> Cast:
    """Make everyone and give them their roles and seats from `day` on; the story ends on `end`."""
    cast = Cast(
        {
            person.key: create_user(email=person.email, name=person.name, password=PASSWORD, verified=True)
            for person in SIGN_INS
        }
    )
    host = places.host.code
    for key, kind, scope, code in (
        ("admin", Role.Kind.HOST_ADMIN, "host", host),
        ("finance", Role.Kind.FINANCE, "host", host),
        ("finance2", Role.Kind.FINANCE, "host", host),
        ("auditor", Role.Kind.AUDITOR, "host", host),
        ("town", Role.Kind.TOWN_COORDINATOR, "division", f"{plan.DISTRICT}001"),
    ):
        grant_role(cast.people[key], kind=kind, scope_kind=scope, scope_code=code, valid_from=day, by=None)
    for town, name in (("002", "彭晓岚"), ("003", "罗远志")):
        cast.people[f"town{town}"] = create_user(email=f"town{town}@{UNLISTED}", name=name, verified=True)
        grant_role(
            cast.people[f"town{town}"],
            kind=Role.Kind.TOWN_COORDINATOR,
            scope_kind="division",
            scope_code=f"{plan.DISTRICT}{town}",
            valid_from=day,
            by=None,
        )
    _register(places, cast, day)
    random = Random(79)  # noqa: S311  (a story, not a secret)
    named: Mapping[str, User] = cast.people
    for name in plan.PILOTS:
        fund = places.by_name[name]
        own = {office: named[key] for office, key in LISTED.get(name, {}).items()}
        last_day = end - TERM_ENDS[name] if name in TERM_ENDS else day + TERM
        cast.seats[fund.code] = _committee(fund, day, last_day, random, own)
    return cast


def _register(places: Places, cast: Cast, day: date) -> None:
    for key, (name, kind, head) in plan.ORGANISATIONS.items():
        organisation = register_organisation(
            host=places.host.code,
            name=name,
            kind=kind,
            division=places.by_name["百步梯"].division,
            head=head,
            uscc=plan.USCC[key],
            payee_account=plan.ACCOUNTS[key],
            payee_bank="重庆农村商业银行綦江支行（演示）",
            by=None,
        )
        check_payee_account(organisation, payee_account=plan.ACCOUNTS[key], by=None)
        email = f"implementer@{DEMO_DOMAIN}" if key == "暖阳" else f"{plan.KEYS[key]}@{UNLISTED}"
        role = add_implementer(organisation, email=email, name=head, valid_from=day, by=None)
        cast.organisations[key], cast.implementers[key] = organisation, role.user


def _committee(
    fund: Fund, day: date, last_day: date, random: Random, own: Mapping[str, User]
) -> dict[str, list[User]]:
    """Seat seven voters, a secretary and a supervisor; `own` are the listed sign-ins who sit here."""
    committee = form_committee(
        fund,
        appointed_by=f"{fund.name}管委会组成的批复（演示）",
        day=day,
        size=len(VOTING_KINDS),
        by=None,
    )
    seats: dict[str, list[User]] = {"voters": [], "secretary": [], "supervisor": []}
    for number, kind in enumerate(VOTING_KINDS):
        listed = {0: "chair", 1: "member"}.get(number, "")
        user = own.get(listed) or _someone(fund, f"{number}", random)
        office = Seat.Office.CHAIR if number == 0 else Seat.Office.MEMBER
        _sit(committee, user, office, kind, day, last_day)
        seats["voters"].append(user)
    for office, kind in ((Seat.Office.SECRETARY, "social_worker"), (Seat.Office.SUPERVISOR, "resident")):
        user = own.get(office.value) or _someone(fund, office.value, random)
        _sit(committee, user, office, kind, day, last_day)
        seats[office.value].append(user)
    return seats


def _sit(committee: Committee, user: User, office: str, kind: str, day: date, last_day: date) -> None:
    seat(committee, user=user, office=office, kind=kind, from_day=day, until_day=last_day, by=None)


def _someone(fund: Fund, place: str, random: Random) -> User:
    return someone(fund, place, random.choice(gifts.SURNAMES) + "".join(random.choices(gifts.GIVEN, k=2)))


def someone(fund: Fund, place: str, name: str) -> User:
    """Make a person without a password, known by their place in a fund's story."""
    return create_user(email=f"{fund.code.lower()}-{place}@{UNLISTED}", name=name, verified=True)
