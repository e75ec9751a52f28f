"""Secret votes: who voted is known, who voted what is not; everybody finds their own ballot and anyone counts again."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.checks import CHECKS
from apps.governance.models import Motion
from apps.users.models import User
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, adopt, open_motion, vote
from tests.governance.scripts import RECOMPUTE
from tests.governance.test_pages import signed_in
from tests.governance.test_record import recompute

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(house: Cast) -> Motion:
    """An open motion whose vote is secret."""
    with clock.set_to(NOON):
        adopt(house, secret_ballot="all")
    return open_motion(house)


@pytest.fixture
def closed(secret: Motion, house: Cast) -> Motion:
    """Five voted, one changed their mind, one stepped aside, one stayed away."""
    with clock.set_to(NOON):
        vote(secret, house.chair, "no")
        for user in (house.chair, *house.members[:3]):
            vote(secret, user, "yes")
        vote(secret, house.members[3], "no")
        services.recuse(secret, by=house.members[4])
    with clock.set_to(DEADLINE):
        return services.close(secret)


def receipt_of(motion: Motion, user: User) -> str:
    return str(motion.ballots.get(seat__user=user, is_current=True).receipt)


def test_the_record_keeps_names_and_choices_apart(closed: Motion, house: Cast) -> None:
    record = queries.record_of(closed)
    assert record is not None
    assert (closed.is_secret, closed.state) == (True, "in_force")
    assert sorted(row["choice"] for row in record["seats"]) == ["absent", "recused", *["voted"] * 5]
    assert all(set(row) == {"seat", "name", "office", "kind", "choice"} for row in record["seats"])
    assert [ballot["choice"] for ballot in record["ballots"]].count("yes") == 4
    assert all(set(ballot) == {"receipt", "choice", "subject_hash"} for ballot in record["ballots"])
    assert record["channels"] == [{"channel": "online", "ballots": 5}]
    receipts = [ballot["receipt"] for ballot in record["ballots"]]
    assert receipts == sorted(receipts)
    assert receipt_of(closed, house.chair) in receipts
    assert [list(check.rows()) for check in CHECKS] == [[]] * len(CHECKS)


def test_the_audit_says_who_voted_and_not_what_or_when(closed: Motion) -> None:
    events = AuditEvent.objects.filter(verb="governance.cast")
    assert events.count() == 6
    assert all(set(event.facts) == {"seat", "channel"} for event in events)
    everything = str(list(AuditEvent.objects.values_list("facts", flat=True)))
    assert not [ballot for ballot in closed.ballots.all() if ballot.receipt in everything]


def test_the_record_recomputes_and_finds_a_receipt(closed: Motion, house: Cast, tmp_path: Path) -> None:
    record = queries.record_of(closed)
    done = recompute(record, tmp_path)
    assert (done.returncode, "应到 6 到会 5 赞成 4 → 通过" in done.stdout) == (0, True)
    assert RECOMPUTE.words_on_receipt(record, receipt_of(closed, house.members[3]).lower()).endswith("反对")
    assert "没有回执" in RECOMPUTE.words_on_receipt(record, "XXXXXXXX")


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["ballots"][0].update(choice="abstain"),
        lambda r: r["ballots"][0].update(receipt=r["ballots"][1]["receipt"]),
        lambda r: r["ballots"][0].update(subject_hash="0" * 64),
        lambda r: r["ballots"].pop(),
        lambda r: r["ballots"].append({"receipt": "X", "choice": "yes", "subject_hash": r["subject_hash"]}),
        lambda r: r["seats"][0].update(choice="yes"),
        lambda r: next(row for row in r["seats"] if row["choice"] == "absent").update(choice="voted"),
        lambda r: r["channels"][0].update(ballots=4),
        lambda r: r.update(is_secret=False),
        lambda r: r["rules"]["secret_ballot"].update(value="none"),
        lambda r: r.update(format="charityfund-motion/3"),
    ],
)  # fmt: skip
def test_a_changed_secret_record_is_noticed(closed: Motion, change: object) -> None:
    record = json.loads(json.dumps(queries.record_of(closed)))
    assert RECOMPUTE.check(record) == []
    change(record)  # type: ignore[operator]
    assert RECOMPUTE.check(record)


def test_a_changed_vote_has_a_new_receipt(secret: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        first = vote(secret, house.chair, "yes").receipt
        assert vote(secret, house.chair, "yes").receipt == first
        assert vote(secret, house.chair, "no").receipt not in {"", first}


@pytest.mark.parametrize("channel", ["paper", "hand", "phone"])
def test_nobody_records_a_secret_ballot_for_another(secret: Motion, house: Cast, channel: str) -> None:
    facts = {"channel": channel, "by": house.secretary, "witness": house.supervisor}
    with clock.set_to(NOON):
        with pytest.raises(Refused, match="本人"):
            vote(secret, house.members[0], "yes", **facts)
        with pytest.raises(Refused, match="理由"):
            vote(secret, house.members[0], "yes", reason="我觉得好")
    assert not secret.ballots.exists()


def test_a_tie_in_a_secret_vote_is_lost_whatever_the_chair_said(house: Cast) -> None:
    with clock.set_to(NOON):
        adopt(house, secret_ballot="all", tie_rule="chair", quorum_bp=[1, 2])
    motion = open_motion(house)
    with clock.set_to(NOON):
        for user, choice in zip((house.chair, *house.members), ("yes", "yes", "no", "no"), strict=False):
            vote(motion, user, choice)
    with clock.set_to(DEADLINE):
        closed = services.close(motion)
    page = queries.result_of(closed)
    assert page is not None
    assert (closed.state, page.tally.decided_by) == ("lost", "threshold")
    assert "一样多" in page.sentence


def test_the_pages_say_what_secrecy_means_and_keep_it(secret: Motion, house: Cast) -> None:
    address = f"/vote/{secret.code}/"
    with clock.set_to(NOON):
        page = signed_in(house.chair).get(address).content.decode()
        assert "这次不记名" in page
        assert "名册上有 7 人" in page
        assert "管服务器的人" in page
        assert 'name="reason"' not in page
        given = {"subject_hash": secret.subject_hash, "tie": "none", "choice": "yes"}
        assert signed_in(house.chair).post(address, given).status_code == 302
        vote(secret, house.members[0], "no")
        receipt, other = receipt_of(secret, house.chair), receipt_of(secret, house.members[0])
        mine = signed_in(house.chair).get(address).content.decode()
        assert receipt in mine
        assert other not in mine
    with clock.set_to(DEADLINE):
        services.close(secret)
        public = Client().get(f"/m/{secret.code}/").content.decode()
    assert {receipt, other} <= set(re.findall(r"[2-9A-Z]{8}", public))
    assert "不带名字的票" in public
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="cell-side"><b>([^<]+)</b>', public)
    assert len(rows) == 7
    assert {words for _name, words in rows} == {"已投票", "未到"}


def test_a_receipt_goes_to_its_voter_alone(secret: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        receipt = vote(secret, house.members[0], "yes").receipt
    letters = OutboxMessage.objects.filter(body__contains=receipt)
    assert [letter.address for letter in letters] == [house.members[0].email]
    assert "您投的是：赞成" in letters[0].body


def test_an_open_vote_says_so_before_voting(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        page = signed_in(house.chair).get(f"/vote/{motion.code}/").content.decode()
        vote(motion, house.chair, "yes")
    assert "这次记名" in page
    assert motion.ballots.get().receipt == ""


def test_elections_are_secret_where_the_rule_says_so(house: Cast) -> None:
    with clock.set_to(NOON):
        adopt(house, secret_ballot="elections")
    assert not open_motion(house).is_secret
    assert open_motion(house, kind="election", amount=0).is_secret
