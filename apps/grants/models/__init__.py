"""Money leaves a fund: awards made by carried motions, their public notice, instalments and payments."""

from apps.grants.models.acceptance import Acceptance, AcceptanceItem
from apps.grants.models.agreements import GrantAgreement
from apps.grants.models.changes import GrantChange, Suspension
from apps.grants.models.final_account import FinalAccount, SurplusReturn
from apps.grants.models.grants import Grant, GrantSource, Instalment
from apps.grants.models.objections import Objection
from apps.grants.models.payments import Clawback, ClawbackReturn, Payment, PaymentFile

__all__ = [
    "Acceptance",
    "AcceptanceItem",
    "Clawback",
    "ClawbackReturn",
    "FinalAccount",
    "Grant",
    "GrantAgreement",
    "GrantChange",
    "GrantSource",
    "Instalment",
    "Objection",
    "Payment",
    "PaymentFile",
    "SurplusReturn",
    "Suspension",
]
