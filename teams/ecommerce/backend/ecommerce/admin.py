"""Django's admin for staff, at /api/admin/: what is rare enough to need no page of its own."""

from collections.abc import Callable

from django.contrib import admin
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.utils.decorators import decorator_from_middleware

from ecommerce.models import Category, Coupon, Mail, Order, Product, StockMovement, User, Variant
from ecommerce.resources import shop
from ecommerce.services import freshness

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


class VariantInline(admin.TabularInline):
    model = Variant
    readonly_fields = ("stock", "reserved", "sold")
    extra = 0


class ProductAdmin(admin.ModelAdmin):
    list_display = ("title", "category", "currency", "price", "archived")
    list_filter = ("category", "archived")
    search_fields = ("title",)
    # What services keep right is not typed in.
    readonly_fields = ("slug", "price", "picture")
    inlines = (VariantInline,)

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        prices = form.instance.variants.values_list("price", flat=True)
        Product.objects.filter(id=form.instance.id).update(price=min(prices, default=0))
        freshness.product_changed(shop(), form.instance.slug)


class Shown(admin.ModelAdmin):
    """Looked at, never edited: each change has consequences that only a service knows."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class OrderAdmin(Shown):
    list_display = ("number", "state", "user", "total", "currency", "created_at")
    list_filter = ("state",)
    search_fields = ("number", "user__email")


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
site.register([Category, Coupon])
