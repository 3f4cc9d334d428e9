"""Fills an empty shop for a demonstration: `python3 -m ecommerce.seed`, with the accounts' password on stdin.

Running it again adds nothing twice; it only sets the password anew. Pictures go the way of every upload.
"""

import random
import sys
from contextlib import suppress

import django

django.setup()

from ecommerce import errors, pictures_drawn, shapes, tasks  # noqa: E402
from ecommerce.models import Category, Coupon, Order, Payment, Product, User  # noqa: E402
from ecommerce.resources import Shop, shop  # noqa: E402
from ecommerce.services import addresses, carts, orders, payments, pictures, products, users  # noqa: E402

ACCOUNTS = {"demo": False, "customer": False, "staff": True}
CATEGORIES = {"bags": "가방", "kitchen": "주방", "stationery": "문구", "lighting": "조명", "textiles": "패브릭"}
# Things of each category: in English, in Korean, won.
THINGS = {
    "bags": [("Tote bag", "토트백", 32_000), ("Backpack", "백팩", 89_000), ("Pouch", "파우치", 14_000)],
    "kitchen": [("Mug", "머그컵", 16_000), ("Teapot", "찻주전자", 54_000), ("Bowl", "그릇", 21_000)],
    "stationery": [("Notebook", "노트", 8_000), ("Fountain pen", "만년필", 67_000), ("Pencil case", "필통", 19_000)],
    "lighting": [("Desk lamp", "책상 조명", 78_000), ("Candle", "향초", 24_000), ("Lantern", "랜턴", 45_000)],
    "textiles": [("Blanket", "담요", 59_000), ("Cushion", "쿠션", 27_000), ("Apron", "앞치마", 31_000)],
}
KINDS = [("Canvas", "캔버스"), ("Ocean", "바다"), ("Forest", "숲"), ("Paper", "종이")]
SIZES = [("S", "small · 소"), ("M", "medium · 중"), ("L", "large · 대")]
TEXT = (
    "{en} from the {kind_en} series. Made in small numbers, to be used every day and repaired when it breaks.\n\n"
    "{kind_ko} 시리즈의 {ko}. 조금씩 만들어 매일 쓰고 고쳐 쓸 수 있습니다."
)
ADDRESS = {
    "recipient": "김도커 Kim",
    "phone": "010-0000-0000",
    "street": "1 Container-ro",
    "city": "Seoul",
    "postal_code": "04524",
    "country": "KR",
}
# One order in each state, by the moves that lead there.
JOURNEYS = [
    [],
    ["cancelled"],
    ["paid"],
    ["paid", "packed"],
    ["paid", "packed", "shipped"],
    ["paid", "packed", "shipped", "delivered"],
    ["paid", "refunded"],
]


def fill(shop: Shop, password: str) -> tuple[int, int]:
    """How many products were added, and how many there are."""
    people = {name: _account(name, staff, password) for name, staff in ACCOUNTS.items()}
    for position, (slug, korean) in enumerate(CATEGORIES.items()):
        names = {"name_en": slug.capitalize(), "name_ko": korean, "position": position}
        Category.objects.update_or_create(slug=slug, defaults=names)
    Coupon.objects.get_or_create(code="WELCOME10", defaults={"percent": 10, "minimum": 10_000})
    Coupon.objects.get_or_create(code="GONE", defaults={"percent": 50, "ends_at": "2020-01-01T00:00:00Z"})
    wanted = [(slug, thing, kind) for kind in KINDS for slug, things in THINGS.items() for thing in things]
    added = sum(_product(shop, *one) for one in wanted)
    if not Order.objects.filter(user=people["demo"]).exists():
        for journey in JOURNEYS:
            _order(shop, people["demo"], journey)
    return added, len(wanted)


def _account(name: str, staff: bool, password: str) -> User:
    email = f"{name}@example.com"
    with suppress(errors.EmailTaken):
        users.sign_up(name=name, email=email, password=password)
    user = User.objects.get_by_natural_key(email)
    user.set_password(password)
    user.save(update_fields=["password"])
    if staff:
        users.promote(email)
    if not addresses.listed(user.id):
        addresses.add(user.id, ADDRESS)
    return user


def _product(shop: Shop, category: str, thing: tuple[str, str, int], kind: tuple[str, str]) -> bool:
    (english, korean, price), (kind_en, kind_ko) = thing, kind
    title = f"{kind_en} {english.lower()} · {kind_ko} {korean}"
    if Product.objects.filter(title=title).exists():
        return False
    chance = random.Random(title)
    base = price + chance.randint(-3, 6) * 500
    variants = [
        {
            "sku": f"{kind_en[:3]}-{english.replace(' ', '')}-{size}".upper(),
            "name": name,
            "price": base + number * 2_000,
            # Some are gone, some nearly: a shop has all of these to show.
            "stock": chance.choice([0, 2, 5, 12, 30, 50]),
        }
        for number, (size, name) in enumerate(SIZES[: chance.randint(1, 3)])
    ]
    text = TEXT.format(en=english, ko=korean, kind_en=kind_en, kind_ko=kind_ko)
    made = products.create(shop, title=title, description=text, category=category, currency="KRW", variants=variants)
    alt = f"Drawing of a {english.lower()} · {korean} 그림"
    upload, _ = pictures.put(shop, slug=made.slug, data=pictures_drawn.draw(title), alt=alt)
    tasks.enqueue(tasks.process_picture, str(upload))
    return True


def _order(shop: Shop, user: User, journey: list[str]) -> None:
    chance = random.Random(len(journey))
    full = Product.objects.filter(variants__stock__gte=5).distinct().order_by("id")
    for product in chance.sample(list(full[:20]), 2):
        variant = product.variants.filter(stock__gte=5).first()
        carts.put(carts.of_user(user.id), variant_id=variant.id, quantity=1)
    address = addresses.listed(user.id)[0].id
    key = f"seed-{'-'.join(journey) or 'pending'}"
    orders.place(shop, user=user.id, key=key, address_id=address, coupon=None, expected_total=None)
    order = Order.objects.filter(user=user).latest("id")
    for to in journey:
        if to == "paid":
            payment = Payment.objects.create(order=order, amount=order.total, currency=order.currency)
            news = {"status": "approved", "sequence": 1, "amount": order.total, "currency": order.currency}
            payments.apply(shop, payment_id=payment.id, **news)
        else:
            orders.move(shop, number=order.number, to=to)
    # The provider knows nothing of these, so it cannot give anything back.
    Payment.objects.filter(order=order).update(refund_due=False)


def main() -> int:
    password = sys.stdin.readline().strip()
    if len(password) < 8:
        print(
            "Give a password of at least 8 characters on stdin: echo PASSWORD | python3 -m ecommerce.seed\n"
            "8자 이상의 비밀번호를 표준 입력으로 주세요: echo PASSWORD | python3 -m ecommerce.seed",
            file=sys.stderr,
        )
        return 2
    added, total = fill(shop(), password)
    print(f"{added} of {total} products added · 상품 {total}개 중 {added}개를 추가했습니다", file=sys.stderr)
    # The last line is for the demo, which shows who may sign in.
    print(shapes.json({"accounts": [f"{name}@example.com" for name in ACCOUNTS]}).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
