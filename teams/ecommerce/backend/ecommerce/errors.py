"""What a rule may refuse. Programs read `code`, people read the title."""

from teamkit.problems import Conflict, Forbidden, Invalid, NotFound, Refused, Unauthenticated, Unavailable


class WrongCredentials(Unauthenticated):
    code, title = "wrong_credentials", "Email and password do not match."


class StaffOnly(Forbidden):
    code, title = "staff_only", "Only staff may do this."


class EmailTaken(Conflict):
    code, title = "email_taken", "This email has an account already."

    def __init__(self):
        super().__init__(errors={"email": ["has already been taken"]})


class CategoryTaken(Conflict):
    code, title = "category_taken", "There is such a category."

    def __init__(self):
        super().__init__(errors={"slug": ["has already been taken"]})


class SlugTaken(Conflict):
    code, title = "slug_taken", "Another product has this title."

    def __init__(self):
        super().__init__(errors={"title": ["has already been taken"]})


class SkuTaken(Conflict):
    code, title = "sku_taken", "Another variant has this SKU."

    def __init__(self):
        super().__init__(errors={"sku": ["has already been taken"]})


class ProductNotFound(NotFound):
    code, title = "product_not_found", "No such product."


class CategoryNotFound(NotFound):
    code, title = "category_not_found", "No such category."


class VariantNotFound(NotFound):
    code, title = "variant_not_found", "No such variant."


class PictureNotFound(NotFound):
    code, title = "picture_not_found", "No such picture."


class CartNotFound(NotFound):
    code, title = "cart_not_found", "No such cart."


class AddressNotFound(NotFound):
    code, title = "address_not_found", "No such address."


class OrderNotFound(NotFound):
    """Somebody else's order is not there either: its number alone tells something."""

    code, title = "order_not_found", "No such order."


class UnknownCursor(Invalid):
    code, title = "unknown_cursor", "The cursor is not one of ours."


class CartEmpty(Conflict):
    code, title = "cart_empty", "There is nothing in the cart."


class TooManyInCart(Conflict):
    code, title = "too_many_in_cart", "A cart holds at most 50 different things, and 99 of each."


class CurrenciesMixed(Conflict):
    code, title = "currencies_mixed", "One order has one currency; order the other things first."


class OutOfStock(Conflict):
    """`errors` names what is missing by its SKU."""

    code, title = "out_of_stock", "There is not enough of it left."

    def __init__(self, sku: str):
        super().__init__(errors={sku: ["is out of stock"]})


class PriceChanged(Conflict):
    code, title = "price_changed", "The total is not what you expected; look at the cart again."


class StockBelowZero(Conflict):
    code, title = "stock_below_zero", "There is not that much on the shelf to take away."


class CouponNotFound(NotFound):
    code, title = "coupon_not_found", "No such coupon."


class CouponExpired(Conflict):
    code, title = "coupon_expired", "The coupon has expired."


class CouponUsedUp(Conflict):
    code, title = "coupon_used_up", "The coupon has been used as often as it may."


class CouponMinimum(Conflict):
    code, title = "coupon_minimum", "The order is too small for this coupon."


class KeyMissing(Refused):
    code, status, title = "idempotency_key_missing", 400, "Send an Idempotency-Key, 8 to 200 characters."


class KeyReused(Conflict):
    code, title = "idempotency_key_reused", "This Idempotency-Key belongs to another request."


class IllegalMove(Conflict):
    code, title = "illegal_move", "The order cannot go from its state to that one."


class SignatureWrong(Unauthenticated):
    code, title = "signature_wrong", "The signature does not fit, or is too old."


class PaymentNotFound(NotFound):
    code, title = "payment_not_found", "No such payment."


class PaymentMismatch(Conflict):
    code, title = "payment_mismatch", "The amount is not the order's."


class ProviderDown(Unavailable):
    code, title = "provider_down", "The payment provider does not answer; try again in a moment."


class TooManyStreams(Unavailable):
    code, title = "too_many_streams", "This replica holds as many streams as it may."
