"""The tables. Money is a whole number of the currency's smallest unit: won, or cents."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower, Upper


class Users(BaseUserManager):
    """What Django's own login and commands ask for."""

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)

    def create_superuser(self, email: str, password: str, **more) -> "User":
        user = self.model(email=email, is_staff=True, is_superuser=True, **more)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A customer, or a member of staff."""

    email = models.EmailField()
    name = models.CharField(max_length=50)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Users()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "users"
        constraints = [models.UniqueConstraint(Lower("email"), name="users_email_key")]

    def __str__(self) -> str:
        return self.email


class Address(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="addresses")
    recipient = models.CharField(max_length=100)
    phone = models.CharField(max_length=30)
    street = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    postal_code = models.CharField(max_length=20)
    country = models.CharField(max_length=2)

    class Meta:
        db_table = "addresses"


class Category(models.Model):
    slug = models.SlugField(max_length=50, unique=True)
    name_en = models.CharField(max_length=100)
    name_ko = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "categories"
        ordering = ["position", "id"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name_en


class Product(models.Model):
    """What a customer looks at. What is bought is one of its variants."""

    slug = models.CharField(max_length=120, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    currency = models.CharField(max_length=3, default="KRW")
    # The cheapest variant's, kept with every change of a price: a list sorts and filters by it.
    price = models.BigIntegerField(default=0)
    # As readers get it; the bytes are in pictures.
    picture = models.JSONField(null=True, blank=True)
    # Instead of a deletion: orders refer to what was sold.
    archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.GeneratedField(
        expression=Func(F("title"), F("description"), function="search_document"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        db_table = "products"
        indexes = [
            models.Index("created_at", "id", name="products_newest", condition=Q(archived=False)),
            models.Index("price", "id", name="products_cheapest", condition=Q(archived=False)),
            models.Index("category", "created_at", "id", name="products_of_category", condition=Q(archived=False)),
            models.Index("category", "price", "id", name="products_of_category_by_price", condition=Q(archived=False)),
            GinIndex("search", name="products_search"),
        ]

    def __str__(self) -> str:
        return self.title


class Variant(models.Model):
    """One thing on a shelf. Each piece is in exactly one of the three counts; only services.stock moves them."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    price = models.BigIntegerField()
    stock = models.IntegerField(default=0, editable=False)
    reserved = models.IntegerField(default=0, editable=False)
    sold = models.IntegerField(default=0, editable=False)

    class Meta:
        db_table = "variants"
        ordering = ["id"]
        constraints = [
            # The last word: whatever a service gets wrong, nothing is sold that is not there.
            models.CheckConstraint(
                condition=Q(stock__gte=0, reserved__gte=0, sold__gte=0), name="variants_never_negative"
            ),
            models.CheckConstraint(condition=Q(price__gt=0), name="variants_have_a_price"),
        ]
        indexes = [models.Index("product", name="variants_in_stock", condition=Q(stock__gt=0))]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class PictureUpload(models.Model):
    """What the worker still has to do. The row, not the queue, is the truth: a lost message is sent again."""

    product = models.OneToOneField(Product, models.CASCADE, primary_key=True)
    upload = models.UUIDField(default=uuid.uuid4, unique=True)
    data = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "picture_uploads"


class Picture(models.Model):
    """One size of a product's picture."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    width = models.IntegerField()
    height = models.IntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    data = models.BinaryField()

    class Meta:
        db_table = "pictures"


class Cart(models.Model):
    """Whoever knows its id may fill it, until it belongs to a user."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.OneToOneField(User, models.CASCADE, null=True, related_name="cart")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "carts"


class CartLine(models.Model):
    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, models.CASCADE)
    quantity = models.PositiveIntegerField()

    class Meta:
        db_table = "cart_lines"
        constraints = [models.UniqueConstraint(fields=["cart", "variant"], name="cart_lines_key")]


class Coupon(models.Model):
    """Takes off `percent`, or `amount` of the currency's smallest unit."""

    # As it is shown; customers may type it in whatever case.
    code = models.CharField(max_length=40)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    minimum = models.BigIntegerField(default=0)
    ends_at = models.DateTimeField(null=True, blank=True)
    uses_left = models.IntegerField(null=True, blank=True)

    class Meta:
        db_table = "coupons"
        constraints = [
            # By upper case, as iexact compares: the index serves the look-up too.
            models.UniqueConstraint(
                Upper("code"), name="coupons_code_once", violation_error_message="There is a coupon of this code."
            ),
            models.CheckConstraint(
                condition=Q(percent__range=(1, 100), amount=None) | Q(percent=None, amount__gt=0),
                name="coupons_take_off_one_way",
            ),
            models.CheckConstraint(condition=Q(uses_left=None) | Q(uses_left__gte=0), name="coupons_are_not_overused"),
        ]

    def __str__(self) -> str:
        return self.code


class Order(models.Model):
    """What was agreed: prices are copies, and later changes to a product do not reach them."""

    number = models.CharField(max_length=20, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="orders")
    state = models.CharField(max_length=10, default="pending")
    currency = models.CharField(max_length=3)
    subtotal = models.BigIntegerField()
    discount = models.BigIntegerField()
    shipping = models.BigIntegerField()
    total = models.BigIntegerField()
    coupon_code = models.CharField(max_length=40, blank=True)
    address = models.JSONField()
    # When a reservation that nobody pays for is given back.
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "orders"
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("subtotal") - F("discount") + F("shipping"), total__gte=0),
                name="orders_add_up",
            )
        ]
        indexes = [
            models.Index("user", F("id").desc(), name="orders_of_user"),
            models.Index("expires_at", name="orders_to_expire", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, models.PROTECT)
    title = models.CharField(max_length=200)
    variant_name = models.CharField(max_length=100)
    sku = models.CharField(max_length=40)
    price = models.BigIntegerField()
    quantity = models.PositiveIntegerField()

    class Meta:
        db_table = "order_lines"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "variant"], name="order_lines_key")]


class OrderMove(models.Model):
    """An order's history: each state that it reached, and when."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="moves")
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "order_moves"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "state"], name="order_moves_key")]


class StockMovement(models.Model):
    """The ledger: why the counts of a variant are what they are."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="movements")
    order = models.ForeignKey(Order, models.CASCADE, null=True)
    kind = models.CharField(max_length=10)
    quantity = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "stock_movements"
        constraints = [
            # An order's pieces are reserved, sold and put back once each, or not at all.
            models.UniqueConstraint(fields=["order", "variant", "kind"], name="stock_movements_once")
        ]


class IdempotencyKey(models.Model):
    """A checkout that was answered, and its answer."""

    user = models.ForeignKey(User, models.CASCADE)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    reply = models.TextField(default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "idempotency_keys"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_keys_key")]


class Payment(models.Model):
    """One attempt to have an order paid. Its id is what the provider knows it by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    order = models.ForeignKey(Order, models.CASCADE, related_name="payments")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, default="created")
    # The provider counts what happens to a payment; what comes late or twice has a number that we have seen.
    sequence = models.IntegerField(default=0)
    # The money has to go back, and the provider has not confirmed yet that it did.
    refund_due = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "payments"
        indexes = [
            models.Index("created_at", name="payments_open", condition=Q(status="created")),
            models.Index("id", name="payments_to_refund", condition=Q(refund_due=True)),
        ]


class Mail(models.Model):
    """The outbox: written with what it tells of, sent afterwards."""

    user = models.ForeignKey(User, models.CASCADE, related_name="mails")
    order = models.ForeignKey(Order, models.CASCADE)
    kind = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "mails"
        constraints = [models.UniqueConstraint(fields=["order", "kind"], name="mails_once")]
        indexes = [models.Index("id", name="mails_to_send", condition=Q(sent_at=None))]
