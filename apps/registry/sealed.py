"""The personal fields of this room, and the keyed hash by which those who share an account are found."""

from apps.core.resealing import IndexedField, SealedField
from apps.core.sealing import unseal
from apps.registry.models import Organisation
from apps.registry.rules import payee_context

FIELDS = [SealedField(Organisation, "payee_account", "organisation:{}:payee_account")]
INDEXES = [
    IndexedField(
        Organisation,
        "payee_index",
        lambda organisation: unseal(organisation.payee_account, context=payee_context(organisation.code)),
    ),
]
