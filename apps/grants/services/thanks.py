"""The chair or the secretary thanks, for the committee, those who gave to its fund."""

from collections.abc import Collection

from apps.core.verbs import verb
from apps.donations import services as donations
from apps.donations.models import FundThanks
from apps.funds.models import Fund
from apps.grants import permissions
from apps.users.models import User


@verb
def thank_donors(
    fund: Fund, *, gifts: Collection[str] | None, words: str, token: str, by: User
) -> FundThanks:
    """Say thanks for gifts to the fund (codes; None for all that wait). Raises `Refused`."""
    permissions.is_officer(by, fund).require()
    return donations.thank_donors(fund, gifts=gifts, words=words, token=token, by=by)
