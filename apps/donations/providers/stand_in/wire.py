"""How requests are written: Stripe's bracketed form fields in, nested dictionaries out."""

from typing import Any
from urllib.parse import parse_qsl

from apps.donations.providers.stand_in.store import ApiError

Params = dict[str, Any]


def read(text: str) -> Params:
    """Parse `line_items[0][quantity]=1` into nested dictionaries and lists."""
    root: Params = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        names = key.replace("]", "").split("[")
        node = root
        for name in names[:-1]:
            node = node.setdefault(name, {})
            if not isinstance(node, dict):
                raise ApiError(400, f"Invalid request: {key}", param=key)
        node[names[-1]] = value
    return {name: _lists(value) for name, value in root.items()}


def _lists(value: Any) -> Any:
    """Turn dictionaries whose keys are 0, 1, 2 … into lists."""
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(part) for name, part in value.items()}
    if inner and all(name.isdigit() or name == "" for name in inner):
        return [inner[name] for name in sorted(inner, key=lambda name: int(name or 0))]
    return inner


def check_known(params: Params, known: frozenset[str]) -> None:
    """Raise 400 for a parameter the real service does not know either."""
    for name in params:
        if name not in known:
            raise ApiError(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def integer(value: Any, param: str) -> int:
    """Read a whole number. Raises 400 in Stripe's words."""
    try:
        return int(str(value))
    except ValueError:
        raise ApiError(
            400, f"Invalid integer: {value}", code="parameter_invalid_integer", param=param
        ) from None
