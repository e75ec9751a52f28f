"""Before the vote: the party organisation's study where the rules ask for it, and the notice to the members."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.templatetags.figures import moment as written
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds.rules import EffectiveRule
from apps.governance import notices, permissions, queries
from apps.governance.models import Meeting, Motion, PartyReview
from apps.governance.services.motions.rows import lock
from apps.governance.states import DRAFT, MOTION_MOVES, NOTICED, PARTY_REVIEW
from apps.users.models import User

RAISED_LIMIT, OFFICES_LIMIT = 3000, 300
OLDEST_STUDY = timedelta(days=365)


@verb
def send_to_study(motion: Motion, *, by: User | None) -> Motion:
    """Lay a draft before the community's party organisation; it studies the text as it stands."""
    motion = lock(motion)
    if motion.state == PARTY_REVIEW:
        return motion
    permissions.may_prepare(by, motion).require()
    check_move(MOTION_MOVES, motion.state, PARTY_REVIEW, what=_("这个议案"))
    motion.state = PARTY_REVIEW
    motion.save(update_fields=["state"])
    audit.record(by, "governance.send_to_study", motion, subject_hash=motion.subject_hash)
    notices.to_study(motion)
    return motion


@verb
def record_study(
    motion: Motion, *, held_on: date, took_part: str, opinion: str, raised: str = "", by: User
) -> PartyReview:
    """Minute the party organisation's study: when, who took part by office, what was raised, its opinion.

    It can raise matters, and send the text back to draft with reasons. It decides nothing: there is no yes and no no,
    and no tally reads it. The same minutes recorded twice are one. Raises `Refused` naming the field.
    """
    motion = lock(motion)
    permissions.may_record_study(by, motion).require()
    if opinion not in PartyReview.Opinion.values:
        raise Refused(_("前置研究只提意见，不作赞成或反对的决定；请从三种意见里选一种。"), "opinion")
    today = clock.today()
    if not today - OLDEST_STUDY <= held_on <= today:
        raise Refused(_("研究的日子不能在今天以后，也不能是一年以前。"), "held_on")
    took_part = clean_text(took_part, field="took_part", limit=OFFICES_LIMIT)
    if not took_part:
        raise Refused(_("请写哪些人参加了，写职务就行。"), "took_part")
    raised = clean_text(raised, field="raised", limit=RAISED_LIMIT, lines=True)
    if opinion != PartyReview.Opinion.NO_OBJECTION and not raised:
        raise Refused(_("请写提了什么意见。"), "raised")
    study = queries.study_of(motion)
    if study is not None:
        raise Refused(_("这一版已经研究过了（%(day)s）。改了文字才要再研究。") % {"day": study.held_on})
    study = PartyReview.objects.create(
        motion=motion,
        held_on=held_on,
        took_part=took_part,
        opinion=opinion,
        raised=raised,
        subject_hash=motion.subject_hash,
        recorded_by_id=by.pk,
        recorded_at=clock.now(),
    )
    audit.record(by, "governance.record_study", motion, opinion=opinion, held_on=held_on.isoformat())
    if opinion == PartyReview.Opinion.SENT_BACK:
        motion.state = DRAFT
        motion.save(update_fields=["state"])
    notices.studied(motion, study)
    return study


@verb
def give_notice(motion: Motion, *, by: User | None) -> Motion:
    """Tell every seat what will be voted on; from now the text is frozen, and the days of notice run.

    Whoever edits it during the notice puts it back to draft, and the notice begins anew. Raises `Refused` where the
    party organisation has to study the text first.
    """
    motion = lock(motion)
    if motion.state == NOTICED:
        return motion
    permissions.may_prepare(by, motion).require()
    way = queries.way_of(motion)
    check_move(MOTION_MOVES, motion.state, NOTICED, what=_("这个议案"))
    check_studied(motion, way)
    motion.state, motion.noticed_at = NOTICED, clock.now()
    motion.notice_until = motion.noticed_at + timedelta(days=way.notice_days)
    motion.save(update_fields=["state", "noticed_at", "notice_until"])
    audit.record(
        by,
        "governance.give_notice",
        motion,
        subject_hash=motion.subject_hash,
        until=queries.utc_text(motion.notice_until),
    )
    notices.noticed(motion)
    return motion


def check_studied(motion: Motion, way: queries.Way) -> None:
    """Raise `Refused` when the text waits for a study, or was never studied and has to be."""
    if (way.study or motion.state == PARTY_REVIEW) and not queries.is_studied(motion):
        raise Refused(
            _("这一版要先由社区党组织研究（依据：%(clause)s）。研究有了记录，才能往下走。")
            % {"clause": queries.source_of(way.study_rule)}
        )


def check_ready(
    motion: Motion,
    effective: Mapping[str, EffectiveRule],
    meeting: Meeting | None,
    *,
    now: datetime,
    closes_at: datetime,
) -> None:
    """Raise `Refused` unless study, notice, meeting, length and the levels above allow the vote to open now."""
    way = queries.way_of(motion, effective)
    check_studied(motion, way)
    if way.notice_days and motion.state != NOTICED:
        raise Refused(
            _("要先通知委员，%(days)d 天以后才能表决（依据：%(clause)s）。")
            % {"days": way.notice_days, "clause": queries.source_of(way.notice_rule)}
        )
    if motion.state == NOTICED and motion.notice_until is not None and now < motion.notice_until:
        raise Refused(
            _("通知期还没满，%(until)s 以后才能开始表决。") % {"until": written(motion.notice_until)}
        )
    for level in queries.missing_levels(motion, effective):
        raise Refused(
            _(
                "通过以后要报“%(level)s”，可现在没有人能办：没有人担任这一级，或者只有提交议案的人、本管委会的人和有关系的人。请先请慈善会设好。"
            )
            % {"level": level.label}
        )
    if meeting is None:
        if way.meeting:
            raise Refused(
                _("这件事要开会表决（依据：%(clause)s）。请先召集会议，把它列进议程，到会上再开始表决。")
                % {"clause": queries.source_of(way.meeting_rule)}
            )
        _check_length(effective["vote_days_min"], now, closes_at)
    else:
        _check_meeting(motion, meeting, effective["vote_days_min"], now=now, closes_at=closes_at)


def _check_length(rule: EffectiveRule, now: datetime, closes_at: datetime) -> None:
    days = queries.whole(rule)
    if closes_at < now + timedelta(days=days):
        raise Refused(
            _("表决至少要开 %(days)d 天（依据：%(clause)s），请把截止时间定晚一些。")
            % {"days": days, "clause": queries.source_of(rule)},
            "closes_at",
        )


def _check_meeting(
    motion: Motion, meeting: Meeting, rule: EffectiveRule, *, now: datetime, closes_at: datetime
) -> None:
    """At a meeting the vote is short; in its place the matter has stood on the agenda for as many days."""
    item = meeting.agenda.filter(motion=motion).first()
    if meeting.committee_id != motion.committee_id or item is None:
        raise Refused(_("这个议案不在这次会议的议程上。"), "meeting")
    if meeting.state != Meeting.State.CALLED or not meeting.starts_at <= now < meeting.ends_at:
        raise Refused(
            _("要在会议进行的时候开始表决：%(start)s 到 %(end)s。")
            % {"start": written(meeting.starts_at), "end": written(meeting.ends_at)},
            "meeting",
        )
    if not now < closes_at <= meeting.ends_at:
        raise Refused(
            _("会上的表决最晚在散会时截止（%(end)s）。") % {"end": written(meeting.ends_at)}, "closes_at"
        )
    days = queries.whole(rule)
    if closes_at < item.added_at + timedelta(days=days):
        raise Refused(
            _("会上表决的事，要提前 %(days)d 天列进议程并通知委员（依据：%(clause)s）。")
            % {"days": days, "clause": queries.source_of(rule)},
            "meeting",
        )
