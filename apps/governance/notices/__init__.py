"""What committee members are told. Before the close nothing depends on who has voted."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import money, outbox
from apps.core.templatetags.figures import moment
from apps.governance import queries
from apps.governance.models import Ballot, HandOver, Motion, Seat
from apps.governance.notices.life import cannot_be_done as cannot_be_done
from apps.governance.notices.life import in_force as in_force
from apps.governance.notices.life import notice_off as notice_off
from apps.governance.notices.life import noticed as noticed
from apps.governance.notices.life import returned as returned
from apps.governance.notices.life import studied as studied
from apps.governance.notices.life import to_study as to_study
from apps.governance.notices.meetings import agenda_changed as agenda_changed
from apps.governance.notices.meetings import meeting_called as meeting_called
from apps.governance.notices.meetings import meeting_cancelled as meeting_cancelled
from apps.governance.notices.meetings import minutes_to_sign as minutes_to_sign
from apps.governance.queries import EndingTerm
from apps.governance.queries import in_force as held_now
from apps.users.models import User


def voting_opened(motion: Motion) -> None:
    """Tell everyone on the roll what is to be decided, until when, and where."""
    with translation.override(settings.LANGUAGE_CODE):
        for seat in _roll(motion):
            outbox.say(
                f"governance.opened:{motion.code}:{seat.pk}",
                to=seat.user.email,
                topic=motion.code,
                until=motion.closes_at,
                subject=_("请表决：%(title)s") % _facts(motion),
                body=_(
                    "%(fund)s的议案 %(number)s 开始表决。\n\n%(title)s\n%(amount)s\n截止：%(closes)s\n\n"
                    "请在截止前投票，截止前可以改：\n%(vote)s\n"
                )
                % _facts(motion),
            )


def ballot_taken(ballot: Ballot) -> None:
    """Confirm a ballot to its voter alone: what they voted, by which way, and in a secret vote their receipt."""
    motion, user = ballot.motion, ballot.seat.user
    with translation.override(settings.LANGUAGE_CODE):
        facts = _facts(motion) | {
            "choice": str(ballot.get_choice_display()),
            "channel": str(ballot.get_channel_display()),
            "cast": moment(ballot.cast_at),
            "receipt": ballot.receipt,
        }
        body = _(
            "%(fund)s的议案 %(number)s：%(title)s\n\n您投的是：%(choice)s\n方式：%(channel)s，%(cast)s\n"
            "不对的话，请在截止（%(closes)s）前到这里改：\n%(vote)s\n"
        )
        if ballot.receipt:
            body += _(
                "\n您这张票的回执：%(receipt)s\n截止后，请到这里找它：\n%(result)s\n"
                "回执只有您知道，请不要给别人看。改了票，回执也会换。\n"
            )
        outbox.say(
            f"governance.ballot:{motion.code}:{ballot.pk}",
            to=user.email,
            topic=f"ballot:{motion.code}",
            subject=_("您的票已收到：%(title)s") % facts,
            body=body % facts,
        )


def reminder(motion: Motion, *, occasion: str) -> None:
    """Remind those who may vote and have not, each once on each occasion. Nobody is told to whom it went."""
    with translation.override(settings.LANGUAGE_CODE):
        for seat in queries.owing(motion):
            outbox.say(
                f"governance.reminder:{motion.code}:{seat.pk}:{occasion}",
                to=seat.user.email,
                topic=motion.code,
                until=motion.closes_at,
                subject=_("快截止了：%(title)s") % _facts(motion),
                body=_(
                    "%(fund)s的议案 %(number)s 在 %(closes)s 截止，您还没有投。\n\n请到这里投：\n%(vote)s\n"
                )
                % _facts(motion),
            )


def withdrawn(motion: Motion) -> None:
    """Tell the roll that the vote is off."""
    with translation.override(settings.LANGUAGE_CODE):
        for seat in _roll(motion):
            outbox.say(
                f"governance.withdrawn:{motion.code}:{seat.pk}",
                to=seat.user.email,
                topic=motion.code,
                subject=_("已撤回：%(title)s") % _facts(motion),
                body=_("%(fund)s的议案 %(number)s 已经撤回，投过的票作废，也不会计票。\n") % _facts(motion),
            )


def decided(motion: Motion) -> None:
    """Tell the whole committee the result and where its arithmetic stands."""
    seats = Seat.objects.filter(held_now(), committee=motion.committee).select_related("user")
    with translation.override(settings.LANGUAGE_CODE):
        for seat in seats:
            outbox.say(
                f"governance.decided:{motion.code}:{seat.pk}",
                to=seat.user.email,
                topic=motion.code,
                subject=_("%(state)s：%(title)s") % _facts(motion),
                body=_("%(fund)s的议案 %(number)s %(state)s。\n\n怎么算出来的，都在这里：\n%(result)s\n")
                % _facts(motion),
            )


def term_ends(term: EndingTerm, warning: int, people: Iterable[User]) -> None:
    """Tell who looks after a committee that a term runs out, once per warning (days before) and person."""
    committee = term.committee
    facts = {
        "fund": committee.fund.name,
        "until": term.until_day.isoformat(),
        "seats": term.seats,
        "page": f"{settings.SITE_URL}/committee/{committee.fund.code}/",
    }
    with translation.override(settings.LANGUAGE_CODE):
        for person in people:
            outbox.say(
                f"governance.term:{committee.pk}:{term.until_day.isoformat()}:{warning}:{person.pk}",
                to=person.email,
                subject=_("任期快满了：%(fund)s管委会") % facts,
                body=_(
                    "%(fund)s管委会有 %(seats)d 个席位的任期到 %(until)s 为止。\n\n"
                    "到期以后，没有接任的席位不能再表决。请早点办连任或换届交接：\n%(page)s\n"
                )
                % facts,
            )


def hand_over_waits(hand_over: HandOver, people: Iterable[User]) -> None:
    """Ask both chairs to confirm a hand-over."""
    facts = {
        "fund": hand_over.committee.fund.name,
        "page": f"{settings.SITE_URL}/hand-over/{hand_over.code}/",
    }
    with translation.override(settings.LANGUAGE_CODE):
        for person in people:
            outbox.say(
                f"governance.hand_over:{hand_over.code}:{person.pk}",
                to=person.email,
                subject=_("请确认换届交接：%(fund)s") % facts,
                body=_("%(fund)s管委会的换届交接等您确认。双方都确认后，新一届立即上任：\n%(page)s\n")
                % facts,
            )


def _roll(motion: Motion) -> Iterable[Seat]:
    return Seat.objects.filter(pk__in=motion.roll.values("seat_id")).select_related("user").order_by("pk")


def _facts(motion: Motion) -> dict[str, str]:
    return {
        "fund": motion.committee.fund.name,
        "number": motion.number,
        "title": motion.title,
        "amount": f"¥{money.written(motion.amount)}" if motion.amount else "",
        "closes": moment(motion.closes_at),
        "state": str(motion.get_state_display()),
        "vote": f"{settings.SITE_URL}/vote/{motion.code}/",
        "result": f"{settings.SITE_URL}/m/{motion.code}/",
    }
