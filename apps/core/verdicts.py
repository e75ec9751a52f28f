"""A permission or a rule answers with a reason, used by the page, the button and the verb alike."""

from dataclasses import dataclass

from django.utils.functional import Promise


class Refused(Exception):
    """A rule says no. Carries one sentence for the person, and the field it is about, if any."""

    def __init__(self, reason: str | Promise, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field

    def __str__(self) -> str:
        return str(self.reason)


@dataclass(frozen=True)
class Verdict:
    """Yes, or no with the sentence that explains it."""

    ok: bool
    reason: str | Promise = ""

    def __bool__(self) -> bool:
        return self.ok

    def require(self) -> None:
        """Raise `Refused` with the reason unless the verdict is yes."""
        if not self.ok:
            raise Refused(self.reason)


YES = Verdict(True)


def no(reason: str | Promise) -> Verdict:
    """Return a refusal with its sentence."""
    return Verdict(False, reason)
