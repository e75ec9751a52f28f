"""The personal fields of this room."""

from apps.core.resealing import SealedField
from apps.finance.models import PlatformPiece, PlatformWords, StatementLine, StatementUpload

# A piece has a quarter of a megabyte, an upload up to five.
FIELDS = [
    SealedField(StatementUpload, "body_sealed", "statement:{}:body", at_once=2),
    SealedField(
        StatementLine, "counterparty_sealed", "line:{}:{}:counterparty", key=("host_id", "reference")
    ),
    SealedField(StatementLine, "memo_sealed", "line:{}:{}:memo", key=("host_id", "reference")),
    SealedField(PlatformPiece, "body_sealed", "platform-piece:{}:{}", key=("file_id", "number"), at_once=20),
    SealedField(PlatformWords, "words_sealed", "platform-words:{}:{}", key=("file_id", "first"), at_once=20),
]
