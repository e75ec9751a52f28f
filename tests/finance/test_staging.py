"""Staged rows on their way into PostgreSQL: values that COPY would read as something else arrive as they are."""

from datetime import date

import pytest
from django.db import connection

from apps.finance.services.staging import _as_copied

WORDS = ["", "\\N", "\\.", "a\tb", "a\nb\r", "\\\\", "NULL", "王䶮", None]


@pytest.mark.postgres
@pytest.mark.django_db
def test_values_arrive_as_they_are() -> None:
    columns = [WORDS, [None, *range(8)], [True, False, None] * 3, [date(2026, 2, 28)] * 9]
    rows = "".join("\t".join(row) + "\n" for row in zip(*map(_as_copied, columns), strict=True))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE arrived (words text, number int, is_so bool, day date)")
        with cursor.copy("COPY arrived FROM STDIN") as copy:
            copy.write(rows)
        cursor.execute("SELECT * FROM arrived")
        assert cursor.fetchall() == list(zip(*columns, strict=True))
