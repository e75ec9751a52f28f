"""Named by the settings instead of `django.db.backends.postgresql`."""

import select
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper


# The stubs know psycopg 2 only; hence the ignored types.
class _PreparedCursor(base.ServerBindingCursor):
    """Sends values apart from the statement, which the server plans once and remembers for this connection."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Any:
        return super().execute(query, params, prepare=True)  # type: ignore[misc]


class DatabaseWrapper(base.DatabaseWrapper):
    """Before each request Django asks whether the connection still works, with a statement of its own. A server that
    went away has closed the socket, which shows without asking: a quiet open socket is taken for a living one."""

    def is_usable(self) -> bool:
        """Return whether the connection works; ask the server only when something points to the contrary."""
        connection = self.connection
        if connection is None or connection.closed or self.errors_occurred:
            return super().is_usable()
        # Nothing was asked, so anything to read is a farewell.
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return super().is_usable() if poll.poll(0) else True

    def prepared_cursor(self) -> CursorWrapper:
        """Return a cursor for a statement that is asked again and again. Planning such statements anew each time costs
        the server more than answering them."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        cursor = _PreparedCursor(self.connection)  # type: ignore[call-arg]
        return self._prepare_cursor(cursor)  # type: ignore[attr-defined,no-any-return]
