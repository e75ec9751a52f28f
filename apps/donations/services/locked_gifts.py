"""The gifts that a set of payments is about: found, locked and read in a few statements, however many they are."""

from collections.abc import Sequence
from typing import Any

from apps.core.compiled import Compiled, Params
from apps.donations.models import Donation, Donor
from apps.donations.providers.base import PaymentFact
from apps.funds.models import Fund, Host

_found: Compiled[int] = Compiled(
    lambda: (
        Donation.objects.filter(session_id__in=Params("sessions", "text"))
        .values_list("pk", flat=True)
        .union(Donation.objects.filter(code__in=Params("codes", "text")).values_list("pk", flat=True))
    )
)
# What booking reads of a gift; anything else would be asked for row by row.
READ = (
    "code",
    "host",
    "fund",
    "restriction",
    "donor",
    "channel",
    "state",
    "amount",
    "session_id",
    "payment_id",
)
# By their keys alone: a statement that waits for a lock looks at nothing that may have changed meanwhile.
_locked = Compiled(
    lambda: (
        Donation.objects.select_for_update(no_key=True)
        .only(*READ)
        .filter(pk__in=Params("keys", "bigint"))
        .order_by("pk")
    )
)
_behind: dict[str, Compiled[Any]] = {
    "fund": Compiled(lambda: Fund.objects.filter(pk__in=Params("keys", "bigint"))),
    "host": Compiled(lambda: Host.objects.filter(pk__in=Params("keys", "bigint"))),
    "donor": Compiled(lambda: Donor.objects.filter(pk__in=Params("keys", "bigint"))),
}


class LockedGifts:
    """The gifts that a set of facts is about, locked until the transaction ends, with fund, host and donor."""

    def __init__(self, facts: Sequence[PaymentFact]) -> None:
        keys = _found(
            sessions={fact.session_id for fact in facts if fact.session_id},
            codes={fact.donation for fact in facts if fact.donation},
        )
        gifts = _locked.rows(keys=keys)
        _join(gifts)
        self._by_code = {gift.code: gift for gift in gifts}
        self._by_session = {gift.session_id: gift for gift in gifts if gift.session_id}

    def find(self, fact: PaymentFact) -> tuple[Donation | None, Donation | None]:
        """Return the gift by our code and by the provider's session; they should be one."""
        return self._by_code.get(fact.donation), self._by_session.get(fact.session_id)


def _join(gifts: Sequence[Donation]) -> None:
    """Lay fund, host and donor beside each gift, as `prefetch_related` would at several times the cost. Few funds stand
    behind many gifts: each is read once."""
    for name, ask in _behind.items():
        field: Any = Donation._meta.get_field(name)
        found = {row.pk: row for row in ask(keys={getattr(gift, field.attname) for gift in gifts})}
        for gift in gifts:
            field.set_cached_value(gift, found[getattr(gift, field.attname)])
