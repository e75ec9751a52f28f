"""The personal fields of this room."""

from apps.core.resealing import SealedField
from apps.projects.models import Answer, NeedPrivate, Unfinished

FIELDS = [
    SealedField(Answer, "words_sealed", "answer:{}:words"),
    SealedField(NeedPrivate, "facts", "need:{}:facts", key="need__code"),
    SealedField(NeedPrivate, "contact", "need:{}:contact", key="need__code"),
    SealedField(NeedPrivate, "volunteer", "need:{}:volunteer", key="need__code"),
    SealedField(Unfinished, "values_sealed", "unfinished:{}:values"),
]
