"""From the comparison of a call's answers to draft motions, in one go or not at all."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from apps.core import audit, money
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import services as funds
from apps.governance.models import Motion
from apps.grants import permissions, queries
from apps.grants.services.awards import table_project
from apps.projects import services as projects
from apps.projects.models import Call
from apps.users.models import User


@verb
def table_chosen(call: Call, *, codes: Collection[str], by: User) -> list[Motion]:
    """Put several answers to a call before the committees of their funds, each as a draft motion of its own.

    All or none. Raises `Refused`, naming the application, for one that may not be tabled, and when the choice is more
    than is left of the pot or than a fund can spend.
    """
    for fund in call.funds.order_by("code"):
        funds.lock_fund(fund.code)
    call = projects.lock_call(call)
    permissions.may_compare(by, call).require()
    compared = queries.compare(call)
    chosen = [row.project for row in compared.rows if row.project.code in set(codes) and row.can_be_chosen]
    if not chosen or len(chosen) != len(set(codes)):
        raise Refused(_("请勾选还在等选的申请；页面可能旧了，请刷新再选。"), "pick")
    choice = compared.weighed(codes)
    short = [fund.name for fund in call.funds.order_by("code") if fund.code in choice.over]
    if short:
        raise Refused(
            _("选中的超过了这些基金今天能安排的钱：%(names)s。") % {"names": _("、").join(short)}, "pick"
        )
    if choice.left < 0:
        raise Refused(
            _("选中的一共 ¥%(total)s，比征集剩下的总额多 ¥%(over)s。")
            % {"total": money.written(choice.total), "over": money.written(-choice.left)},
            "pick",
        )
    motions = []
    for project in sorted(chosen, key=lambda project: (project.fund.code, project.code)):
        try:
            motions.append(table_project(project, by=by))
        except Refused as refusal:
            raise Refused(
                _("“%(title)s”：%(reason)s") % {"title": project.title, "reason": refusal.reason}, "pick"
            ) from refusal
    audit.record(
        by, "table_chosen", call, motions=sorted(motion.code for motion in motions), total=choice.total
    )
    return motions
