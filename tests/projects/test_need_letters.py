"""Whoever was signed in when they voiced a need is written to about what became of it."""

import pytest

from apps.core.models import OutboxMessage
from apps.projects import services
from apps.projects.models import Need
from tests.cast import Cast


@pytest.mark.django_db
def test_who_was_signed_in_is_told_what_became_of_it(cast: Cast) -> None:
    def said(words: str) -> Need:
        need = services.voice(cast.fund.division, field="safety", words=words, by=cast.stranger).need
        return services.publish_need(need, by=cast.secretary)

    def letters() -> list[OutboxMessage]:
        return list(OutboxMessage.objects.filter(key__startswith="need-decided:").order_by("pk"))

    kept, folded, aside = said("楼道灯坏了三个月"), said("楼梯间黑漆漆的"), said("找李四问楼道的灯")
    services.publish_need(
        services.voice_need(cast.fund.division, field="safety", words="没有账号的人说的"), by=None
    )
    assert not letters()
    for _again in range(2):
        services.set_need_aside(aside, reason="原话里写了别人的名字", by=cast.secretary)
        services.merge_need(folded, into=kept, by=cast.secretary)
        services.answer_need(kept, means="", answer="归物业管，已经转告", by=cast.secretary)
    services.answer_need(Need.objects.get(voiced_by_id=None), means="other", answer="办了", by=None)
    assert {row.address for row in letters()} == {cast.stranger.email} and len(letters()) == 4
    first, second, third, fourth = (row.body for row in letters())
    assert "原话里写了别人的名字" in first and "李四" not in first and f"/n/{aside.code}/" in first
    assert "并到那一条" in second and f"/n/{kept.code}/" in second
    # Whose need was folded in hears of the end, too.
    assert all("归物业管" in body and f"/n/{kept.code}/" in body for body in (third, fourth))
