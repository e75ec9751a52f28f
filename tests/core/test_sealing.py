"""Personal fields at rest."""

from typing import Any

import pytest

from apps.core.sealing import blind_index, seal, unseal


def test_sealed_text_opens_only_for_its_own_field() -> None:
    sealed = seal("13800000000", context="donor:D1:phone")
    assert "13800000000" not in sealed
    assert unseal(sealed, context="donor:D1:phone") == "13800000000"
    for other in ("donor:D2:phone", "donor:D1:name"):
        with pytest.raises(ValueError, match="another row"):
            unseal(sealed, context=other)


def test_the_same_text_never_looks_the_same() -> None:
    assert seal("王䶮", context="c") != seal("王䶮", context="c")


def test_an_old_key_still_opens_after_rotation(settings: Any) -> None:
    settings.SEALING_KEYS = ["first"]
    sealed, index = seal("王䶮", context="c"), blind_index("a@b.cn")
    settings.SEALING_KEYS = ["second", "first"]
    assert unseal(sealed, context="c") == "王䶮"
    assert blind_index("A@b.cn ") == index
    settings.SEALING_KEYS = ["third"]
    with pytest.raises(ValueError, match="no longer configured"):
        unseal(sealed, context="c")


def test_empty_stays_empty() -> None:
    assert seal("", context="c") == "" == unseal("", context="c") == blind_index("")
