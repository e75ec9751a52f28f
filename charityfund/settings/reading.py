"""Reading what an operator wrote into the environment. What cannot be read becomes one sentence, never a traceback.

A variable that is set to nothing counts as not set, so that an empty line of a file of settings does no harm.
"""

import os
from collections.abc import Callable, Collection
from typing import TypeVar

Read = TypeVar("Read")
YES, NO = frozenset({"1", "true", "on", "yes"}), frozenset({"0", "false", "off", "no"})


class Reader:
    """Reads variables by name and keeps a sentence on each that says nothing of its kind, in `faults`.

    A sentence never repeats an address, as passwords stand in them.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """Return what stands there, without space around it."""
        return os.environ.get(name, "").strip() or default

    def words(self, name: str, default: list[str]) -> list[str]:
        """Return what is listed there between commas."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()] or default

    def yes(self, name: str, *, default: bool) -> bool:
        """Return whether something is on."""
        text = self.text(name).lower()
        if text in YES | NO:
            return text in YES
        if text:
            self.faults.append(f"{name} is {text!r}; it must be true or false.")
        return default

    def whole(self, name: str, default: int, *, least: int = 0) -> int:
        """Return a whole number of at least `least`."""
        text = self.text(name, str(default))
        if not text.isdecimal() or len(text) > 9 or int(text) < least:
            self.faults.append(f"{name} is {text!r}; it must be a whole number of at least {least}.")
            return default
        return int(text)

    def address(
        self, name: str, default: str, *, begins: Collection[str], read: Callable[[str], Read]
    ) -> Read:
        """Return what `read` makes of an address, which begins with one of some words before its `://`."""
        url = self.text(name, default)
        if url.partition("://")[0] not in begins or "://" not in url:
            ways = ", ".join(f"{way}://" for way in sorted(begins))
            self.faults.append(f"{name} must be an address that begins with one of {ways}.")
        else:
            try:
                return read(url)
            except ValueError:
                self.faults.append(
                    f"{name} cannot be read; write special characters of a password as in %23 for #."
                )
        return read(default)
