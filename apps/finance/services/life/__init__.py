"""How funds end: merged, split, or closed with their surplus given on."""

from apps.finance.services.life.closing import (
    close_decided_funds,
    close_fund,
    close_fund_decided,
    publish_surplus,
)
from apps.finance.services.life.idle import record_cleanup
from apps.finance.services.life.reorganising import merge_funds, split_fund

__all__ = [
    "close_decided_funds",
    "close_fund",
    "close_fund_decided",
    "merge_funds",
    "publish_surplus",
    "record_cleanup",
    "split_fund",
]
