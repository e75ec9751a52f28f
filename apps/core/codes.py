"""Public codes: short, readable aloud, not guessable from each other."""

import secrets

# Crockford's alphabet without letters that look like digits or spell words.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code(prefix: str, length: int = 10) -> str:
    """Return `prefix` and `length` random characters; ten carry 49 bits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


def code_from(digest: str, length: int) -> str:
    """Return `length` characters read off a keyed hash (hex): the same for the same hash, and as little guessable."""
    number, code = int(digest, 16), ""
    for _place in range(length):
        number, rest = divmod(number, len(ALPHABET))
        code += ALPHABET[rest]
    return code
