"""How much of a form may be kept before it is handed in; what stands in it is not looked at."""

import json
from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused

# The house's own limits; no law or standard names them. A long application takes a tenth of the first.
MAX_UNFINISHED_BYTES, MAX_UNFINISHED = 120_000, 20


def packed(values: Mapping[str, str]) -> str:
    """Return what was typed as one JSON text, empty fields left out. Raises `Refused` for more than is kept."""
    text = json.dumps({name: value for name, value in values.items() if value}, ensure_ascii=False)
    if len(text.encode(errors="replace")) > MAX_UNFINISHED_BYTES:
        raise Refused(_("写得太长，存不下了，请删短一些。"))
    return text
