"""Products as staff write them and customers see them, one at a time."""

from django.db import IntegrityError, transaction
from django.db.models import Min

from ecommerce import errors
from ecommerce.models import Category, Product, Variant
from ecommerce.resources import Shop
from ecommerce.services import freshness, news, stock
from teamkit.slugs import slug_of, told_apart


def get(slug: str) -> Product:
    """With category and variants, in two statements."""
    product = Product.objects.select_related("category").defer("search").filter(slug=slug, archived=False).first()
    if product is None:
        raise errors.ProductNotFound
    return product


def categories() -> list[Category]:
    return list(Category.objects.all())


def create_category(shop: Shop, *, slug: str, name_en: str, name_ko: str) -> Category:
    """A category at the end of the shop's list."""
    try:
        with transaction.atomic():
            position = Category.objects.count()
            category = Category.objects.create(slug=slug, name_en=name_en, name_ko=name_ko, position=position)
    except IntegrityError:
        raise errors.CategoryTaken from None
    freshness.lists_changed(shop)
    return category


def create(shop: Shop, *, title: str, description: str, category: str, currency: str, variants: list[dict]) -> Product:
    """A product with its variants; what is on the shelf of each at first is their `initial` movement."""
    slug = slug_of(title)
    with transaction.atomic():
        if Product.objects.filter(slug=slug).exists():
            slug = told_apart(slug)
        product = Product(slug=slug, title=title, description=description, currency=currency)
        product.category = _category(category)
        product.price = min(variant["price"] for variant in variants)
        try:
            with transaction.atomic():
                product.save()
        except IntegrityError:
            raise errors.SlugTaken from None
        for variant in variants:
            _add_variant(shop, product, variant)
    freshness.product_changed(shop, slug)
    return get(slug)


def change(shop: Shop, *, slug: str, changes: dict) -> Product:
    """Change only what `changes` names: title, description, category. The address stays: it is in old mails."""
    with transaction.atomic():
        product = _locked(slug)
        values = dict(changes)
        if "category" in values:
            values["category"] = _category(values["category"])
        for name, value in values.items():
            setattr(product, name, value)
        if values:
            product.save(update_fields=values.keys())
    freshness.product_changed(shop, slug)
    return get(slug)


def archive(shop: Shop, *, slug: str) -> None:
    """Take a product out of the shop; orders keep what they say of it."""
    with transaction.atomic():
        product = _locked(slug)
        product.archived = True
        product.save(update_fields=["archived"])
    freshness.product_changed(shop, slug)


def add_variant(shop: Shop, *, slug: str, variant: dict) -> Product:
    with transaction.atomic():
        product = _locked(slug)
        _add_variant(shop, product, variant)
        _keep_price(product)
    freshness.product_changed(shop, slug)
    return get(slug)


def change_variant(shop: Shop, *, variant_id: int, changes: dict) -> Product:
    """Change only what `changes` names: name, price. Orders keep the price that they were made at."""
    with transaction.atomic():
        variant = Variant.objects.select_related("product").filter(id=variant_id, product__archived=False).first()
        if variant is None:
            raise errors.VariantNotFound
        product = _locked(variant.product.slug)
        if changes:
            Variant.objects.filter(id=variant_id).update(**changes)
        _keep_price(product)
        variant.refresh_from_db()
    freshness.product_changed(shop, product.slug)
    news.of_variants(shop, [variant])
    return get(product.slug)


def edited(shop: Shop, product: Product) -> None:
    """Whoever wrote the product or its variants past this module, in their own transaction, ends with this."""
    _keep_price(product)

    def tell() -> None:
        freshness.product_changed(shop, product.slug)
        news.of_variants(shop, product.variants.all())

    # Sooner, somebody who asks before the commit would put the old version into the cache again.
    transaction.on_commit(tell)


def _locked(slug: str) -> Product:
    product = Product.objects.select_for_update().defer("search").filter(slug=slug, archived=False).first()
    if product is None:
        raise errors.ProductNotFound
    return product


def _category(slug: str) -> Category:
    category = Category.objects.filter(slug=slug).first()
    if category is None:
        raise errors.CategoryNotFound
    return category


def _add_variant(shop: Shop, product: Product, variant: dict) -> None:
    values = dict(variant)
    pieces = values.pop("stock")
    try:
        with transaction.atomic():
            added = Variant.objects.create(product=product, **values)
    except IntegrityError:
        raise errors.SkuTaken from None
    if pieces:
        stock.move(shop, "initial", {added.id: pieces})


def _keep_price(product: Product) -> None:
    product.price = product.variants.aggregate(least=Min("price"))["least"]
    product.save(update_fields=["price"])
