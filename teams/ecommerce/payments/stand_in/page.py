"""The page where a customer pays, or tries out what can go wrong."""

from html import escape
from string import Template
from typing import Any

STYLE = """
body { font: 1rem/1.6 system-ui, "Apple SD Gothic Neo", "Noto Sans KR", sans-serif; max-width: 32rem; margin: 8vh auto;
  padding: 0 1.25rem; color: #1c1917; background: #fdfcfa; word-break: keep-all; }
.amount { font-size: 2rem; font-weight: 700; margin: 0; }
button { display: block; width: 100%; min-height: 44px; margin: .5rem 0; padding: .6rem 1rem; font: inherit; text-align: left;
  border: 1px solid #57534e; border-radius: .5rem; background: #fff; color: inherit; cursor: pointer; }
button[value=approve] { background: #1d4ed8; border-color: #1d4ed8; color: #fff; }
:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  body { color: #f2ede7; background: #171412; }
  button { background: #292524; }
}
"""
# What a button does -> (in English, in Korean).
ACTS = {
    "approve": ("Pay", "결제하기"),
    "decline": ("Decline the card", "카드 거절하기"),
    "delay": ("Pay, and tell the shop after 5 seconds", "결제하고 5초 뒤에 쇼핑몰에 알리기"),
    "repeat": ("Pay, and tell the shop ten times", "결제하고 쇼핑몰에 열 번 알리기"),
}
STATUS = {
    "created": ("waiting for you", "결제를 기다리는 중"),
    "approved": ("paid", "결제 완료"),
    "declined": ("declined", "거절됨"),
    "refunded": ("refunded", "환불됨"),
}
_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Practice payments · 연습용 결제</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/pay/style.css">
</head>
<body>
<main>
<h1>Practice payments · <span lang="ko">연습용 결제</span></h1>
<p>$order</p>
<p class="amount">$amount $currency</p>
<p role="status">$status</p>
$form
<p><a href="$shop">Back to the shop · <span lang="ko">쇼핑몰로 돌아가기</span></a></p>
</main>
</body>
</html>
""")


def render(payment: dict[str, Any], shop: str) -> bytes:
    """The page of one payment; no money moves, whatever is clicked."""
    buttons = "".join(
        f'<button name="act" value="{act}">{english} · <span lang="ko">{korean}</span></button>'
        for act, (english, korean) in ACTS.items()
    )
    form = f'<form method="post">{buttons}</form>' if payment["status"] == "created" else ""
    return _PAGE.substitute(
        order=escape(payment["order"]),
        amount=amount(payment["amount"], payment["currency"]),
        currency=escape(payment["currency"]),
        status=" · ".join(STATUS[payment["status"]]),
        form=form,
        shop=escape(f"{shop}/orders/{payment['order']}"),
    ).encode()


def amount(minor: int, currency: str) -> str:
    """As people write it; the won has no smaller unit."""
    return f"{minor:,}" if currency == "KRW" else f"{minor // 100:,}.{minor % 100:02d}"
