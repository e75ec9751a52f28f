"""Named by the settings instead of `django.db.backends.postgresql`."""

import select

from django.db.backends.postgresql import base


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
