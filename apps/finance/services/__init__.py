"""The verbs of finance, by family."""

from apps.finance.services.exports import Export, csv_lines, export, xlsx_file
from apps.finance.services.matching import gift_of_line, match_line, match_lines
from apps.finance.services.statements import import_statement, import_upload, keep_upload

__all__ = [
    "Export",
    "csv_lines",
    "export",
    "gift_of_line",
    "import_statement",
    "import_upload",
    "keep_upload",
    "match_line",
    "match_lines",
    "xlsx_file",
]
