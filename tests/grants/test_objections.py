"""Objections in the public notice: taken from anyone, answered in public, and what they stop."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock, sealing
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.funds.models import Reservation
from apps.funds.queries import available
from apps.governance import services as governance
from apps.governance.models import Seat
from apps.grants import permissions, queries, services
from apps.grants.models import Grant, GrantChange, Objection
from apps.grants.services.objections import MOST_FROM_ONE
from apps.projects.models import Sender
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants import house as h

pytestmark = pytest.mark.django_db
PHONE = "13800000000"
WORDS = "承办方的负责人王某某是委员的妹夫，电话 " + PHONE
ANSWER = {"public_words": "承办方与委员有亲属关系", "answer": "查过名册和申报，没有这层关系。"}


def objected(
    grant: Grant, *, at: object = h.AFTER_VOTE, by: User | None = None, words: str = WORDS
) -> Objection:
    with clock.set_to(at):  # type: ignore[arg-type]
        return services.object_to(grant, ground="ties", words=words, contact="13900001111", by=by)


def sweep(at: object = h.AFTER_NOTICE) -> None:
    with clock.set_to(at):  # type: ignore[arg-type]
        services.settle_decided()
        services.end_notices()


def state(grant: Grant) -> str:
    return Grant.objects.get(pk=grant.pk).state


def test_an_objection_keeps_the_notice_open_until_it_is_answered(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    objection = objected(grant)
    assert (objection.is_late, objection.holds) == (False, True)
    assert objected(grant) == objection and Objection.objects.count() == 1
    sweep()
    assert state(grant) == "notice"
    with clock.set_to(h.AFTER_NOTICE), pytest.raises(Refused, match="等条件"):
        services.prepare_payment(h.instalment(grant), by=house.finance)
    # The notice goes on, so one that comes now is in time, too.
    second = objected(grant, at=h.AFTER_NOTICE, words="预算里的设备比市价贵一倍")
    assert not second.is_late
    with clock.set_to(h.AFTER_NOTICE + timedelta(hours=1)):
        for one in (objection, second):
            services.dismiss(one, **ANSWER, by=house.chair)
            assert services.dismiss(one, **ANSWER, by=house.admin).answered_by_id == house.chair.pk
        services.end_notices()
    assert state(grant) == "running"
    assert_books_clean()


def test_where_the_rules_say_so_it_does_not_stop_the_notice(house: Cast) -> None:
    h.rules(house, objection_suspends=False)
    grant = h.awarded(house)
    assert not objected(grant).holds
    sweep()
    assert state(grant) == "running"


def test_a_late_one_is_taken_and_stops_nothing(house: Cast, grant: Grant) -> None:
    objection = objected(grant, at=h.AFTER_NOTICE)
    assert (objection.is_late, objection.holds) == (True, False)
    h.paid(house, grant)
    assert_books_clean()


def test_upheld_it_goes_to_a_new_vote_and_back(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    objection = objected(grant)
    with clock.set_to(h.AFTER_VOTE):
        services.uphold(objection, **ANSWER, remedy="revote", by=house.chair)
        change = GrantChange.objects.get()
        assert change.motion is not None and change.motion.kind == "grant_change"
        governance.withdraw(change.motion, by=house.secretary)
    sweep()
    assert state(grant) == "notice"
    with clock.set_to(h.AFTER_VOTE):
        again = services.table_again(change, by=house.chair)
        assert again.motion is not None and again.motion != change.motion
        assert services.table_again(change, by=house.chair).motion == again.motion
        motion = governance.open_voting(again.motion, closes_at=h.CLOSES + timedelta(days=4), by=house.chair)
        for user in (house.chair, *house.members):
            governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)
    sweep()
    assert state(grant) == "notice"
    with clock.set_to(h.AFTER_NOTICE):
        governance.close(motion)
    sweep()
    assert state(grant) == "running"
    assert GrantChange.objects.get().state == "done"
    assert_books_clean()


def test_a_vote_that_does_not_stand_by_it_ends_the_grant(house: Cast) -> None:
    before = available(house.fund)
    grant = h.awarded(house)
    with clock.set_to(h.AFTER_VOTE):
        objection = objected(grant)
        services.uphold(objection, **ANSWER, remedy="revote", by=house.chair)
    change = GrantChange.objects.get()
    assert change.motion is not None
    with clock.set_to(h.AFTER_VOTE):
        motion = governance.open_voting(change.motion, closes_at=h.CLOSES + timedelta(days=4), by=house.chair)
        for user in (house.chair, *house.members):
            governance.cast(motion, user=user, choice="no", subject_hash=motion.subject_hash, by=user)
    with clock.set_to(h.AFTER_NOTICE):
        governance.close(motion)
    sweep()
    assert (state(grant), GrantChange.objects.get().state) == ("terminated", "lost")
    assert available(house.fund) == before
    assert not Reservation.objects.filter(remaining__gt=0).exists()
    assert_books_clean()


def test_the_host_may_end_the_grant_over_it_and_an_officer_may_not(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    objection = objected(grant)
    with clock.set_to(h.AFTER_VOTE):
        with pytest.raises(Refused):
            services.uphold(objection, **ANSWER, remedy="end", by=house.secretary)
        services.uphold(objection, **ANSWER, remedy="end", by=house.admin)
    assert state(grant) == "terminated"
    with pytest.raises(Refused, match="不再收异议"):
        objected(grant, words="再提一条")
    assert_books_clean()


@pytest.mark.parametrize("who", ["implementer", "stranger", "finance", "supervisor", "member"])
def test_who_may_not_answer(house: Cast, in_notice: Grant, who: str) -> None:
    objection = objected(in_notice)
    user = house.members[0] if who == "member" else getattr(house, who)
    assert not permissions.may_answer_objection(user, objection)
    assert not permissions.may_read_contact(user, objection)
    with clock.set_to(h.AFTER_VOTE), pytest.raises(Refused):
        services.dismiss(objection, **ANSWER, by=user)


def test_nobody_answers_their_own_nor_one_against_their_own_side(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    own = objected(grant, by=house.admin)
    assert "您提的" in str(permissions.may_answer_objection(house.admin, own).reason)
    with clock.set_to(h.AFTER_VOTE):
        governance.declare_tie(
            house.chair, kind="officer", organisation_code=house.organisation.code, by=house.chair
        )
        assert "回避" in str(permissions.may_answer_objection(house.chair, own).reason)


def test_who_proposed_the_grant_does_not_answer(house: Cast, in_notice: Grant) -> None:
    objection = objected(in_notice)
    assert {letter.address for letter in OutboxMessage.objects.filter(key__startswith="objected")} == {
        house.chair.email
    }
    with clock.set_to(h.AFTER_VOTE):
        for verb in (
            lambda: services.dismiss(objection, **ANSWER, by=house.secretary),
            lambda: services.uphold(objection, **ANSWER, remedy="revote", by=house.secretary),
            lambda: services.open_contact(objection, by=house.secretary),
        ):
            with pytest.raises(Refused, match="提案人，异议要由别人来答复"):
                verb()
        assert list(queries.objections_to_answer(house.chair)) == [objection]
        assert not queries.objections_to_answer(house.admin).exists()


def test_where_no_other_officer_is_left_the_host_answers(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    Seat.objects.filter(user=house.chair).update(ended_at=h.AFTER_VOTE)
    with clock.set_to(h.AFTER_VOTE):
        objection = objected(grant)
        told = OutboxMessage.objects.filter(key__startswith="objected")
        assert [letter.address for letter in told] == [house.admin.email]
        assert list(queries.objections_to_answer(house.admin)) == [objection]
        services.dismiss(objection, **ANSWER, by=house.admin)


def test_the_person_stays_out_of_everything_that_is_kept(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    objection = objected(grant, by=house.stranger)
    assert "13900001111" not in objection.contact
    assert sealing.unseal(objection.contact, context=f"objection:{objection.code}:contact") == "13900001111"
    with clock.set_to(h.AFTER_VOTE):
        services.dismiss(objection, **ANSWER, by=house.chair)
    trail = list(AuditEvent.objects.filter(subject_kind="grants.objection"))
    assert {event.by_id for event in trail if event.verb == "object"} == {None}
    assert all("王某某" not in str(event.facts) and "139" not in str(event.facts) for event in trail)
    letters = OutboxMessage.objects.filter(key__startswith="objection-answered")
    assert [letter.address for letter in letters] == [house.stranger.email]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ground": "war", "words": WORDS}, "哪方面"),
        ({"ground": "ties", "words": " 　 "}, "多写几个字"),
        ({"ground": "ties", "words": "字" * 1001}, "最多 1000 个字"),
        ({"ground": "ties", "words": "控制\u202e字符在这里"}, "控制字符"),
        ({"ground": "ties", "words": WORDS, "contact": "1" * 101}, "最多 100 个字"),
    ],
)
def test_what_is_no_objection(house: Cast, in_notice: Grant, given: dict[str, str], sentence: str) -> None:
    grant = in_notice
    with clock.set_to(h.AFTER_VOTE), pytest.raises(Refused, match=sentence):
        services.object_to(grant, **given)
    assert not Objection.objects.exists()


def test_from_the_public_page_to_the_answer(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    with clock.set_to(h.AFTER_VOTE):
        public, address = Client(), reverse("disclosure:project", args=[grant.project.code])
        assert reverse("grants:object", args=[grant.code]) in public.get(address).content.decode()
        form = reverse("grants:object", args=[grant.code])
        assert "公示延长" in public.get(form).content.decode()
        assert public.post(form, {"ground": "ties"}).status_code == 422
        sent = public.post(form, {"ground": "ties", "words": WORDS, "contact": "13900001111"}, follow=True)
        objection = Objection.objects.get()
        page = sent.content.decode()
        assert objection.code in page and WORDS in page and "13900001111" not in page
        assert sent["Cache-Control"] == "private, no-store"
        found = public.post(reverse("grants:objection_find"), {"code": objection.code.lower()})
        assert found.status_code == 302
        assert public.post(reverse("grants:objection_find"), {"code": "V?"}).status_code == 422
        shown = public.get(address).content.decode()
        assert "异议：有利益关系没有回避" in shown and "王某某" not in shown and objection.code not in shown
        staff, own = Client(), reverse("grants:objection", args=[objection.code])
        staff.force_login(house.stranger)
        assert staff.get(own).status_code == 404
        staff.force_login(house.chair)
        read = staff.get(own).content.decode()
        # What the objector wrote is there to be read, and nothing of it is filled in to become public.
        assert read.count("王某某") == 1
        for told in ({"public_words": WORDS}, {"public_words": "住3栋2单元501的"}, {"answer": f"打 {PHONE}"}):
            refused = staff.post(own, ANSWER | {"decision": "dismiss"} | told)
            assert refused.status_code == 422 and "这一栏会公开" in refused.content.decode()
        assert "13900001111" not in read and "终止这笔资助" not in read
        looks = AuditEvent.objects.filter(verb="look_at_objection")
        assert not looks.exists()
        opened = staff.post(reverse("grants:open_objection", args=[objection.code]))
        assert "13900001111" in opened.content.decode() and opened["Cache-Control"] == "private, no-store"
        assert looks.get().by_id == house.chair.pk
        assert staff.post(own, ANSWER | {"decision": "end"}).status_code == 422
        assert staff.post(own, ANSWER | {"decision": "dismiss", "public_words": ""}).status_code == 422
        assert staff.post(own, ANSWER | {"decision": "dismiss"}).status_code == 302
        shown = public.get(address).content.decode()
        assert ANSWER["public_words"] in shown and ANSWER["answer"] in shown and "王某某" not in shown
        assert (
            ANSWER["answer"]
            in public.get(reverse("grants:objection_receipt", args=[objection.code])).content.decode()
        )


def test_one_sender_does_not_fill_the_list_and_others_still_object(house: Cast, in_notice: Grant) -> None:
    grant, most = in_notice, MOST_FROM_ONE

    def objects(number: int, **who: Any) -> Objection:
        return services.object_to(grant, ground="need", words=f"这里没有独居老人，第{number}次", **who)

    with clock.set_to(h.AFTER_VOTE):
        senders: tuple[tuple[int, dict[str, Any]], ...] = (
            (10, {"sender": "10.0.0.1"}),
            (20, {"by": house.stranger}),
        )
        for start, who in senders:
            made = [objects(start + number, **who) for number in range(most)]
            before = Objection.objects.count()
            with pytest.raises(Refused, match="请等答复"):
                objects(start + most, **who)
            # What waits already is no new one, and the refused one left nothing.
            assert objects(start, **who) == made[0] and Objection.objects.count() == before
        address = reverse("grants:object", args=[grant.code])
        for number in range(most + 1):
            sent = Client().post(address, {"ground": "ties", "words": f"从页面上来的第{number}条"})
        assert sent.status_code == 422 and "请等答复" in sent.content.decode()
    assert "10.0.0" not in str(Sender.objects.values())


def test_a_late_answer_shows_as_late(house: Cast, in_notice: Grant) -> None:
    grant = in_notice
    objected(grant)
    with clock.set_to(h.AFTER_VOTE + timedelta(days=12)):
        page = Client().get(reverse("disclosure:project", args=[grant.project.code])).content.decode()
    assert "已经晚了" in page
