"""Opening programmes and awarding seed."""

from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, codes, jobs, money, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.models import Fund, Host
from apps.funds.queries import available, effective_rules, general_fund
from apps.funds.services import lock_fund
from apps.funds.states import FundKind, FundState
from apps.ledger import services as ledger
from apps.ledger.rules import Draft, EntryKind, Line
from apps.seeding import permissions, queries
from apps.seeding.models import Award, Programme
from apps.users.models import User

TITLE_LIMIT, DOCUMENT_LIMIT = 100, 200


@verb
def open_programme(
    host: Host,
    *,
    title: str,
    pot: int,
    per_fund: int,
    document: str,
    opens_on: date,
    closes_on: date,
    by: User | None,
) -> Programme:
    """Open a programme out of the host's general fund: `per_fund` fen each, `pot` fen in all, between two days.

    Raises `Refused` when a pot holds not even one sum, or the sum is above the host's clause on seeds.
    """
    permissions.may_award(by, host).require()
    source = general_fund(host)
    title = clean_text(title, field="title", limit=TITLE_LIMIT)
    document = clean_text(document, field="document", limit=DOCUMENT_LIMIT)
    if not title:
        raise Refused(_("请填写计划名称。"), "title")
    if not document:
        raise Refused(_("请填写依据文件，比如理事会决议的编号。"), "document")
    if per_fund <= 0:
        raise Refused(_("金额要大于 0。"), "per_fund")
    if pot < per_fund:
        raise Refused(_("总额不够给一个基金。"), "pot")
    if closes_on < opens_on:
        raise Refused(_("结束日不能早于开始日。"), "closes_on")
    rule = effective_rules(source, opens_on)["seed_fen"]
    if isinstance(rule.value, int) and per_fund > rule.value:
        raise Refused(
            _("%(rule)s（%(document)s）。") % {"rule": rule.words, "document": rule.document}, "per_fund"
        )
    programme = Programme.objects.create(
        code=codes.new_code("S", 6),
        title=title,
        source=source,
        pot=pot,
        per_fund=per_fund,
        document=document,
        opens_on=opens_on,
        closes_on=closes_on,
    )
    audit.record(by, "open_programme", programme, host=host.code, pot=pot, per_fund=per_fund)
    versions.bump(f"fund:{source.code}", "site")
    return programme


def lock_programme(code: str) -> Programme:
    """Return the programme with its row locked until the transaction ends. Raises Programme.DoesNotExist."""
    return (
        Programme.objects.select_for_update(no_key=True, of=("self",))
        .select_related("source__host")
        .get(code=code)
    )


@verb
def award(programme: Programme, *, fund: Fund, by: User | None) -> Award:
    """Give the fund its seed: the money moves from the host's general fund, both unrestricted, in one entry.

    A fund gets a programme's seed once: asked again, the first award is returned. Raises `Refused` outside the
    programme's days, for a fund that is not open or not the host's, above the fund's clause on seeds, and when the
    pot or the general fund cannot meet it.
    """
    programme = lock_programme(programme.code)
    permissions.may_award(by, programme.source.host).require()
    existing = Award.objects.filter(programme=programme, fund=fund).first()
    if existing is not None:
        return existing
    locked = {code: lock_fund(code) for code in sorted({programme.source.code, fund.code})}
    source, fund = locked[programme.source.code], locked[fund.code]
    day = clock.today()
    _check_fund(programme, fund)
    _check_money(programme, source, day)
    rule = effective_rules(fund, day)["seed_fen"]
    if isinstance(rule.value, int) and programme.per_fund > rule.value:
        raise Refused(
            _("%(rule)s（%(document)s）。") % {"rule": rule.words, "document": rule.document}, "fund"
        )
    entry = ledger.post(_entry(programme, source, fund, day), by=by)
    made = Award.objects.create(
        programme=programme,
        fund=fund,
        amount=programme.per_fund,
        awarded_at=clock.now(),
        awarded_by_id=getattr(by, "pk", None),
        rulebook_id=rule.rulebook_id,
        entry_id=entry.pk,
    )
    audit.record(by, "award_seed", programme, fund=fund.code, amount=made.amount)
    versions.bump(f"fund:{fund.code}", f"fund:{source.code}", f"division:{fund.division_id}", "site")
    jobs.kick("funds.fold_totals")
    return made


def _check_fund(programme: Programme, fund: Fund) -> None:
    if fund.host_id != programme.source.host_id or fund.kind == FundKind.GENERAL:
        raise Refused(_("%(fund)s不是这家慈善会的专项基金。") % {"fund": fund.name}, "fund")
    if fund.state != FundState.OPEN:
        raise Refused(_("%(fund)s没有在运行，不能领启动资金。") % {"fund": fund.name}, "fund")


def _check_money(programme: Programme, source: Fund, day: date) -> None:
    if not programme.opens_on <= day <= programme.closes_on:
        raise Refused(
            _("%(title)s从 %(opens)s 到 %(closes)s，今天不在这段时间里。")
            % {
                "title": programme.title,
                "opens": programme.opens_on.isoformat(),
                "closes": programme.closes_on.isoformat(),
            }
        )
    left = programme.pot - queries.given(programme)
    if programme.per_fund > left:
        raise Refused(
            _("%(title)s只剩 ¥%(left)s，不够一份 ¥%(amount)s。")
            % {
                "title": programme.title,
                "left": money.written(left),
                "amount": money.written(programme.per_fund),
            }
        )
    free = available(source).get("", 0)
    if programme.per_fund > free:
        raise Refused(
            _("%(fund)s可以安排的非限定资金只有 ¥%(free)s，不够一份 ¥%(amount)s。")
            % {
                "fund": source.name,
                "free": money.written(max(free, 0)),
                "amount": money.written(programme.per_fund),
            }
        )


def _entry(programme: Programme, source: Fund, fund: Fund, day: date) -> Draft:
    """Return the transfer between two books of one host: no income, no expense, free money stays free (3101)."""
    amount = programme.per_fund
    return Draft(
        EntryKind.SEED,
        f"{programme.code}:{fund.code}",
        source.host.code,
        day,
        (
            Line("bank_deposits", amount, fund.code),
            Line("net_unrestricted", -amount, fund.code),
            Line("net_unrestricted", amount, source.code),
            Line("bank_deposits", -amount, source.code),
        ),
        programme.title,
    )
