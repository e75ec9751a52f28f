"""Letters that go out by the clock: what is due, and what was not done."""

from datetime import date

from django.utils.translation import gettext as _

from apps.grants.models import Grant, Instalment
from apps.grants.notices.people import admins, amount, finance, officers, page, tell
from apps.grants.queries import Unproven, agreement_owed
from apps.projects.models import Project
from apps.projects.notices import to_implementers
from apps.projects.rules import OVERDUE, TODAY


def closing_report_due(project: Project, *, occasion: str) -> None:
    """Remind the implementer of the closing report: soon due, due today, or late."""
    facts = {
        "title": project.title,
        "day": project.ends_on.isoformat(),
        "url": page("projects:report", project.code),
    }
    said = {
        OVERDUE: _(
            "“%(title)s”应当在 %(day)s 做完，结项成果还没有交。请交成果；没做完的，请联系管委会延期：\n%(url)s"
        ),
        TODAY: _("“%(title)s”今天到期，请交结项成果：\n%(url)s"),
    }
    usual = _("“%(title)s”在 %(day)s 到期，到时请交结项成果：\n%(url)s")
    to_implementers(
        project,
        # An extension sets another day, which is spoken of anew.
        key=f"closing-report:{project.code}:{project.ends_on:%Y%m%d}:{occasion}",
        subject=_("该交结项成果了：%(title)s") % facts,
        body=said.get(occasion, usual) % facts,
    )


def account_due(project: Project, day: date, *, occasion: str) -> None:
    """Remind the implementer of the final account: soon due, due today, or late."""
    facts = {
        "title": project.title,
        "day": day.isoformat(),
        "url": page("grants:own_account", project.code),
    }
    usual = _("“%(title)s”的决算要在 %(day)s 前交，结余才能按时公布：\n%(url)s")
    late = _("“%(title)s”的决算应当在 %(day)s 前交，现在还没有收到。请尽快交：\n%(url)s")
    to_implementers(
        project,
        key=f"account-due:{project.code}:{day:%Y%m%d}:{occasion}",
        subject=_("该交决算了：%(title)s") % facts,
        body=(late if occasion == OVERDUE else usual) % facts,
    )


def agreement_unsigned(grant: Grant) -> None:
    """Say once that no agreement is signed: where the payment waits for it, to the host's administrators and the
    implementer; where the rules leave it open, to the administrators and the fund's officers, who judge whether one is
    needed (Charity Law, article 60)."""
    facts = {"title": grant.project.title, "url": page("grants:grant", grant.code)}
    subject = _("协议还没签：%(title)s") % facts
    key = f"agreement-unsigned:{grant.code}"
    if agreement_owed(grant):
        body = _("“%(title)s”公示期满了，按办法要先签好资助协议、存档才能付款。")
        to_implementers(grant.project, key=key, subject=subject, body=body % facts)
        people = admins(grant.fund)
    else:
        body = _(
            "“%(title)s”公示期满了，资助协议还没有签。办法不要求签了才付款，钱随时会付：要不要签，请先定下来。"
        )
        people = [*admins(grant.fund), *officers(grant.fund)]
    tell(people, key=key, subject=subject, body=(body + "\n%(url)s") % facts)


def notice_ended_unpaid(instalment: Instalment) -> None:
    """Tell finance, once, that an instalment waits although its notice is over for days."""
    grant = instalment.grant
    facts = {
        "title": grant.project.title,
        "number": instalment.number,
        "amount": amount(instalment.amount),
        "url": page("grants:grant", grant.code),
    }
    tell(
        finance(grant.fund),
        key=f"notice-ended-unpaid:{grant.code}:{instalment.number}",
        subject=_("公示期满还没付：%(title)s") % facts,
        body=_("“%(title)s”公示期满一周多了，第 %(number)d 期 %(amount)s 还没有制单：\n%(url)s") % facts,
    )


def evidence_missing(grant: Grant, lacking: Unproven) -> None:
    """Tell the implementer and the committee's officers, once for each kind, what is missing for money paid."""
    facts = {
        "title": grant.project.title,
        "what": lacking.words,
        "own": page("projects:project", grant.project.code),
        "url": page("grants:work", grant.project.code),
    }
    key = f"evidence-missing:{grant.code}:{lacking.kind}"
    subject = _("成果或票据没齐：%(title)s") % facts
    to_implementers(
        grant.project, key=key, subject=subject, body=_("“%(title)s”：%(what)s。请补上：\n%(own)s") % facts
    )
    tell(officers(grant.fund), key=key, subject=subject, body=_("“%(title)s”：%(what)s。\n%(url)s") % facts)
