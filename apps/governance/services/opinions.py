"""What supervisors write: on a motion, and on the committee's year."""

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import permissions, queries
from apps.governance.models import Committee, Motion, SupervisorOpinion
from apps.governance.states import DRAFT, WITHDRAWN
from apps.users.models import User

LIMIT = 2000


@verb
def write_opinion(
    committee: Committee, *, text: str, motion: Motion | None = None, year: int | None = None, by: User
) -> SupervisorOpinion:
    """Write a supervisor's opinion on a motion or on a year of the committee's work.

    It is never changed; a further one is added beneath. The same words about the same thing are kept once. Before the
    close the committee reads an opinion on a motion, afterwards everyone does; one on a year is public at once.
    """
    permissions.may_write_opinion(by, committee.fund).require()
    seat = queries.seat_of(by, committee.fund)
    words = clean_text(text, field="text", limit=LIMIT, lines=True)
    if not words:
        raise Refused(_("请写意见。"), "text")
    if (motion is None) == (year is None):
        raise Refused(_("意见要么针对一个议案，要么针对一年的工作。"), "year")
    if motion is not None and (motion.committee_id != committee.pk or motion.state in {DRAFT, WITHDRAWN}):
        raise Refused(_("这个议案还是草稿或已撤回，不能写意见。"))
    if year is not None and not committee.formed_on.year <= year <= clock.today().year:
        raise Refused(_("年份要从管委会成立那年起，到今年为止。"), "year")
    opinion, is_new = SupervisorOpinion.objects.get_or_create(
        committee=committee,
        seat=seat,
        motion=motion,
        year=year,
        text=words,
        defaults={"written_at": clock.now()},
    )
    if is_new:
        about = motion.code if motion else str(year)
        audit.record(by, "governance.write_opinion", opinion, fund=committee.fund.code, about=about)
        versions.bump(f"fund:{committee.fund.code}")
    return opinion
