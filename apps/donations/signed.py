"""Papers of this room whose bytes are their proof, so that they stay as they came (`core.cleaning`): signed ones, and
fiscal receipts with the seal of the finance department's system."""

from apps.donations.models import Custody, DonationAgreement, DonorInstruction, FiscalReceipt, PurposeRequest

AS_THEY_CAME = [
    (Custody, "agreement"),
    (DonationAgreement, "file"),
    (DonorInstruction, "document"),
    (FiscalReceipt, "file"),
    (PurposeRequest, "answer_paper"),
]
