"""How money arrives: donors, campaigns, gifts, refunds, and the inbox of the payment providers."""

from apps.donations.models.agreements import DonationAgreement
from apps.donations.models.batches import BatchGift, BoxCount, CollectionBox, GiftBatch
from apps.donations.models.campaigns import Campaign, CampaignFile, CampaignReport, CampaignVersion
from apps.donations.models.care import DonorApart, DonorContact, DonorMerge
from apps.donations.models.cash import CashDeposit, DepositedGift
from apps.donations.models.certificates import Certificate
from apps.donations.models.corrections import CampaignCorrection, Correction, PurposeRequest, purpose_code
from apps.donations.models.custody import Custody, HandOver
from apps.donations.models.directed import (
    AppealAccount,
    DirectedAppeal,
    DirectedGift,
    Invitee,
    invitee_of_link,
)
from apps.donations.models.donors import Consent, Donor
from apps.donations.models.events import ProviderEvent
from apps.donations.models.gifts import Donation, Refund
from apps.donations.models.inkind import GoodsMove, InKindGift, WriteOff
from apps.donations.models.instructions import DonorInstruction
from apps.donations.models.plans import GivingPlan, PlanChange, plan_code
from apps.donations.models.platforms import PlatformGift
from apps.donations.models.pledges import Pledge, PledgeGift, PledgeInstalment
from apps.donations.models.receipts import FiscalReceipt
from apps.donations.models.signing_in import SignInCode
from apps.donations.models.texts import DonorText, ThankText
from apps.donations.models.thanks import FundThanks

__all__ = [
    "AppealAccount",
    "BatchGift",
    "BoxCount",
    "Campaign",
    "CampaignCorrection",
    "CampaignFile",
    "CampaignReport",
    "CampaignVersion",
    "CashDeposit",
    "Certificate",
    "CollectionBox",
    "Consent",
    "Correction",
    "Custody",
    "DepositedGift",
    "DirectedAppeal",
    "DirectedGift",
    "Donation",
    "DonationAgreement",
    "Donor",
    "DonorApart",
    "DonorContact",
    "DonorInstruction",
    "DonorMerge",
    "DonorText",
    "FiscalReceipt",
    "FundThanks",
    "GiftBatch",
    "GivingPlan",
    "GoodsMove",
    "HandOver",
    "InKindGift",
    "Invitee",
    "PlanChange",
    "PlatformGift",
    "Pledge",
    "PledgeGift",
    "PledgeInstalment",
    "ProviderEvent",
    "PurposeRequest",
    "Refund",
    "SignInCode",
    "ThankText",
    "WriteOff",
    "invitee_of_link",
    "plan_code",
    "purpose_code",
]
