"""Papers of this room whose bytes are their proof, so that they stay as they came (`core.cleaning`)."""

from apps.funds.models import FundAgreement

AS_THEY_CAME = [(FundAgreement, "scan")]
