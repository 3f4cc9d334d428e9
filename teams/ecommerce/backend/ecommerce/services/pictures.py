"""Product pictures: taken in by the API, made small by the worker, kept in the database."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.timezone import now
from prometheus_client import Counter

from ecommerce import errors
from ecommerce.models import Picture, PictureUpload, Product
from ecommerce.resources import Shop
from ecommerce.services import freshness
from teamkit import images
from teamkit.problems import Refused

processed_total = Counter("ecommerce_pictures_processed_total", "Pictures that the worker finished", ["result"])
for _result in ("ready", "failed"):
    # Begins at 0: Prometheus cannot see the increase of a series that was not there before.
    processed_total.labels(_result)


def put(shop: Shop, *, slug: str, data: bytes, alt: str) -> tuple[UUID, dict]:
    """Take in a new picture: the id of the upload to process, and the picture as readers see it meanwhile.

    What is not an image, or too large a one, is refused here; the worker gets what looks right.
    """
    images.inspect(data, shop.settings.picture_max_bytes)
    upload_id, shown = uuid4(), _shown("processing", alt)
    with transaction.atomic():
        product = Product.objects.select_for_update().only("id").filter(slug=slug, archived=False).first()
        if product is None:
            raise errors.ProductNotFound
        upload = {"upload": upload_id, "data": data, "created_at": now()}
        PictureUpload.objects.update_or_create(product=product, defaults=upload)
        Product.objects.filter(id=product.id).update(picture=shown)
    freshness.product_changed(shop, slug)
    return upload_id, shown


def process(shop: Shop, upload_id: UUID) -> str:
    """Make the small images of an upload: "ready", "failed", or "gone" where there is nothing left to do.

    Safe to repeat and to interrupt: the upload's row goes in the same transaction that brings the images.
    """
    data = PictureUpload.objects.filter(upload=upload_id).values_list("data", flat=True).first()
    if data is None:
        return "gone"
    try:
        made = images.derive(bytes(data))
    except Refused as refused:
        return _finish(shop, upload_id, [], str(refused.detail or refused.title))
    return _finish(shop, upload_id, made, None)


def give_up(shop: Shop, upload_id: UUID) -> str:
    """The worker died of this picture more than once: say so instead of trying for ever."""
    return _finish(shop, upload_id, [], "The picture could not be processed.")


def _finish(shop: Shop, upload_id: UUID, made: list[images.Derivative], reason: str | None) -> str:
    with transaction.atomic():
        # The product first, as everywhere: two orders of locking would be a deadlock.
        product = Product.objects.select_for_update(of=("self",)).defer("search")
        product = product.filter(pictureupload__upload=upload_id).first()
        if product is None or not PictureUpload.objects.filter(upload=upload_id).delete()[0]:
            return "gone"
        product.pictures.all().delete()
        rows = [
            Picture(
                product=product,
                width=image.width,
                height=image.height,
                sha256=sha256(image.bytes).hexdigest(),
                data=image.bytes,
            )
            for image in made
        ]
        Picture.objects.bulk_create(rows)
        result = "failed" if reason else "ready"
        product.picture = _shown(result, product.picture["alt"], rows, reason)
        product.save(update_fields=["picture"])
    processed_total.labels(result).inc()
    freshness.product_changed(shop, product.slug)
    return result


def waiting(*, seconds: int) -> list[UUID]:
    """Uploads older than this that no worker finished: their message was lost, or never sent."""
    old = PictureUpload.objects.filter(created_at__lt=now() - timedelta(seconds=seconds))
    return list(old.order_by("created_at").values_list("upload", flat=True))


def image(digest: str) -> bytes:
    data = Picture.objects.filter(sha256=digest).values_list("data", flat=True).first()
    if data is None:
        raise errors.PictureNotFound
    return bytes(data)


def _shown(status: str, alt: str, rows: list[Picture] = (), reason: str | None = None) -> dict:
    images = [{"url": f"/media/{row.sha256}.webp", "width": row.width, "height": row.height} for row in rows]
    return {"status": status, "alt": alt, "images": images, "reason": reason}
