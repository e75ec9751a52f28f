"""The verbs of finance, by family."""

from apps.finance.services.statements import import_statement, import_upload, keep_upload

__all__ = ["import_statement", "import_upload", "keep_upload"]
