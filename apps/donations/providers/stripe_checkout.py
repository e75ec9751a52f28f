"""Stripe's hosted checkout as a way of paying: cards, Alipay, WeChat Pay."""

from django.utils.translation import gettext_lazy as _

from apps.donations.providers import stripe
from apps.donations.providers.base import Order, PaymentFact, RefundFact, Started, Unavailable


class StripeCheckout:
    """Open once the installation has a key. Stripe is abroad, so every gift asks for its own consent (PIPL 39)."""

    name = "stripe"
    label = _("银行卡、支付宝、微信支付")
    hint = _("由境外支付机构处理，要先单独同意")
    consents = ("provider_abroad",)
    # Stripe takes no smaller payment in CNY, and at most eight digits in fen.
    least, most = 100, 99_999_999
    has_page = gives_back = True
    payout_words, payout_id = r"stripe", r"\bpo_[A-Za-z0-9_]{6,60}\b"
    wechat_hint = _(
        "在微信里请用银行卡；要用支付宝，先点右上角“···”在浏览器打开。微信支付要用另一台手机扫码。"
    )

    def is_open(self) -> bool:
        """Whether the installation has a Stripe account."""
        return stripe.configured() is not None

    def start(self, order: Order) -> Started:
        """Open a checkout session; asked twice for one order, it is one session."""
        return _account().start(order)

    def ask(self, session_id: str) -> PaymentFact:
        """Ask what became of a checkout session."""
        return _account().fetch(session_id)

    def close(self, session_id: str) -> None:
        """Expire a checkout session that is still open."""
        _account().close(session_id)

    def refund(self, payment_id: str, *, amount: int, code: str) -> RefundFact:
        """Give `amount` fen of a payment back, once per code."""
        return _account().refund(payment_id, amount=amount, code=code)

    def account(self) -> stripe.Stripe | None:
        """Return the installation's Stripe account."""
        return stripe.configured()


def _account() -> stripe.Stripe:
    account = stripe.configured()
    if account is None:
        raise Unavailable("no Stripe account is configured")
    return account
