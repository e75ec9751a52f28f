"""Personal fields at rest: AES-GCM bound to their row, and a keyed hash to find them by."""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


@lru_cache(maxsize=8)
def _key(passphrase: str, use: str) -> bytes:
    return hashlib.scrypt(
        passphrase.encode(), salt=f"charityfund {use}".encode(), n=2**14, r=8, p=1, dklen=32
    )


def seal(plain: str, *, context: str) -> str:
    """Encrypt a personal text. `context` (such as `donor:D123:phone`) must be given again to open it, so that a
    ciphertext copied to another row or field does not open. Empty stays empty."""
    return base64.b64encode(seal_bytes(plain.encode(), context=context)).decode()


def unseal(sealed: str, *, context: str) -> str:
    """Decrypt with whichever configured key fits. Raises ValueError when none does."""
    return unseal_bytes(base64.b64decode(sealed), context=context).decode()


def seal_bytes(plain: bytes, *, context: str) -> bytes:
    """Encrypt a file or a piece of one as `seal` does a text. Empty stays empty."""
    if not plain:
        return b""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(settings.SEALING_KEYS[0], "seal")).encrypt(nonce, plain, context.encode())


def unseal_bytes(sealed: bytes, *, context: str) -> bytes:
    """Decrypt bytes with whichever configured key fits. Raises ValueError when none does."""
    if not sealed:
        return b""
    for passphrase in settings.SEALING_KEYS:
        plain = _opened(sealed, passphrase, context)
        if plain is not None:
            return plain
    raise ValueError("this field was sealed for another row or with a key that is no longer configured")


def is_current(sealed: str | bytes, *, context: str) -> bool:
    """Whether the newest key opens what is sealed, so that older ones are not needed for it."""
    if not sealed:
        return True
    raw = sealed if isinstance(sealed, bytes) else base64.b64decode(sealed)
    return _opened(raw, settings.SEALING_KEYS[0], context) is not None


def _opened(raw: bytes, passphrase: str, context: str) -> bytes | None:
    try:
        return AESGCM(_key(passphrase, "seal")).decrypt(
            raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()
        )
    except InvalidTag:
        return None


def blind_index(value: str) -> str:
    """Return a keyed hash of a normalised personal value, to search by equality without storing it.

    Its key turns by itself: the hashes of rows are made anew with `INDEX_KEY`, not found by several keys.
    """
    if not value:
        return ""
    key = _key(settings.INDEX_KEY or settings.SEALING_KEYS[-1], "index")
    return hmac.new(key, value.strip().casefold().encode(), hashlib.sha256).hexdigest()
