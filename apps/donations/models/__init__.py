"""How money arrives: donors, campaigns, gifts, refunds, and the inbox of the payment providers."""

from apps.donations.models.campaigns import Campaign
from apps.donations.models.donors import Consent, Donor
from apps.donations.models.events import ProviderEvent
from apps.donations.models.gifts import Donation, Refund
from apps.donations.models.signing_in import SignInCode

__all__ = ["Campaign", "Consent", "Donation", "Donor", "ProviderEvent", "Refund", "SignInCode"]
