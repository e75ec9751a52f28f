"""The personal fields of this room."""

from apps.core.resealing import SealedField
from apps.registry.models import Organisation

FIELDS = [SealedField(Organisation, "payee_account", "organisation:{}:payee_account")]
