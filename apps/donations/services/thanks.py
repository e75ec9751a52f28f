"""A fund's committee thanks those who gave."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import queries
from apps.donations.likeness import names
from apps.donations.models import Donation, FundThanks
from apps.donations.rules import Giver
from apps.funds.models import Fund
from apps.users.models import User

WORDS_LIMIT = 200


def forget_thanks(gifts: QuerySet[Donation], *, name: str, is_erasure: bool, by: Giver | User | None) -> None:
    """Destroy the words of thanks for these gifts of one donor that speak of them by name, and, where the donor is
    erased, those that were said to nobody else. Called while the name is still known."""
    donors = gifts.values("donor")
    others = Donation.objects.filter(thanks=OuterRef("pk"), donor__erased_at=None).exclude(donor__in=donors)
    rows = FundThanks.objects.filter(donations__in=gifts, erased_at=None).distinct()
    for row in rows.annotate(is_shared=Exists(others)):
        if names(row.words, name) or (is_erasure and not row.is_shared):
            FundThanks.objects.filter(pk=row.pk, erased_at=None).update(words="", erased_at=clock.now())
            audit.record(by, "forget_thanks", row)


@verb
def thank_donors(
    fund: Fund, *, gifts: Collection[str] | None, words: str, token: str, by: User
) -> FundThanks:
    """Say thanks for some of the fund's gifts (codes; None for all that wait); once for each, once per form.

    Who speaks for the fund is the caller's to say. Raises `Refused` where nothing of them waits for thanks.
    """
    words = clean_text(words, field="words", limit=WORDS_LIMIT)
    if not words:
        raise Refused(_("请写一句感谢的话。"), "words")
    lock_row(Fund, pk=fund.pk)
    known = FundThanks.objects.filter(form_token=token).first()
    if known is not None:
        return known
    waiting = queries.unthanked(fund)
    if gifts is not None:
        waiting = waiting.filter(code__in=gifts)
    keys = list(waiting.values_list("pk", flat=True))
    if not keys:
        raise Refused(_("请勾选还没有感谢过的捐赠。"), "gifts")
    thanks = FundThanks.objects.create(
        code=new_code("FT", 8), fund=fund, words=words, by_id=by.pk, at=clock.now(), form_token=token
    )
    Donation.objects.filter(pk__in=waiting.values("pk"), thanks=None).update(thanks=thanks)
    audit.record(by, "thank_donors", thanks, fund=fund.code, gifts=len(keys))
    return thanks
