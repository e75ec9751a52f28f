"""What must hold of applications and their reviews at any moment, checked by `manage.py check_books`."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.projects.models import (
    Answer,
    Call,
    Evidence,
    EvidenceDocument,
    EvidencePhoto,
    Expense,
    Figure,
    Offer,
    Project,
    Question,
    Review,
    SentFile,
    Share,
)
from apps.projects.queries import sheet_of
from apps.projects.rules import Sheet
from apps.projects.states import ACCEPTED, DRAFT


def _points() -> Iterator[Row]:
    """Every review gives each criterion of its sheet between nothing and its full points."""
    sheets: dict[tuple[int | None, tuple[str, ...]], Sheet] = {}
    for review in Review.objects.select_related("project__call").iterator(chunk_size=500):
        project = review.project
        key = (project.call_id, tuple(project.criteria))
        if key not in sheets:
            sheets[key] = sheet_of(project.call, project.criteria)
        is_current = review.text_hash == project.text_hash
        if is_current and not _fits(review.points, sheets[key]):
            yield {"project": project.code, "review": review.pk}


def _fits(points: list[int], sheet: Sheet) -> bool:
    return len(points) == len(sheet) and all(
        0 <= given <= one.most for given, one in zip(points, sheet, strict=True)
    )


def _answers() -> Iterator[Row]:
    """An answer to a call goes to one of its funds."""
    among = Call.funds.through.objects.filter(call=OuterRef("call_id"), fund=OuterRef("fund_id"))
    yield from map(
        dict,
        Project.objects.exclude(call=None).exclude(Exists(among)).values("code", "call__code", "fund__code"),
    )


def _shares() -> Iterator[Row]:
    """What the funds are asked to pay adds up to what a project asks, and the fund that was applied to pays a part."""
    sums = Share.objects.filter(project=OuterRef("pk")).order_by().values("project")
    total = Coalesce(Subquery(sums.annotate(total=Sum("amount")).values("total")), 0)
    own = Share.objects.filter(project=OuterRef("pk"), fund=OuterRef("fund_id"))
    wrong = Project.objects.annotate(in_shares=total).filter(~Q(asked=F("in_shares")) | ~Exists(own))
    yield from map(dict, wrong.values("code", "asked", "in_shares"))


def _expenses() -> Iterator[Row]:
    """An expense stands on a line of its own project's budget."""
    wrong = Expense.objects.exclude(line__project=F("project"))
    yield from map(dict, wrong.values("code", "project__code"))


def _reports() -> Iterator[Row]:
    """A report speaks of its own project's milestone and indicators."""
    wrong = Evidence.objects.exclude(milestone=None).exclude(milestone__project=F("project"))
    yield from map(dict, wrong.values("code"))
    figures = Figure.objects.exclude(indicator__project=F("evidence__project"))
    yield from map(dict, figures.values("evidence__code", "indicator"))


def _answered() -> Iterator[Row]:
    """An application answers its own call's questions, and one that is handed in leaves out none that must be
    answered."""
    foreign = Answer.objects.exclude(question__call=F("project__call"))
    yield from map(dict, foreign.values("code"))
    given = Answer.objects.filter(project=OuterRef("call__projects__pk"), question=OuterRef("pk"))
    owed = Question.objects.filter(is_required=True, call__projects__isnull=False)
    missing = owed.exclude(call__projects__state=DRAFT).filter(~Exists(given))
    yield from map(dict, missing.values("call__code", "number", "call__projects__code"))


def _offers() -> Iterator[Row]:
    """An offer is within its own call's list, and adds up to what the application asks."""
    wrong = Offer.objects.exclude(
        Q(item__call=F("project__call"), quantity__lte=F("item__quantity"), price__lte=F("item__price"))
        & (Q(item__is_fixed=False) | Q(price=F("item__price")))
    )
    yield from map(dict, wrong.values("project__code", "item__service", "quantity", "price"))
    lines = Offer.objects.filter(project=OuterRef("pk")).order_by().values("project")
    total = Subquery(lines.annotate(total=Sum(F("quantity") * F("price"))).values("total"))
    offering = Project.objects.filter(offers__isnull=False).distinct().annotate(offered=total)
    yield from map(dict, offering.exclude(offered=F("asked")).values("code", "asked", "offered"))


def _hidden() -> Iterator[Row]:
    """What is withheld, not accepted yet, not released, not filed yet, or was covered is not public."""
    shown = EvidencePhoto.objects.filter(
        Q(file__is_public=True) & (~Q(withheld_at=None) | ~Q(evidence__state=ACCEPTED))
        | Q(original__is_public=True)
    )
    yield from map(dict, shown.values("evidence__code", "pk"))
    documents = EvidenceDocument.objects.filter(file__is_public=True)
    unread = documents.filter(Q(released_at=None) | ~Q(evidence__state=ACCEPTED))
    yield from map(dict, unread.values("evidence__code", "pk"))
    vouchers = Expense.objects.filter(
        Q(voucher__is_public=True, covered__isnull=False)
        | Q(struck_at__isnull=False) & (Q(voucher__is_public=True) | Q(covered__is_public=True))
    )
    yield from map(dict, vouchers.values("code", "pk"))
    yield from map(dict, SentFile.objects.filter(file__is_public=True).values("report", "pk"))


CHECKS = [
    Check("projects.points", _("每份评分都在评分表的满分以内"), _points),
    Check("projects.shares", _("各基金的份额之和等于项目申请的钱"), _shares),
    Check("projects.answers", _("回应征集的申请都交给征集里的基金"), _answers),
    Check("projects.expenses", _("每笔支出都记在自己项目的预算行上"), _expenses),
    Check("projects.reports", _("每份成果只说自己项目的节点和指标"), _reports),
    Check("projects.answered", _("每份申请只回答自己征集的问题，必答的都答了"), _answered),
    Check("projects.offers", _("每份报价都在清单以内，合计等于申请的钱"), _offers),
    Check("projects.hidden", _("不公开的、没验收的、没放行的和遮过的照片和附件都没有公开"), _hidden),
]
