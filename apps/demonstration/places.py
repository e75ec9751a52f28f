"""The host, its area, its funds and its rules."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.management import call_command

from apps.demonstration import plan
from apps.divisions.models import Division
from apps.funds.models import Fund, Host, Rulebook
from apps.funds.services import adopt_rulebook, open_fund, open_restriction, register_host

OFFICE, VILLAGE_OFFICE = "居民委员会", "村民委员会"
YUAN = 100


@dataclass(frozen=True)
class Places:
    """What was opened: the community funds in order, those among them by short name, and the two that end."""

    host: Host
    general: Fund
    funds: list[Fund]
    by_name: dict[str, Fund]
    # A town's fund that will close, and a village's fund that will merge.
    ending: tuple[Fund, Fund]

    @property
    def pilots(self) -> list[int]:
        """The places of the pilots in the list of funds."""
        return [self.funds.index(self.by_name[name]) for name in plan.PILOTS]


def load(first_day: date, *, progress: bool) -> Places:
    """Load 綦江's divisions and open the host with its funds and rules on `first_day`."""
    call_command("load_divisions", under=plan.DISTRICT, verbosity=1 if progress else 0)
    district = Division.objects.get(code=plan.DISTRICT)
    host = register_host(
        name="重庆市綦江区慈善会",
        uscc="51500110MJP0000039",
        division=district,
        excluded=list(Division.objects.filter(code__in=plan.EXCLUDED)),
        licence="渝慈募字第 0110 号（演示）",
        contact="023-0000 0000（工作日 9:00–17:30）",
        address="重庆市綦江区古南街道（演示地址）",
        by=None,
    )
    general = host.funds.get(kind=Fund.Kind.GENERAL)
    adopt_rules(host, district, first_day)
    funds = [
        open_fund(
            host,
            kind=Fund.Kind.COMMUNITY,
            division=division,
            name=f"{name}慈善基金",
            purpose="社会救助、养老服务、儿童关爱、社会事务、平安建设",
            agreement=f"綦慈专基〔{first_day.year}〕{number:03d}号",
            day=first_day,
            by=None,
        )
        for number, (division, name) in enumerate(named(chosen_communities()), start=1)
    ]
    by_name = {fund.name.removesuffix("慈善基金").removesuffix("社区"): fund for fund in funds}
    for name, purpose in (("百步梯", "适老改造"), ("孟家院", "适老改造"), ("新山村", "儿童书屋")):
        open_restriction(by_name[name], purpose=purpose, by=None)
    return Places(host, general, funds, by_name, _ending(host, first_day))


def villages(under: str) -> list[Division]:
    """Return the villages (not the residents' committees) of a town, by code."""
    rows = Division.objects.filter(level=Division.Level.VILLAGE, code__startswith=under)
    return [row for row in rows.order_by("code") if row.name.endswith(VILLAGE_OFFICE)]


def _ending(host: Host, day: date) -> tuple[Fund, Fund]:
    """Open the two funds that the story will see end."""
    town = Division.objects.get(code=f"{plan.DISTRICT}108")
    village = villages(f"{plan.DISTRICT}001")[0]
    short = village.name.removesuffix(VILLAGE_OFFICE)
    facts = (
        (Fund.Kind.TOWN, town, f"{town.name}抗旱救急慈善基金", "旱情、火情中的应急救助，社会救助"),
        (
            Fund.Kind.COMMUNITY,
            village,
            f"{short}慈善基金",
            "社会救助、养老服务、儿童关爱、社会事务、平安建设",
        ),
    )
    made = [
        open_fund(
            host,
            kind=kind,
            division=division,
            name=name,
            purpose=purpose,
            agreement=f"綦慈专基〔{day.year}〕{number:03d}号",
            day=day,
            by=None,
        )
        for number, (kind, division, name, purpose) in enumerate(facts, start=plan.FUNDS + 1)
    ]
    return made[0], made[1]


def chosen_communities() -> list[Division]:
    """Choose 79 residents' committees: the pilots, one of every town, then by code."""
    towns = Division.objects.filter(level=Division.Level.TOWN, code__startswith=plan.DISTRICT)
    kept = {code for code in towns.values_list("code", flat=True) if code not in plan.EXCLUDED}
    offices = [
        division
        for division in Division.objects.filter(level=Division.Level.VILLAGE, name__endswith=OFFICE).order_by(
            "code"
        )
        if division.code[:9] in kept
    ]
    names = {f"{name}社区{OFFICE}" for name in plan.PILOTS}
    chosen = [division for division in offices if division.name in names]
    seen = {division.code[:9] for division in chosen}
    for division in offices:
        if division.code[:9] not in seen:
            seen.add(division.code[:9])
            chosen.append(division)
    rest = [division for division in offices if division not in chosen]
    return sorted((chosen + rest)[: plan.FUNDS], key=lambda division: division.code)


def named(divisions: list[Division]) -> list[tuple[Division, str]]:
    """Return each community with its short name; where two share one, the town's name goes before it."""
    towns = dict(Division.objects.filter(level=Division.Level.TOWN).values_list("code", "name"))
    shorts = Counter(division.name for division in divisions)
    return [
        (
            division,
            ("" if shorts[division.name] == 1 else towns[division.code[:9]])
            + division.name.removesuffix(OFFICE),
        )
        for division in divisions
    ]


def adopt_rules(host: Host, district: Division, day: date) -> None:
    """Adopt rules at three levels; a fourth, the community's own, comes with its committee."""
    adopt_rulebook(
        host,
        level=Rulebook.Level.HOST,
        division=district,
        title="綦江区慈善会专项基金管理办法",
        document=f"綦慈〔{day.year}〕12号（演示）",
        clauses={
            "committee_min_size": (5, "第六条"),
            "committee_odd": (True, "第六条"),
            "supervisor_min": (1, "第七条"),
            "term_years": (3, "第八条"),
            "town_review_fen": (60_000 * YUAN, "第十六条"),
            "district_confirm_fen": (100_000 * YUAN, "第十七条"),
            "fund_fee_bp": (0, "第十八条"),
            "seed_fen": (10_000 * YUAN, "第二十条"),
            "secret_ballot": ("elections", "第十四条"),
            "seats_resident_min": (1, "第六条"),
            "idle_months": (12, "第二十四条"),
            "tie_rule": ("chair", "第十三条"),
        },
        effective_from=day,
        by=None,
    )
    adopt_rulebook(
        host,
        level=Rulebook.Level.DISTRICT,
        division=district,
        title="綦江区社区慈善基金实施方案",
        document=f"綦民发〔{day.year}〕30号（演示）",
        clauses={
            "quorum_bp": ([2, 3], "第十一条"),
            "majority": ([1, 2], "第十二条"),
            "major_majority": ([2, 3], "第十三条"),
            "party_review": ("major", "第十条"),
            "notice_days": (7, "第十五条"),
            "report_months": (3, "第二十一条"),
            "first_instalment_max_bp": (5000, "第十六条"),
        },
        effective_from=day,
        by=None,
    )
    town = Division.objects.get(code=f"{plan.DISTRICT}001")
    adopt_rulebook(
        host,
        level=Rulebook.Level.TOWN,
        division=town,
        title="古南街道社区慈善基金管理办法",
        document=f"古南街办〔{day.year}〕8号（演示）",
        clauses={"major_grant_fen": (20_000 * YUAN, "第六条"), "vote_days_min": (3, "第五条")},
        effective_from=day,
        by=None,
    )


def adopt_own_rules(host: Host, fund: Fund, day: date) -> None:
    """Adopt a community's own, tighter rule."""
    adopt_rulebook(
        host,
        level=Rulebook.Level.COMMUNITY,
        division=fund.division,
        title=f"{fund.name}议事细则",
        document=f"管委会 {day.year} 年第一次会议通过（演示）",
        clauses={"first_instalment_max_bp": (4000, "第四条")},
        effective_from=day,
        by=None,
    )
