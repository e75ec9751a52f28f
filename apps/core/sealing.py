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
    if not plain:
        return ""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_key(settings.SEALING_KEYS[0], "seal")).encrypt(nonce, plain.encode(), context.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, context: str) -> str:
    """Decrypt with whichever configured key fits. Raises ValueError when none does."""
    if not sealed:
        return ""
    raw = base64.b64decode(sealed)
    for passphrase in settings.SEALING_KEYS:
        try:
            plain = AESGCM(_key(passphrase, "seal")).decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()
            )
        except InvalidTag:
            continue
        return plain.decode()
    raise ValueError("this field was sealed for another row or with a key that is no longer configured")


def is_current(sealed: str, *, context: str) -> bool:
    """Whether the newest key opens a sealed text, so that older ones are not needed for it."""
    if not sealed:
        return True
    raw = base64.b64decode(sealed)
    try:
        AESGCM(_key(settings.SEALING_KEYS[0], "seal")).decrypt(
            raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()
        )
    except InvalidTag:
        return False
    return True


def blind_index(value: str) -> str:
    """Return a keyed hash of a normalised personal value, to search by equality without storing it.

    Its key turns by itself: the hashes of rows are made anew with `INDEX_KEY`, not found by several keys.
    """
    if not value:
        return ""
    key = _key(settings.INDEX_KEY or settings.SEALING_KEYS[-1], "index")
    return hmac.new(key, value.strip().casefold().encode(), hashlib.sha256).hexdigest()
