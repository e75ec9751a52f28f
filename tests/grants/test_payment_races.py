"""Two at once about one payment, one clawback and one notice; and what happens to each with the locks off."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock, jobs
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.finance import services as finance
from apps.finance.models import BankMatch
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.grants import permissions, queries, services
from apps.grants.models import Clawback, Grant, GrantChange, Objection, Payment, PaymentFile
from apps.grants.services import changes, objections
from apps.ledger.queries import flows
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.crowd import at_once, unlocked
from tests.grants import house as h
from tests.grants.test_bank import HALF, line, sent

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ANSWER = {"public_words": "与委员有亲属关系", "answer": "查过名册和申报，没有这层关系。"}
# How long the first waits for the others, in seconds: where all get to without the locks, and where not with them.
SURELY, IN_VAIN = 10, 0.2


class Meeting:
    """A place in a verb where all wait for each other: with the locks on only one gets there at a time."""

    def __init__(self, locked: bool, *, of: int = 2) -> None:
        self.patience = IN_VAIN if locked else SURELY
        self.barrier = threading.Barrier(of)

    def at(self, verb: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function that does `verb` and then waits."""

        def wait(*given: Any, **named: Any) -> Any:
            found = verb(*given, **named)
            with contextlib.suppress(threading.BrokenBarrierError):
                self.barrier.wait(self.patience)
            return found

        return wait


@pytest.fixture(autouse=True)
def after_the_notice(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(jobs, "_send", lambda *_what: None)
    with clock.set_to(h.AFTER_NOTICE):
        yield


@pytest.fixture(params=[True, False], ids=["locked", "control"])
def locked(request: pytest.FixtureRequest) -> bool:
    """Whether the verbs lock what they change."""
    return bool(request.param)


@pytest.fixture
def unlock(locked: bool) -> Iterator[Callable[[], None]]:
    """Take the locks away from here on, in the control."""
    with contextlib.ExitStack() as until_the_end:
        yield lambda: None if locked else until_the_end.enter_context(unlocked())


@pytest.fixture
def grant(cast: Cast) -> Grant:
    """A grant at work."""
    h.seat_everyone(cast)
    h.with_account(cast)
    h.money(cast)
    return h.at_work(cast)


def test_one_payment_goes_into_one_file(
    cast: Cast, grant: Grant, locked: bool, unlock: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = h.prepared(cast, grant)
    monkeypatch.setattr(permissions, "may_release", Meeting(locked).at(permissions.may_release))
    unlock()
    found = at_once(*[lambda: services.send_payments(cast.host, [payment], by=cast.second_finance)] * 2)
    files = [file for file in found if isinstance(file, PaymentFile)]
    assert len(files) == PaymentFile.objects.count() == (1 if locked else 2)
    told = sum(file.total for file in files)
    assert told == HALF if locked else told > HALF
    if locked:
        assert [str(type(one)) for one in found if one not in files] == [str(Refused)]
        assert Payment.objects.get().file == files[0]
        assert_books_clean()


def test_one_line_of_the_bank_confirms_one_payment_once(
    cast: Cast, grant: Grant, locked: bool, unlock: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = sent(cast, grant)
    row = line(cast, -HALF, f"资助款 {payment.code}")
    hears = permissions.may_hear_the_bank
    monkeypatch.setattr(permissions, "may_hear_the_bank", Meeting(locked, of=3).at(hears))
    unlock()
    kind = BankMatch.Subject.PAYMENT
    found = at_once(
        *[lambda: finance.match_line(row, kind=kind, code=payment.code, by=cast.finance)] * 2,
        lambda: services.confirm_payment(
            payment, paid_on=row.day, bank_reference=row.reference, by=cast.second_finance
        ),
    )
    if not locked:
        # One books; another, which went by the same state, is told that its own line was used for something else.
        assert any(isinstance(one, Exception) for one in found)
        return
    assert {one.pk for one in found[:2]} == {BankMatch.objects.get().pk}
    assert found[2] == payment
    assert AuditEvent.objects.filter(verb="release_payment").count() == 1
    assert flows(cast.fund.code, host=cast.host.code)["spent"] == -HALF
    assert_books_clean()


def written_off(cast: Cast, clawback: Clawback) -> Motion:
    """Return the carried motion to write a clawback off, not yet followed."""
    change = services.ask_write_off(clawback, reason="组织注销", by=cast.chair)
    motion = Motion.objects.get(pk=change.motion_id)
    motion = governance.open_voting(motion, closes_at=clock.now() + timedelta(days=4), by=cast.chair)
    for user in (cast.chair, *cast.members):
        governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)
    with clock.set_to(clock.now() + timedelta(days=5)):
        return governance.close(motion)


def test_what_comes_back_is_not_written_off_as_well(
    cast: Cast, grant: Grant, locked: bool, unlock: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    h.paid(cast, grant)
    clawback = services.ask_back(grant, amount=1_000_00, reason="没办", by=cast.admin)
    motion = written_off(cast, clawback)
    meeting = Meeting(locked)
    monkeypatch.setattr(permissions, "may_book_return", meeting.at(permissions.may_book_return))
    monkeypatch.setattr(changes, "_held", meeting.at(changes._held))
    unlock()
    came = at_once(
        lambda: services.return_money(
            clawback, amount=700_00, received_on=h.PAID_ON, bank_reference="R-1", by=cast.finance
        ),
        lambda: services.follow_change(motion),
    )[0]
    clawback.refresh_from_db()
    asked = (clawback.returned, clawback.written_off)
    if not locked:
        # Each went by what was outstanding before the other: the same money twice, or one of them broke.
        assert asked not in {(700_00, 300_00), (0, 1_000_00)} or isinstance(came, Exception)
        return
    # Whoever is first: the money that came is booked, or what was given up is refused with a sentence.
    assert asked == (700_00, 300_00) or (asked == (0, 1_000_00) and isinstance(came, Refused))
    assert GrantChange.objects.get().state == "done"
    assert_books_clean()


def test_nothing_is_paid_while_an_objection_is_open(
    cast: Cast, locked: bool, unlock: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its notice is held open by one objection; while another comes in, the first is answered and the grant paid."""
    h.seat_everyone(cast)
    h.with_account(cast)
    h.money(cast)
    grant = h.awarded(cast)
    with clock.set_to(h.AFTER_VOTE):
        first = services.object_to(grant, ground="ties", words="承办方是委员的亲属")
    judged, paid = threading.Event(), threading.Event()
    is_open = queries.notice_is_open

    def judge(*given: Any) -> bool:
        found = is_open(*given)
        if not judged.is_set():
            judged.set()
            paid.wait(IN_VAIN if locked else SURELY)
        return found

    def pay() -> object:
        judged.wait()
        try:
            services.dismiss(first, **ANSWER, by=cast.chair)
            services.end_notices()
            return h.paid(cast, grant)
        finally:
            paid.set()

    monkeypatch.setattr(objections.queries, "notice_is_open", judge)
    unlock()
    came, done = at_once(lambda: services.object_to(grant, ground="need", words="设备比市价贵一倍"), pay)
    assert isinstance(came, Objection) and came.holds
    grant.refresh_from_db()
    if locked:
        assert isinstance(done, Refused) and grant.state == "notice" and not Payment.objects.exists()
        assert_books_clean()
    else:
        assert isinstance(done, Payment) and queries.is_held(grant)
