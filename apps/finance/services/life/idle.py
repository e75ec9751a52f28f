"""Waking funds that have fallen asleep."""

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.finance import permissions, queries
from apps.finance.models import Cleanup
from apps.funds import services as funds
from apps.funds.models import Fund
from apps.funds.states import SuspensionKind
from apps.users.models import User

WORDS_LIMIT = 300


@verb
def record_cleanup(fund: Fund, *, step: str, words: str, by: User | None) -> Cleanup:
    """Write down what was done about an idle fund; suspending it is done at once. The same on one day is written once.

    The committee's officers give their plan, the host does the rest. Raises `Refused` for a fund that is not idle.
    """
    fund = funds.lock_fund(fund.code)
    if step not in Cleanup.Step.values:
        raise Refused(_("请选择做了什么。"), "step")
    permissions.may_clean_up(by, fund, step).require()
    words = clean_text(words, field="words", limit=WORDS_LIMIT)
    if not words:
        raise Refused(_("请写一句说明，会公开。"), "words")
    same = Cleanup.objects.filter(fund=fund, step=step, day=clock.today(), words=words).first()
    if same is not None:
        return same
    if not queries.sleepers(fund.host, Fund.objects.filter(pk=fund.pk)):
        raise Refused(_("%(fund)s没有闲置。") % {"fund": fund.name})
    if step == Cleanup.Step.SUSPENDED and fund.state == Fund.State.OPEN:
        funds.suspend_fund(fund, why=SuspensionKind.IDLE.value, reason=words[:200], by=by)
    made = Cleanup.objects.create(
        fund=fund,
        step=step,
        words=words,
        day=clock.today(),
        written_at=clock.now(),
        written_by_id=getattr(by, "pk", None),
    )
    audit.record(by, "record_cleanup", fund, step=step)
    versions.bump(f"fund:{fund.code}", f"division:{fund.division_id}", "site")
    return made
