"""The bank's view of the money, files of designated platforms, and what was handed out as files."""

from apps.finance.models.desk import (
    BankMatch,
    BankStatement,
    Cleanup,
    ExportRun,
    StatementLine,
    StatementUpload,
)
from apps.finance.models.platforms import (
    PlatformColumns,
    PlatformFile,
    PlatformPiece,
    PlatformRow,
    PlatformWords,
)

__all__ = [
    "BankMatch",
    "BankStatement",
    "Cleanup",
    "ExportRun",
    "PlatformColumns",
    "PlatformFile",
    "PlatformPiece",
    "PlatformRow",
    "PlatformWords",
    "StatementLine",
    "StatementUpload",
]
