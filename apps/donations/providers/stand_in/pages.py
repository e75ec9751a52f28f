"""The hosted Checkout page: plainly a test, in Chinese and English."""

from html import escape

from apps.donations.providers.stand_in.store import Thing

CHOICES = (
    ("card_ok", "card", "银行卡：付款成功", "Card: payment succeeds"),
    ("card_declined", "card", "银行卡：被拒绝", "Card: declined"),
    ("alipay", "alipay", "支付宝：付款成功", "Alipay: payment succeeds"),
    ("wechat_pay", "wechat_pay", "微信支付：付款成功", "WeChat Pay: payment succeeds"),
    ("delayed_ok", "", "银行处理几秒后成功", "Succeeds after some seconds"),
    ("delayed_fail", "", "银行处理几秒后失败", "Fails after some seconds"),
)
STYLE = """
body{margin:0;font:17px/1.6 system-ui,sans-serif;color:#1A211E;background:#fff}
header{background:repeating-linear-gradient(45deg,#FDF1D8 0 16px,#F6E2B5 16px 32px);color:#7A4A00;
padding:16px 20px;border-bottom:3px solid #7A4A00;font-weight:700}
main{max-width:34em;margin:0 auto;padding:24px 20px}
h1{font-size:44px;margin:8px 0 0;font-variant-numeric:tabular-nums}
p{color:#47514C;margin:4px 0 24px}
button{display:block;width:100%;min-height:52px;margin:12px 0;padding:8px 16px;text-align:left;font:inherit;
border:1px solid #857F70;border-radius:8px;background:#fff;color:inherit}
button small{display:block;color:#626C66}
.bad{color:#A5261C;border-left:3px solid;padding-left:12px}
"""


def _frame(inner: str) -> str:
    return (
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>TEST CHECKOUT 测试收银台</title><style>{STYLE}</style></head><body>"
        "<header>测试收银台，不会扣款。TEST CHECKOUT: no money moves.</header>"
        f"<main>{inner}</main></body></html>"
    )


def checkout(session: Thing, *, declined: bool = False) -> str:
    """The page of an open session: what is paid, and a button for each outcome."""
    amount = f"{session['currency'].upper()} {session['amount_total'] / 100:,.2f}"
    if session["mode"] == "subscription":
        amount += " 每月 a month"
    rows = [
        f"<h1>{escape(amount)}</h1><p>编号 Reference: {escape(str(session['client_reference_id']))}</p>",
    ]
    if declined:
        rows.append('<p class="bad">这张卡被拒绝了，请换一种。The card was declined, choose another.</p>')
    rows.append(f'<form method="post" action="/pay/{escape(session["id"])}">')
    for value, method, chinese, english in CHOICES:
        if not method and session["mode"] == "subscription":
            continue
        if not method or method in session["payment_method_types"]:
            rows.append(_button(value, chinese, english))
    rows.append(_button("cancel", "不付了，返回", "Cancel and go back"))
    rows.append("</form>")
    return _frame("".join(rows))


def _button(value: str, chinese: str, english: str) -> str:
    return f'<button name="choice" value="{value}">{chinese}<small>{english}</small></button>'


def closed(sentence: str) -> str:
    """The page of a session that cannot be paid any more."""
    return _frame(f'<p class="bad">{escape(sentence)}</p>')
