"""Rows of funds: hosts, funds and their rules; promises and totals; approvals up the levels."""

from apps.funds.models.approvals import Approval, ApprovalParty, ApprovalStep
from apps.funds.models.funds import (
    DivisionTotal,
    FoldMark,
    Fund,
    Host,
    Reservation,
    Restriction,
)
from apps.funds.models.life import (
    FundAgreement,
    FundApplication,
    FundName,
    FundSuccession,
    Succession,
)
from apps.funds.models.purposes import PurposeChange
from apps.funds.models.rulebooks import Clause, Rulebook, RulebookFile

__all__ = [
    "Approval",
    "ApprovalParty",
    "ApprovalStep",
    "Clause",
    "DivisionTotal",
    "FoldMark",
    "Fund",
    "FundAgreement",
    "FundApplication",
    "FundName",
    "FundSuccession",
    "Host",
    "PurposeChange",
    "Reservation",
    "Restriction",
    "Rulebook",
    "RulebookFile",
    "Succession",
]
