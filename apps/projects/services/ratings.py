"""What served residents think: one-time codes on paper cards, one reply each."""

from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.projects import permissions, rules
from apps.projects.models import Evidence, Ground, Project, RatingCode, SatisfactionReply
from apps.projects.services.applications import changed, lock_project
from apps.projects.states import AT_WORK, RETURNED
from apps.users.models import User


@verb
def issue_rating_codes(
    project: Project, *, count: int, until: date | None = None, by: User | None
) -> list[str]:
    """Make `count` one-time codes to hand to served residents and return them.

    `until` is the last day on which they are taken; None sets no day. `grants` asks who may; never someone on the
    implementer's side, who would rate their own work.
    """
    project = lock_project(project)
    permissions.not_the_implementer(by, project).require()
    if project.state not in AT_WORK:
        raise Refused(_("项目开始以后才能发评价码。"))
    if not 1 <= count <= rules.MAX_CODES_AT_ONCE:
        raise Refused(_("一次可以发 1 到 %(most)d 个评价码。") % {"most": rules.MAX_CODES_AT_ONCE}, "count")
    if until is not None and not clock.today() <= until <= rules.latest_card_day(clock.today()):
        raise Refused(_("截止日期要从今天起、一年以内。"), "until")
    now = clock.now()
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {new_code("", rules.RATING_CODE_LENGTH) for _turn in range(count - len(codes))}
        codes |= fresh - set(RatingCode.objects.filter(code__in=fresh).values_list("code", flat=True))
    RatingCode.objects.bulk_create(
        [
            RatingCode(
                project=project,
                code=code,
                issued_at=now,
                issued_by_id=by.pk if by else None,
                valid_until=until,
            )
            for code in sorted(codes)
        ]
    )
    audit.record(by, "issue_rating_codes", project, count=count)
    changed(project)
    return sorted(codes)


@verb
def print_cards(project: Project, *, sheet: int | None = None, by: User) -> list[RatingCode]:
    """Put the codes that were never printed on a sheet of cards, each once, and return them; with `sheet`, print again
    what nobody has used of that sheet. `grants` asks who may; never someone on the implementer's side.

    Raises `Refused` when there is nothing to print.
    """
    project = lock_project(project)
    permissions.not_the_implementer(by, project).require()
    open_ones = RatingCode.objects.filter(project=project, reply=None).exclude(valid_until__lt=clock.today())
    if sheet is None:
        wanted = open_ones.filter(prints=0).order_by("pk")[: rules.MAX_CARDS]
    else:
        wanted = open_ones.filter(sheet=sheet).order_by("pk")[: rules.MAX_CARDS]
    codes = list(wanted)
    if not codes and sheet is None:
        raise Refused(_("没有还没印过的评价码。再生成几个，或者重印以前的一批。"))
    if not codes:
        raise Refused(_("这一批没有可以重印的：都用过了，或者过了截止日期。"))
    now = clock.now()
    if sheet is None:
        last = RatingCode.objects.filter(project=project).aggregate(last=Max("sheet"))["last"] or 0
        for code in codes:
            code.sheet, code.printed_at = last + 1, now
    for code in codes:
        code.prints += 1
    RatingCode.objects.bulk_update(codes, ["sheet", "printed_at", "prints"])
    audit.record(by, "print_cards", project, count=len(codes), number=codes[0].sheet, state=sheet is not None)
    return codes


def find_code(text: str) -> RatingCode:
    """Return the unused code that someone typed. Raises `Refused` with a sentence for a wrong, used or early one."""
    code = rules.read_rating_code(text)
    row = RatingCode.objects.select_related("project", "project__fund", "project__organisation").filter(
        code=code
    )
    found = row.first()
    if found is None:
        raise Refused(_("没有这个评价码，请照卡片上的再输一遍。"), "code")
    if SatisfactionReply.objects.filter(code=found).exists():
        raise Refused(_("这个评价码已经用过了，一码只能评一次。"), "code")
    if found.valid_until is not None and found.valid_until < clock.today():
        raise Refused(
            _("这个评价码 %(day)s 就截止了，谢谢您想着。") % {"day": found.valid_until.isoformat()}, "code"
        )
    if not Evidence.objects.filter(project=found.project).exclude(state=RETURNED).exists():
        raise Refused(_("这个项目还没有交成果，等做出来了再评。"), "code")
    return found


@verb
def rate(code: str, *, stars: int, words: str = "") -> SatisfactionReply:
    """Write the one reply that a code allows: 1 to 5 stars and a few words. Nobody signs in for this.

    Raises `Refused` with a sentence for an unknown, used or too early code and for other stars.
    """
    return _write(find_code(code), stars=stars, words=words, by=None)


@verb
def enter_call_back(
    project: Project, *, code: str, stars: int, words: str = "", by: User
) -> SatisfactionReply:
    """Write down what a served resident said on the telephone, under the code that was issued to them. `grants` asks
    who may; never someone on the implementer's side.

    Raises `Refused` as `rate` does, and for a code of another project.
    """
    permissions.not_the_implementer(by, project).require()
    found = find_code(code)
    if found.project_id != project.pk:
        raise Refused(_("这个评价码是另一个项目的，请核对。"), "code")
    return _write(found, stars=stars, words=words, by=by)


@verb
def judge_words(reply: SatisfactionReply, *, ground: str = "", by: User) -> SatisfactionReply:
    """Let everyone read the words of a reply, or keep them back on a ground (`Ground`); either can be
    changed later. The stars count all the same. `grants` asks who may; never someone on the implementer's side.

    Raises `Refused` for a reply without words and for a ground that there is not.
    """
    project = lock_project(reply.code.project)
    permissions.not_the_implementer(by, project).require()
    row = lock_row(SatisfactionReply, pk=reply.pk)
    if not row.words:
        raise Refused(_("这条评价没有写话。"))
    if ground and ground not in Ground.values:
        raise Refused(_("请选不公开的理由。"), "ground")
    state = SatisfactionReply.Words.WITHHELD if ground else SatisfactionReply.Words.SHOWN
    if (row.words_state, row.withheld_for) == (state, ground):
        return row
    row.words_state, row.withheld_for, row.read_at, row.read_by_id = state, ground, clock.now(), by.pk
    row.save(update_fields=["words_state", "withheld_for", "read_at", "read_by_id"])
    audit.record(by, "judge_words", project, state=str(state), reason=ground)
    changed(project)
    return row


def _write(found: RatingCode, *, stars: int, words: str, by: User | None) -> SatisfactionReply:
    # The row of the code is the lock: of two replies at once, the second finds the first.
    lock_row(RatingCode, pk=found.pk)
    if SatisfactionReply.objects.filter(code=found).exists():
        raise Refused(_("这个评价码已经用过了，一码只能评一次。"), "code")
    if not 1 <= stars <= rules.MAX_STARS:
        raise Refused(_("请在 1 到 5 里选一个。"), "stars")
    words = clean_text(words, field="words", limit=200, lines=True)
    state = SatisfactionReply.Words.NONE
    if words:
        # Who takes words down in a call has read them.
        state = SatisfactionReply.Words.SHOWN if by else SatisfactionReply.Words.UNREAD
    reply = SatisfactionReply.objects.create(
        code=found,
        stars=stars,
        words=words,
        given_at=clock.now(),
        channel=SatisfactionReply.Channel.CALL if by else SatisfactionReply.Channel.CODE,
        entered_by_id=by.pk if by else None,
        words_state=state,
        read_at=clock.now() if words and by else None,
        read_by_id=by.pk if words and by else None,
    )
    audit.record(by, "enter_call_back" if by else "rate", found.project, stars=stars)
    changed(found.project)
    return reply
