"""The personal fields of this room."""

from apps.core.resealing import SealedField
from apps.grants.models import Objection

FIELDS = [SealedField(Objection, "contact", "objection:{}:contact")]
