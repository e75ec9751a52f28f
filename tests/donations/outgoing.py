"""Every call that the code makes to a payment provider, read from the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

APPS = Path(__file__).resolve().parents[2] / "apps"
PROVIDERS = APPS / "donations" / "providers"
# What the client's package gives that asks nobody.
AT_HOME = {
    "stripe.StripeClient",
    "stripe.RequestsClient",
    "stripe.WebhookSignature.verify_header",
}


def outgoing() -> list[str]:
    """Return each call as `Class.method: resource.verb`, as often as it stands in the code."""
    trees = [ast.parse(path.read_text()) for path in PROVIDERS.glob("*.py")]
    return [call for tree in trees if any(map(_imports_stripe, ast.walk(tree))) for call in _calls(tree)]


def importers() -> set[str]:
    """Return the files that use the provider's client, by their path inside `apps`."""
    return {
        str(path.relative_to(APPS))
        for path in APPS.rglob("*.py")
        if any(_imports_stripe(node) for node in ast.walk(ast.parse(path.read_text())))
    }


def _imports_stripe(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(name.name.split(".")[0] == "stripe" for name in node.names)
    return (
        isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "stripe"
    )


def _calls(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield from _calls_in(inner, f"{node.name}.{inner.name}")
        elif isinstance(node, ast.FunctionDef):
            yield from _calls_in(node, node.name)


def _calls_in(function: ast.FunctionDef, name: str) -> Iterator[str]:
    """A resource may be given a short name first: `sessions = self._client.v1.checkout.sessions`."""
    short: dict[str, str] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            short[node.targets[0].id] = _dotted(node.value)
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        head, _dot, rest = _dotted(node.func).partition(".")
        whole = f"{short.get(head) or head}.{rest}".replace("_v1.", "v1.")
        if ".v1." in whole and "stripe" not in whole:
            yield f"{name}: {whole.partition('v1.')[2]}"
        elif "._client." in whole or (whole.startswith("stripe.") and whole not in AT_HOME):
            yield f"{name}: {whole}"


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
