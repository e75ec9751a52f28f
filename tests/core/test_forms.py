"""The fields that forms share, and refusals of verbs in forms."""

from datetime import UTC, datetime

import pytest
from django import forms

from apps.core.forms import AmountField, day_field, done, moment_field
from apps.core.verdicts import Refused


class GiftForm(forms.Form):
    """An amount, a day and a moment."""

    amount = AmountField(label="金额")
    day = day_field("日期")
    until = moment_field("截止", required=False)

    def field_of(self, name: str | None) -> str | None:
        return {"fen": "amount"}.get(name or "", name)


def sent(**changes: str) -> GiftForm:
    return GiftForm({"amount": "1,234.56", "day": "2026-11-21"} | changes)


def test_what_people_write_becomes_fen_days_and_moments() -> None:
    form = sent(until="2026-11-23T18:00")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == 1_234_56
    assert form.cleaned_data["day"].isoformat() == "2026-11-21"
    assert form.cleaned_data["until"] == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "text"),
    [("amount", "1e3"), ("amount", "０"), ("amount", "-5"), ("amount", ""), ("day", "21.11.2026"), ("until", "soon")],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_its_field(field: str, text: str) -> None:
    form = sent(**{field: text})
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_an_amount_may_be_left_empty_or_nothing_where_that_is_allowed() -> None:
    assert AmountField(required=False).clean("") == 0
    assert AmountField(required=False, empty=None).clean(" ") is None
    assert AmountField(zero_allowed=True).clean("0.00") == 0
    with pytest.raises(forms.ValidationError):
        AmountField().clean("0")


@pytest.mark.parametrize(
    ("named", "shown"), [("fen", "amount"), ("day", "day"), ("fund", "__all__"), (None, "__all__")]
)
def test_a_refusal_stands_at_the_field_it_names(named: str | None, shown: str) -> None:
    form = sent()

    def verb() -> None:
        raise Refused("不行。", named)

    assert not done(form, verb)
    assert dict(form.errors) == {shown: ["不行。"]}


def test_a_verb_runs_for_a_valid_form_only() -> None:
    ran: list[int] = []
    assert done(sent(), lambda: ran.append(1))
    assert not done(sent(day=""), lambda: ran.append(2))
    assert ran == [1]
