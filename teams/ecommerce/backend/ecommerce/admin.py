"""Django's admin for staff, at /api/admin/: what is rare enough to need no page of its own."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import decorator_from_middleware

from ecommerce.models import Category, Coupon, Mail, Order, Product, StockMovement, User, Variant
from ecommerce.resources import shop
from ecommerce.services import freshness, orders, products, stock
from teamkit.problems import Refused

_around = [decorator_from_middleware(kind) for kind in (MessageMiddleware, AuthenticationMiddleware, SessionMiddleware)]


def guarded(view: Callable) -> Callable:
    """A view with session, user and messages; the admin protects its forms against forgery itself."""
    for wrap in _around:
        view = wrap(view)
    return view


class Site(admin.AdminSite):
    site_header = site_title = "Shop · 쇼핑몰"
    site_url = "/"

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        return guarded(super().admin_view(view, cacheable))

    def login(self, request, extra_context=None):
        return guarded(super().login)(request, extra_context)


def held(rows: QuerySet) -> QuerySet:
    """The rows of a form that is being saved: Django writes all of their columns back, so nobody else may meanwhile."""
    # Not FOR UPDATE: orders that merely refer to a variant need not wait.
    return rows.select_for_update(of=("self",), no_key=True) if transaction.get_connection().in_atomic_block else rows


class VariantForm(forms.ModelForm):
    arrived = forms.IntegerField(
        label="Arrived · 입고",
        required=False,
        min_value=-1_000_000,
        max_value=1_000_000,
        help_text="Negative for what is broken · 파손은 음수로",
    )


class VariantInline(admin.TabularInline):
    model = Variant
    form = VariantForm
    fields = ("sku", "name", "price", "stock", "reserved", "sold", "arrived")
    readonly_fields = ("stock", "reserved", "sold")
    extra = 0
    # Orders refer to it, and so does the ledger.
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return held(super().get_queryset(request))


class ProductAdmin(admin.ModelAdmin):
    list_display = ("title", "category", "currency", "price", "archived")
    list_filter = ("category", "archived")
    search_fields = ("title",)
    # What services keep right is not typed in.
    readonly_fields = ("slug", "currency", "price", "picture")
    inlines = (VariantInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The staff's own page does that: it makes the address."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        """It is archived instead."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return held(super().get_queryset(request).defer("search"))

    def changeform_view(self, request: HttpRequest, *args, **more) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **more)
        except Refused as refused:
            # Nothing of the form is stored.
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.get_full_path())

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for row in (row for formset in formsets for row in formset.forms):
            if row.cleaned_data.get("arrived"):
                stock.restock(shop(), variant_id=row.instance.id, quantity=row.cleaned_data["arrived"])
        products.edited(shop(), form.instance)


class CategoryAdmin(admin.ModelAdmin):
    list_display = ("name_en", "name_ko", "slug", "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> tuple[str, ...]:
        """The address of a category that there is: it stands in every link to it."""
        return ("slug",) if obj else ()

    def save_model(self, *args) -> None:
        super().save_model(*args)
        self._tell()

    def delete_model(self, *args) -> None:
        super().delete_model(*args)
        self._tell()

    def delete_queryset(self, *args) -> None:
        super().delete_queryset(*args)
        self._tell()

    def _tell(self) -> None:
        transaction.on_commit(lambda: freshness.lists_changed(shop()))


class Shown(admin.ModelAdmin):
    """Looked at, never edited: each change has consequences that only a service knows."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


def bring(to: str, label: str) -> Callable:
    """An action that moves the chosen orders as the API does, and says which of them it could not move."""

    @admin.action(description=label, permissions=["move"])
    def act(self: admin.ModelAdmin, request: HttpRequest, chosen: QuerySet) -> None:
        for number in chosen.values_list("number", flat=True):
            try:
                orders.move(shop(), number=number, to=to)
            except Refused as refused:
                messages.error(request, f"{number}: {refused}")
            else:
                messages.success(request, f"{number}: {label}")

    act.__name__ = to
    return act


class OrderAdmin(Shown):
    list_display = ("number", "state", "user", "total", "currency", "created_at")
    list_filter = ("state",)
    search_fields = ("number", "user__email")
    actions = (
        bring("packed", "Packed · 포장 완료"),
        bring("shipped", "Handed to the carrier · 택배사에 전달"),
        bring("delivered", "Delivered · 배송 완료"),
        bring("refunded", "Refund · 환불하기"),
        bring("cancelled", "Cancel · 취소하기"),
    )

    def has_move_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("ecommerce.change_order")


class MovementAdmin(Shown):
    list_display = ("created_at", "variant", "kind", "quantity", "order")
    list_filter = ("kind",)


class MailAdmin(Shown):
    list_display = ("created_at", "user", "subject", "sent_at")


class UserAdmin(admin.ModelAdmin):
    list_display = ("email", "name", "is_staff", "is_active")
    fields = ("email", "name", "is_staff", "is_active")
    search_fields = ("email", "name")


site = Site()
site.register(Product, ProductAdmin)
site.register(Order, OrderAdmin)
site.register(StockMovement, MovementAdmin)
site.register(Mail, MailAdmin)
site.register(User, UserAdmin)
site.register(Category, CategoryAdmin)
site.register(Coupon)
