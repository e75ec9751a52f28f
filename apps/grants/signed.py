"""Papers of this room whose bytes are their proof, so that they stay as they came (`core.cleaning`)."""

from apps.grants.models import GrantAgreement

AS_THEY_CAME = [(GrantAgreement, "signed_copy")]
