"""Who may table, accept, pay and ask back; and that the same person does not stand on two sides.

Sides of one grant: the payee (who acts for the organisation or is tied to it), the proposer (who tabled the motion),
the approvers (who stand on its roll), the accepter of the work, the preparer and the releaser of a payment.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verdicts import YES, Verdict, no
from apps.funds.models import Fund
from apps.governance.models import Motion, Seat
from apps.governance.queries import seat_of, tied_users
from apps.governance.states import FAILED
from apps.grants.models import Clawback, Grant, Instalment, Objection, Payment
from apps.grants.queries import (
    OFFICERS,
    agreement_owed,
    is_held,
    is_of_text,
    is_suspended,
    latest_motion,
    may_be_paid_from,
    sources_hold,
)
from apps.grants.states import DUE, LIVE, PREPARED
from apps.grants.states import RUNNING as GRANT_RUNNING
from apps.projects.models import Call, Need, Project
from apps.projects.permissions import is_opened, not_the_implementer
from apps.projects.queries import funds_of, is_expert, review_is_open
from apps.projects.states import SUBMITTED, TABLED
from apps.registry.models import Organisation
from apps.users.models import Role, User
from apps.users.permissions import Person, acts_as
from apps.users.queries import scope_codes


def is_officer(user: Person, fund: Fund) -> Verdict:
    """The chair and the secretary of a fund's committee run its business."""
    if not isinstance(user, User):
        return no(_("请先登录。"))
    seat = seat_of(user, fund)
    if seat is not None and seat.office in OFFICERS:
        return YES
    return no(_("这一步要由本基金管委会的主任或秘书来做。"))


def is_hosts_admin(user: Person, fund: Fund) -> Verdict:
    """The administrators of the host that holds a fund's money."""
    return acts_as(user, Role.Kind.HOST_ADMIN, host=fund.host.code)


def not_on_payees_side(user: Person, project: Project) -> Verdict:
    """Refuse the implementer's people and whoever declared a tie to the organisation (慈善法第十四条)."""
    verdict = not_the_implementer(user, project)
    if not verdict or not isinstance(user, User):
        return verdict
    if user.pk in tied_users(project.organisation.code, [user.pk]):
        return no(_("您申报过与实施方的关系，这一步要回避，由别人来做。"))
    return YES


def is_officer_of_one(user: Person, project: Project) -> Verdict:
    """The chair and the secretary of any fund that is asked to pay."""
    verdict = no(_("这一步要由本基金管委会的主任或秘书来做。"))
    for fund in funds_of(project):
        verdict = is_officer(user, fund)
        if verdict:
            break
    return verdict


def may_table(user: Person, project: Project, fund: Fund) -> Verdict:
    """An officer may put a submitted project before the committee of their fund, but never their own organisation's.

    Where several funds pay, each puts its own share to the vote, once.
    """
    verdict = is_officer(user, fund)
    if not verdict:
        return verdict
    verdict = not_on_payees_side(user, project)
    if not verdict:
        return verdict
    if not (opened := is_opened(project)):
        return opened
    if project.state not in (SUBMITTED, TABLED) or _is_voted_on(project, fund):
        return no(_("只有已申请、还没有提交表决的项目可以提交表决。"))
    if project.organisation.state != Organisation.State.ACTIVE:
        return no(_("%(name)s 的登记已暂停，恢复以后才能提交表决。") % {"name": project.organisation.name})
    if fund.state != Fund.State.OPEN:
        return no(_("这个基金已暂停或关闭，不能立新项目。"))
    return YES


def _is_voted_on(project: Project, fund: Fund) -> bool:
    """Tell whether a fund's vote on a project is under way, or holds for the text as it stands."""
    motion = latest_motion(project, fund)
    if motion is None or motion.state in FAILED:
        return False
    if motion.state != Motion.State.IN_FORCE:
        return True
    # Of a yes nothing follows any more when its text was written anew, or its purpose does not let the money go.
    return is_of_text(motion, project) and bool(may_be_paid_from(project, fund, motion.restriction))


def may_decide_need(user: Person, need: Need) -> Verdict:
    """An officer of a fund of the very division in which the need was voiced."""
    for fund in Fund.objects.filter(division_id=need.division_id):
        if is_officer(user, fund):
            return YES
    return no(_("这一步要由本社区基金管委会的主任或秘书来做。"))


def may_handle_money(user: Person, grant: Grant) -> Verdict:
    """Finance of the host, standing on no other side of this grant, nor of what other funds grant the same project."""
    verdict = acts_as(user, Role.Kind.FINANCE, host=grant.fund.host.code)
    if not verdict or not isinstance(user, User):
        return verdict
    verdict = not_on_payees_side(user, grant.project)
    if not verdict:
        return verdict
    motions = Motion.objects.filter(grant__project=grant.project_id)
    if motions.filter(tabled_by_id=user.pk).exists():
        return no(_("您是这项议案的提案人，付款要由别人来办。"))
    if motions.filter(roll__seat__user=user).exists():
        return no(_("您在这项议案的表决名册上，付款要由别人来办。"))
    return YES


def _may_pay(user: Person, instalment: Instalment) -> Verdict:
    verdict = may_handle_money(user, instalment.grant)
    if not verdict or not isinstance(user, User):
        return verdict
    if instalment.evidence is not None and instalment.evidence.decided_by_id == user.pk:
        return no(_("您验收了这期的成果，付款要由别人来办。"))
    return YES


def may_prepare(user: Person, instalment: Instalment) -> Verdict:
    """Finance may prepare the payment of an instalment that is due, to an organisation in good standing."""
    verdict = _may_pay(user, instalment)
    if not verdict:
        return verdict
    grant = instalment.grant
    if instalment.state != DUE:
        return no(
            _("第 %(number)d 期现在是“%(state)s”，不能付款。")
            % {"number": instalment.number, "state": instalment.get_state_display()}
        )
    if grant.state != GRANT_RUNNING:
        return no(_("这笔资助现在是“%(state)s”，不能付款。") % {"state": grant.get_state_display()})
    return _payable(grant, clock.today())


def _payable(grant: Grant, day: date) -> Verdict:
    organisation = grant.project.organisation
    purposes = sources_hold(grant, day)
    if not purposes:
        return purposes
    if is_held(grant):
        return no(_("这笔资助有异议还没有结果，先不付款。"))
    if is_suspended(grant):
        return no(_("这笔资助已暂停付款，恢复以后才能付。"))
    if agreement_owed(grant):
        return no(_("按本基金的办法，资助协议签好存档以后才能付款。"))
    if not organisation.payee_checked_at:
        return no(_("收款账号还没有由另一位财务核对，不能付款。"))
    if organisation.state != Organisation.State.ACTIVE:
        return no(_("%(name)s 的登记已暂停，恢复以后才能付款。") % {"name": organisation.name})
    # A suspended fund still pays what it promised.
    if grant.fund.state == Fund.State.CLOSED:
        return no(_("这个基金已经关闭，不能付款。"))
    return YES


def may_release(user: Person, payment: Payment, *, on: date | None = None) -> Verdict:
    """A second person of finance releases what the first prepared. `on` is the day of the payment, if it is known: what
    the bank paid while its purpose held may be written down later."""
    verdict = _may_pay(user, payment.instalment)
    if not verdict or not isinstance(user, User):
        return verdict
    if user.pk == payment.prepared_by_id:
        return no(_("这笔付款是您制单的，要由另一位财务复核付出。"))
    if payment.account_version != payment.instalment.grant.project.organisation.payee_version:
        return no(_("制单以后收款账号改过，请退回这笔付款，核对以后重新制单。"))
    if payment.state != PREPARED:
        return no(_("这笔付款现在是“%(state)s”，不用再复核。") % {"state": payment.get_state_display()})
    return _payable(payment.instalment.grant, on or clock.day_of(payment.prepared_at))


def may_hear_the_bank(user: Person, payment: Payment) -> Verdict:
    """Finance on no side of the grant notes what the bank did with a payment; the system itself for a statement's line
    that leaves nothing to judge."""
    return YES if user is None else may_handle_money(user, payment.instalment.grant)


def may_reject(user: Person, payment: Payment) -> Verdict:
    """Any finance of the host may send a prepared payment back, its preparer too."""
    verdict = acts_as(user, Role.Kind.FINANCE, host=payment.instalment.grant.fund.host.code)
    if not verdict:
        return verdict
    return (
        YES
        if payment.state == PREPARED
        else no(_("这笔付款现在是“%(state)s”，不能退回。") % {"state": payment.get_state_display()})
    )


def live(grant: Grant) -> Verdict:
    """A grant in its notice or under way can still be changed."""
    return YES if grant.state in LIVE else no(_("这笔资助已经结清或终止。"))


def _apart_from_live(user: Person, grant: Grant) -> Verdict:
    """Who is not on the payee's side may change a grant that is not over."""
    verdict = not_on_payees_side(user, grant.project)
    return live(grant) if verdict else verdict


def may_object(grant: Grant) -> Verdict:
    """Anyone may object to a grant until it is over, without signing in."""
    return YES if grant.state in LIVE else no(_("这笔资助已经结清或终止，不再收异议。有问题请向慈善会反映。"))


def may_answer_objection(user: Person, objection: Objection) -> Verdict:
    """The committee's officers answer an objection, or the host; never the payee's side, nor who proposed the grant or
    made the objection."""
    verdict = _looks_after(user, objection)
    if not verdict:
        return verdict
    if isinstance(user, User) and user.pk == objection.made_by_id:
        return no(_("这条异议是您提的，要由别人来答复。"))
    return YES if objection.state == Objection.State.OPEN else no(_("这条异议已经答复过了。"))


def may_read_contact(user: Person, objection: Objection) -> Verdict:
    """Those who answer may reach whoever objected, also afterwards; not the side that is objected to."""
    return _looks_after(user, objection)


def _looks_after(user: Person, objection: Objection) -> Verdict:
    grant = objection.grant
    verdict = is_officer(user, grant.fund)
    if not verdict and not is_hosts_admin(user, grant.fund):
        return no(_("异议由本基金管委会的主任或秘书答复，也可以由慈善会答复。"))
    if isinstance(user, User) and user.pk == grant.motion.tabled_by_id:
        return no(_("您是这项议案的提案人，异议要由别人来答复。"))
    return not_on_payees_side(user, grant.project)


def may_table_change(user: Person, grant: Grant) -> Verdict:
    """An officer on no side of the grant puts it before the committee again."""
    verdict = is_officer(user, grant.fund)
    return _apart_from_live(user, grant) if verdict else verdict


def may_keep_agreement(user: Person, grant: Grant) -> Verdict:
    """The host signs, so its administrators draw the agreement and keep the signed copy; never the payee's side."""
    verdict = is_hosts_admin(user, grant.fund)
    return _apart_from_live(user, grant) if verdict else verdict


def may_suspend(user: Person, grant: Grant) -> Verdict:
    """An officer or the host stops the payments of a grant, and lets them go on; never the payee's side."""
    if not is_officer(user, grant.fund) and not is_hosts_admin(user, grant.fund):
        return no(_("暂停付款由本基金管委会的主任或秘书，或者慈善会来办。"))
    return _apart_from_live(user, grant)


def may_change(user: Person, grant: Grant) -> Verdict:
    """The chair agrees to small changes of a grant alone; never on the payee's side."""
    seat = seat_of(user, grant.fund) if isinstance(user, User) else None
    if seat is None or seat.office != Seat.Office.CHAIR:
        return no(_("这样的变更由本基金管委会的主任同意。"))
    return _apart_from_live(user, grant)


def may_write_off(user: Person, clawback: Clawback) -> Verdict:
    """An officer on no side asks the committee to write off what did not come back."""
    verdict = is_officer(user, clawback.grant.fund)
    if not verdict:
        return verdict
    verdict = not_on_payees_side(user, clawback.grant.project)
    if not verdict:
        return verdict
    return YES if clawback.outstanding > 0 else no(_("这笔追回已经没有欠款。"))


def may_terminate(user: Person, grant: Grant) -> Verdict:
    """The host, which signed the agreement, ends a grant early."""
    verdict = is_hosts_admin(user, grant.fund)
    return live(grant) if verdict else verdict


def may_ask_back(user: Person, grant: Grant) -> Verdict:
    """The host asks money back (慈善法第六十条)."""
    verdict = is_hosts_admin(user, grant.fund)
    return not_on_payees_side(user, grant.project) if verdict else verdict


def may_book_return(user: Person, clawback: Clawback) -> Verdict:
    """Finance books what came back; not the one who asked for it, nor anyone on another side of the grant."""
    verdict = may_handle_money(user, clawback.grant)
    if not verdict or not isinstance(user, User):
        return verdict
    if user.pk == clawback.asked_by_id:
        return no(_("追回是您提出的，到账要由另一位财务来登记。"))
    return YES


# --- before the vote -----------------------------------------------------------------------------------------------


def may_call(user: Person, funds: Iterable[Fund]) -> Verdict:
    """Who may write and run a call: the host's administrators, or officers of every fund it is for."""
    for fund in funds:
        if not is_hosts_admin(user, fund) and not is_officer(user, fund):
            return no(_("征集由慈善会的管理员来办，或由每个基金的主任、秘书来办。"))
    return YES if isinstance(user, User) and user.is_active else no(_("请先登录。"))


def may_run_call(user: Person, call: Call) -> Verdict:
    """Who may publish, extend or cancel a call and invite experts: whoever may write it, but no applicant's people."""
    verdict = may_call(user, call.funds.select_related("host"))
    if verdict and isinstance(user, User) and _answers(user, call):
        return no(_("您代表的组织申请了这次征集，不能再经办。"))
    return verdict


def _answers(user: User, call: Call) -> bool:
    """Tell whether a person acts for an organisation that answered a call, drafts included."""
    codes = scope_codes(user, Role.Kind.IMPLEMENTER, Role.Scope.ORGANISATION)
    return call.projects.filter(Q(organisation__code__in=codes) | Q(created_by_id=user.pk)).exists()


def may_review(user: Person, project: Project) -> Verdict:
    """Who may score an application: the voting members of its fund's committee and the experts of its call.

    Whoever is tied to the organisation steps aside; whoever applies to the same call judges nobody in it.
    """
    if not isinstance(user, User) or not user.is_active:
        return no(_("请先登录。"))
    seats = [seat_of(user, fund) for fund in funds_of(project)]
    if not any(seat is not None and seat.votes for seat in seats) and not is_expert(user, project.call):
        return no(_("打分由本基金有表决权的委员和请来的专家来做。"))
    verdict = not_on_payees_side(user, project)
    if not verdict:
        return verdict
    if project.call is not None and _answers(user, project.call):
        return no(_("您代表的组织也申请了这次征集，不能给别人打分。"))
    if not (opened := is_opened(project)):
        return opened
    if not review_is_open(project, clock.now()):
        return no(_("这份申请的评审已经结束，分数不能再改。"))
    return YES


def may_compare(user: Person, call: Call) -> Verdict:
    """Who may see the answers to a call beside each other: the committees of its funds and the host; no applicant."""
    if not isinstance(user, User) or not user.is_active:
        return no(_("请先登录。"))
    funds = list(call.funds.select_related("host"))
    if not any(is_hosts_admin(user, fund) or seat_of(user, fund) is not None for fund in funds):
        return no(_("这一页只给管委会和慈善会看。"))
    if _answers(user, call):
        return no(_("您代表的组织申请了这次征集，不能看别人的申请和分数。"))
    return YES


def may_read_reviews(user: Person, project: Project) -> Verdict:
    """Who may read the reviews of an application once its review is over: its committee, never the applicant's side."""
    if not isinstance(user, User) or not user.is_active:
        return no(_("请先登录。"))
    if all(seat_of(user, fund) is None for fund in funds_of(project)):
        return no(_("评审意见只给本基金的管委会看。"))
    verdict = not_on_payees_side(user, project)
    if not verdict:
        return verdict
    if project.call is not None and _answers(user, project.call):
        return no(_("您代表的组织申请了这次征集，不能看别人的申请和分数。"))
    return YES


def may_answer(user: Person, project: Project) -> Verdict:
    """Who may give an application back, confirm a point of it or pass it over: an officer on no side of it."""
    verdict = is_officer_of_one(user, project)
    if not verdict:
        return verdict
    verdict = not_on_payees_side(user, project)
    if not verdict:
        return verdict
    if not (opened := is_opened(project)):
        return opened
    return YES if project.state == SUBMITTED else no(_("这份申请已经不在评审中了。"))
