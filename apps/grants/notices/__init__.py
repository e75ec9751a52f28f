"""Messages about grants, to those who must do the next thing or are paid."""

from django.utils.translation import gettext as _

from apps.core import clock, outbox
from apps.funds.models import Fund
from apps.governance.models import Motion
from apps.governance.queries import return_reason
from apps.grants.models import Clawback, FinalAccount, Grant, Instalment, Objection, Payment
from apps.grants.notices.people import admins, amount, finance, officers, page, tell
from apps.projects.models import Evidence, Project, WorkNote
from apps.projects.notices import to_implementers
from apps.projects.queries import funds_of
from apps.users.models import Role, User
from apps.users.queries import users_with


def tabled(project: Project, fund: Fund) -> None:
    """Tell the applicant that the committee will vote."""
    to_implementers(
        project,
        key=f"tabled:{project.code}:{fund.code}:{clock.today().isoformat()}",
        subject=_("已提交表决：%(title)s") % {"title": project.title},
        body=_("“%(title)s”已经提交%(fund)s管委会表决，申请金额 %(amount)s。")
        % {
            "title": project.title,
            "fund": fund.name,
            "amount": amount(project.shares.get(fund=fund).amount),
        },
    )


def awarded(grant: Grant) -> None:
    """Tell the applicant that the project is approved and until when it is shown publicly."""
    facts = {
        "title": grant.project.title,
        "amount": amount(grant.amount),
        "until": grant.notice_until.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    }
    to_implementers(
        grant.project,
        key=f"awarded:{grant.code}",
        subject=_("已立项：%(title)s") % facts,
        body=_("“%(title)s”已经通过，资助 %(amount)s。公示到 %(until)s，公示期满以后付第一期。") % facts,
    )


def declined(project: Project, fund: Fund) -> None:
    """Tell the applicant that the committee voted the project down."""
    to_implementers(
        project,
        key=f"declined:{project.code}",
        subject=_("未立项：%(title)s") % {"title": project.title},
        body=_("“%(title)s”没有通过%(fund)s管委会的表决，表决结果已经公开。")
        % {"title": project.title, "fund": fund.name},
    )


def returned(project: Project, motion: Motion) -> None:
    """Tell the applicant that an upper level sent the decision back, and why."""
    reason = return_reason(motion)
    to_implementers(
        project,
        key=f"returned:{motion.code}",
        subject=_("上级退回：%(title)s") % {"title": project.title},
        body=_(
            "%(fund)s管委会通过了“%(title)s”，上级审核时退回了。%(reason)s补充以后，管委会可以重新提交表决。"
        )
        % {
            "title": project.title,
            "fund": motion.committee.fund.name,
            "reason": _("\n\n原因：%(reason)s\n\n") % {"reason": reason} if reason else "",
        },
    )


def comment_withheld(note: WorkNote) -> None:
    """Tell the supervisor who wrote a comment, and the administrators of the paying hosts, that its words were kept
    from the public, and on which ground. The words are not in the letter: somebody may be known by them."""
    project = note.project
    hosts = {fund.host_id: fund for fund in funds_of(project)}
    people = {user.pk: user for fund in hosts.values() for user in admins(fund)}
    people |= {user.pk: user for user in User.objects.filter(pk=note.written_by_id, is_active=True)}
    facts = {
        "title": project.title,
        "day": note.seen_on.isoformat(),
        "ground": note.get_withheld_for_display(),
        "url": page("grants:work", project.code),
    }
    tell(
        people.values(),
        key=f"comment-withheld:{note.pk}:{note.withheld_for}:{clock.today().isoformat()}",
        subject=_("监督意见没有公开：%(title)s") % facts,
        body=_(
            "管委会的主任或秘书没有公开 %(day)s 对“%(title)s”的一条监督意见，理由：%(ground)s。"
            "公开的项目页上仍然写着有这一条，也写着理由。不同意的，请联系慈善会。\n\n%(url)s"
        )
        % facts,
    )


def award_waits(motion: Motion, reason: str) -> None:
    """Tell officers and finance, once, that a motion in force cannot be paid from what the fund has."""
    fund = motion.committee.fund
    tell(
        [*officers(fund), *finance(fund)],
        key=f"award-waits:{motion.code}",
        subject=_("通过了，但还不能立项：%(title)s") % {"title": motion.title},
        body=_("议案“%(title)s”已经通过，但还不能立项：\n\n%(reason)s\n\n这个原因没有了，系统会自动立项。")
        % {"title": motion.title, "reason": reason},
    )


def instalment_due(instalment: Instalment) -> None:
    """Tell finance that an instalment can be paid."""
    grant = instalment.grant
    facts = {
        "title": grant.project.title,
        "number": instalment.number,
        "amount": amount(instalment.amount),
    }
    tell(
        finance(grant.fund),
        key=f"instalment-due:{grant.code}:{instalment.number}",
        subject=_("可以付款：%(title)s 第 %(number)d 期") % facts,
        body=_("“%(title)s”第 %(number)d 期 %(amount)s 可以付了，请制单。") % facts,
    )


def payment_prepared(payment: Payment, *, by: User) -> None:
    """Tell the other finance staff that a payment waits for one of them."""
    grant = payment.instalment.grant
    facts = {"title": grant.project.title, "amount": amount(payment.amount)}
    tell(
        [person for person in finance(grant.fund) if person.pk != by.pk],
        key=f"payment-prepared:{payment.code}",
        subject=_("等您复核：%(title)s") % facts,
        body=_("“%(title)s”有一笔 %(amount)s 的付款制单完成，请复核付出。") % facts,
    )


def payment_rejected(payment: Payment) -> None:
    """Tell the preparer that the payment came back."""
    facts = {"title": payment.instalment.grant.project.title, "reason": payment.reason}
    tell(
        User.objects.filter(pk=payment.prepared_by_id),
        key=f"payment-rejected:{payment.code}",
        subject=_("付款退回：%(title)s") % facts,
        body=_("“%(title)s”的付款被退回，原因：%(reason)s") % facts,
    )


def payment_released(payment: Payment) -> None:
    """Tell the organisation that money is on its way."""
    instalment = payment.instalment
    project = instalment.grant.project
    facts = {"title": project.title, "number": instalment.number, "amount": amount(payment.amount)}
    to_implementers(
        project,
        key=f"payment-released:{payment.code}",
        subject=_("已付款：%(title)s 第 %(number)d 期") % facts,
        body=_("“%(title)s”第 %(number)d 期 %(amount)s 已经付出。") % facts,
    )


def accepted(evidence: Evidence) -> None:
    """Tell the implementer that their report was accepted."""
    title = evidence.project.title
    to_implementers(
        evidence.project,
        key=f"accepted:{evidence.code}",
        subject=_("验收通过：%(title)s") % {"title": title},
        body=_("“%(title)s”的成果已经验收，文字和照片会公开。") % {"title": title},
    )


def accepted_by_the_lead(evidence: Evidence, grant: Grant) -> None:
    """Tell the officers of another fund that pays that the leading fund accepted a report, and what they can do: their
    own fund's payments are theirs to stop."""
    facts = {
        "title": evidence.project.title,
        "lead": evidence.project.fund.name,
        "own": grant.fund.name,
        "page": page("grants:evidence", evidence.code),
        "grant": page("grants:grant", grant.code),
    }
    tell(
        officers(grant.fund),
        key=f"accepted-by-lead:{evidence.code}:{grant.code}",
        subject=_("一起出钱的项目验收了：%(title)s") % facts,
        body=_(
            "%(lead)s验收了“%(title)s”的成果：\n\n%(page)s\n\n等着它的%(own)s的分期可以付了。"
            "觉得不对，可以写明原因暂停付款：\n\n%(grant)s"
        )
        % facts,
    )


def terminated(grant: Grant) -> None:
    """Tell the implementer that the host ended the grant, and why."""
    facts = {"title": grant.project.title, "reason": grant.reason}
    to_implementers(
        grant.project,
        key=f"terminated:{grant.code}",
        subject=_("资助终止：%(title)s") % facts,
        body=_("“%(title)s”的资助已终止，原因：\n\n%(reason)s") % facts,
    )


def asked_back(clawback: Clawback) -> None:
    """Tell the implementer how much is to be paid back, and why."""
    facts = {
        "title": clawback.grant.project.title,
        "amount": amount(clawback.asked),
        "reason": clawback.reason,
    }
    to_implementers(
        clawback.grant.project,
        key=f"asked-back:{clawback.code}",
        subject=_("请退回资助款：%(title)s") % facts,
        body=_("“%(title)s”的资助款要退回 %(amount)s，原因：\n\n%(reason)s") % facts,
    )


def objected(objection: Objection) -> None:
    """Tell those who answer that an objection came, and until when; its words are read on the page only.

    Where no officer is left beside who proposed the grant, the host's administrators answer.
    """
    grant = objection.grant
    facts = {
        "title": grant.project.title,
        "ground": objection.get_ground_display(),
        "until": objection.answer_by.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d"),
        "page": page("grants:objection", objection.code),
    }
    answering = [person for person in officers(grant.fund) if person.pk != grant.motion.tabled_by_id]
    for person in answering or users_with(Role.Kind.HOST_ADMIN, host=grant.fund.host.code):
        outbox.say(
            f"objected:{objection.code}:{person.pk}",
            to=person.email,
            subject=_("公示异议：%(title)s") % facts,
            body=_("“%(title)s”收到一条异议：%(ground)s。请在 %(until)s 前答复，答复会公开。\n\n%(page)s")
            % facts,
            until=objection.answer_by,
        )


def answered(objection: Objection) -> None:
    """Tell whoever objected while signed in that it is answered; anyone else looks with the receipt."""
    if objection.made_by_id is None:
        return
    facts = {
        "title": objection.grant.project.title,
        "state": objection.get_state_display(),
        "answer": objection.answer,
    }
    tell(
        User.objects.filter(pk=objection.made_by_id),
        key=f"objection-answered:{objection.code}",
        subject=_("您的异议有答复了：%(title)s") % facts,
        body=_("您对“%(title)s”提的异议，管委会认为%(state)s：\n\n%(answer)s") % facts,
    )


def payment_not_made(payment: Payment) -> None:
    """Tell finance and the organisation that the bank did not pay, or gave the money back, and why."""
    instalment = payment.instalment
    facts = {
        "title": instalment.grant.project.title,
        "number": instalment.number,
        "amount": amount(payment.amount),
        "state": payment.get_state_display(),
        "reason": payment.reason,
    }
    subject = _("%(state)s：%(title)s 第 %(number)d 期") % facts
    body = (
        _("“%(title)s”第 %(number)d 期 %(amount)s %(state)s，原因：%(reason)s。请核对收款账号以后重新付款。")
        % facts
    )
    key = f"payment-{payment.state}:{payment.code}"
    tell(finance(instalment.grant.fund), key=key, subject=subject, body=body)
    to_implementers(instalment.grant.project, key=key, subject=subject, body=body)


def suspended(grant: Grant, reason: str, moment: str) -> None:
    """Tell the organisation and finance that payments stopped, and why."""
    facts = {"title": grant.project.title, "reason": reason}
    subject = _("暂停付款：%(title)s") % facts
    body = _("“%(title)s”的付款暂停了，原因：\n\n%(reason)s") % facts
    key = f"suspended:{grant.code}:{moment}"
    tell(finance(grant.fund), key=key, subject=subject, body=body)
    to_implementers(grant.project, key=key, subject=subject, body=body)


def account_filed(account: FinalAccount) -> None:
    """Tell finance that a project's final account waits to be checked."""
    project = account.project
    facts = {
        "title": project.title,
        "page": page("grants:account", account.code),
    }
    tell(
        finance(project.fund),
        key=f"account-filed:{account.code}",
        subject=_("决算待核对：%(title)s") % facts,
        body=_("“%(title)s”的决算交来了，请照票据和账核对。\n\n%(page)s") % facts,
    )


def account_returned(account: FinalAccount) -> None:
    """Tell the implementer that the final account came back, and why."""
    facts = {"title": account.project.title, "reason": account.reason}
    to_implementers(
        account.project,
        key=f"account-returned:{account.code}",
        subject=_("决算退回：%(title)s") % facts,
        body=_("“%(title)s”的决算被退回，原因：\n\n%(reason)s\n\n支出可以再改，改好以后重新交。") % facts,
    )


def account_checked(account: FinalAccount) -> None:
    """Tell the implementer that the final account stands, and what is to go back."""
    facts = {"title": account.project.title, "amount": amount(account.to_return)}
    to_implementers(
        account.project,
        key=f"account-checked:{account.code}",
        subject=_("决算核对完：%(title)s") % facts,
        body=_("“%(title)s”的决算核对完了，已经公开。要退回的结余是 %(amount)s。") % facts,
    )
