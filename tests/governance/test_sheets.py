"""Scanned sheets: cleaned, one per channel, unseen before the close, public only without personal data."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.core import clock
from apps.core.files import location
from apps.core.verdicts import Refused
from apps.governance import services
from apps.governance.models import Motion, Sheet
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, adopt, open_motion, vote
from tests.governance.test_pages import signed_in
from tests.projects.house import photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def attach(motion: Motion, house: Cast, **changes: Any) -> Sheet:
    facts = {"channel": "hand", "picture": photo(), "for_all": True, "by": house.secretary} | changes
    return services.attach_sheet(motion, **facts)


def test_a_sheet_is_seen_by_nobody_else_before_the_close(motion: Motion, house: Cast) -> None:
    address, place = f"/motion/{motion.code}/sheet/hand/", f"/motion/{motion.code}/ballots/"
    with clock.set_to(NOON):
        empty = signed_in(house.chair).get(place).content.decode()
        assert signed_in(house.secretary).post(
            f"/motion/{motion.code}/sheet/", {"channel": "hand", "picture": photo(), "for_all": "on"}
        ).status_code == 302  # fmt: skip
        sheet = Sheet.objects.get()
        assert signed_in(house.secretary).get(address).status_code == 200
        assert address in signed_in(house.secretary).get(place).content.decode()
        for user in (house.chair, house.supervisor, house.members[0], house.admin, house.stranger):
            assert signed_in(user).get(address).status_code == 404
        assert address not in signed_in(house.chair).get(place).content.decode()
        assert "sheet/hand" not in empty
        assert Client().get(f"/files/{sheet.file.code}/").status_code == 404
    with clock.set_to(DEADLINE):
        services.close(motion)
        assert signed_in(house.supervisor).get(address).status_code == 200
        assert signed_in(house.stranger).get(address).status_code == 404
        assert Client().get(f"/files/{sheet.file.code}/").status_code == 200


def test_a_sheet_with_personal_data_is_never_public(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        sheet = attach(motion, house, for_all=False)
        vote(motion, house.chair, "yes")
    with clock.set_to(DEADLINE):
        services.close(motion)
        page = Client().get(f"/m/{motion.code}/").content.decode()
        assert signed_in(house.admin).get(f"/motion/{motion.code}/sheet/hand/").status_code == 200
        assert Client().get(f"/files/{sheet.file.code}/").status_code == 404
    assert sheet.file.code not in page


def test_a_sheet_is_cleaned_and_stands_on_the_result_page(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        vote(motion, house.members[0], "yes", channel="hand", by=house.secretary, witness=house.supervisor)
        vote(motion, house.chair, "no")
        picture = Image.new("RGB", (400, 300), "white")
        exif = Image.Exif()
        exif[0x010E] = "secret place"
        body = io.BytesIO()
        picture.save(body, "JPEG", exif=exif)
        sheet = attach(motion, house, picture=SimpleUploadedFile("a.jpg", body.getvalue(), "image/jpeg"))
    with clock.set_to(DEADLINE):
        services.close(motion)
        page = Client().get(f"/m/{motion.code}/").content.decode()
    assert b"secret place" not in location(sheet.file).read_bytes()
    assert f"/files/{sheet.file.code}/small/" in page
    assert "举手票的原件" in page
    assert "票是怎么来的" in page


def test_a_sheet_is_taken_anew_before_the_close_and_added_once_after(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        first = attach(motion, house)
        second = attach(motion, house)
        assert (first.pk, Sheet.objects.count()) == (second.pk, 1)
        assert first.file_id != second.file_id
    with clock.set_to(DEADLINE):
        services.close(motion)
        with pytest.raises(Refused, match="不能再换"):
            attach(motion, house)
        late = attach(motion, house, channel="paper")
        late.file.refresh_from_db()
    assert late.file.is_public


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"channel": "online"}, "请选是哪一种票"),
        ({"channel": "x"}, "请选是哪一种票"),
        ({"picture": SimpleUploadedFile("a.jpg", b"no picture")}, "打不开"),
        ({"picture": SimpleUploadedFile("a.jpg", b"")}, "空文件"),
    ],
)
def test_what_is_no_sheet_is_refused(
    motion: Motion, house: Cast, changes: dict[str, Any], sentence: str
) -> None:
    with clock.set_to(NOON):
        with pytest.raises(Refused, match=sentence):
            attach(motion, house, **changes)
        facts = {"channel": "hand", "picture": photo()} | changes
        answer = signed_in(house.secretary).post(f"/motion/{motion.code}/sheet/", facts)
    assert answer.status_code == 422
    assert not Sheet.objects.exists()


def test_only_officers_attach_and_only_to_an_open_vote(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        for user in (house.members[0], house.supervisor, house.admin):
            with pytest.raises(Refused, match="主任或秘书"):
                attach(motion, house, by=user)
        services.withdraw(motion, by=house.chair)
        with pytest.raises(Refused, match="开始以后"):
            attach(motion, house)
        adopt(house, secret_ballot="all")
        with pytest.raises(Refused, match="不记名"):
            attach(open_motion(house), house)
    assert not Sheet.objects.exists()
