"""The verbs of finance, by family."""

from apps.finance.services.cash import undo_deposit
from apps.finance.services.exports import Export, csv_lines, export, xlsx_file
from apps.finance.services.life import (
    close_decided_funds,
    close_fund,
    close_fund_decided,
    merge_funds,
    publish_surplus,
    record_cleanup,
    split_fund,
)
from apps.finance.services.matching import gift_of_line, match_line, match_lines
from apps.finance.services.months import close_books
from apps.finance.services.opening import Opening, find_opening, open_books
from apps.finance.services.platforms import (
    book_platform_file,
    book_platform_files,
    confirm_platform_file,
    keep_platform_file,
    read_platform_file,
)
from apps.finance.services.receipts import FaultyRows, RowFault, export_requests, import_receipts, overdue
from apps.finance.services.statements import import_statement, import_upload, keep_upload

__all__ = [
    "Export",
    "FaultyRows",
    "Opening",
    "RowFault",
    "book_platform_file",
    "book_platform_files",
    "close_books",
    "close_decided_funds",
    "close_fund",
    "close_fund_decided",
    "confirm_platform_file",
    "csv_lines",
    "export",
    "export_requests",
    "find_opening",
    "gift_of_line",
    "import_receipts",
    "import_statement",
    "import_upload",
    "keep_platform_file",
    "keep_upload",
    "match_line",
    "match_lines",
    "merge_funds",
    "open_books",
    "overdue",
    "publish_surplus",
    "read_platform_file",
    "record_cleanup",
    "split_fund",
    "undo_deposit",
    "xlsx_file",
]
