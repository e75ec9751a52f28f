"""Columns of what enters finance (bank statements) and of what leaves it (gifts, payments, vouchers)."""

from apps.finance.resources.exports import GiftResource, PaymentResource, VoucherResource
from apps.finance.resources.statements import StatementLineResource, dataset_of

__all__ = ["GiftResource", "PaymentResource", "StatementLineResource", "VoucherResource", "dataset_of"]
