"""Rows of funds: hosts, funds and their rules; promises and totals; approvals up the levels."""

from apps.funds.models.approvals import Approval, ApprovalStep
from apps.funds.models.funds import (
    Clause,
    DivisionTotal,
    FoldMark,
    Fund,
    Host,
    Reservation,
    Restriction,
    Rulebook,
)

__all__ = [
    "Approval",
    "ApprovalStep",
    "Clause",
    "DivisionTotal",
    "FoldMark",
    "Fund",
    "Host",
    "Reservation",
    "Restriction",
    "Rulebook",
]
