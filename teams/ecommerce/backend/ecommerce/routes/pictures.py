"""Product pictures: up through the API, down from /media."""

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, UploadedFile

from ecommerce import reply_schemas, schemas, tasks
from ecommerce.resources import shop
from ecommerce.routes.access import staff
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import reply
from ecommerce.services import pictures

router = Router(tags=["Pictures"], by_alias=True)


@router.post(
    "/products/{slug}/picture",
    operation_id="PutPicture",
    auth=staff,
    response=possible(202, reply_schemas.PictureReply, 401, 403, 404, 413, 415, 429),
)
def put(request: HttpRequest, slug: str, file: File[UploadedFile], alt: Form[schemas.Alt] = ""):
    """Give a product its picture (JPEG, PNG or WebP); a worker makes three sizes of it"""
    upload, picture = pictures.put(shop(), slug=slug, data=file.read(), alt=alt)
    tasks.enqueue(tasks.process_picture, str(upload))
    return reply({"picture": picture}, 202)


def image(request: HttpRequest, digest: str) -> HttpResponse:
    """An image by the SHA-256 of its bytes: it never changes, so browsers keep it for a year."""
    response = HttpResponse(pictures.image(digest), content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["ETag"] = f'"{digest}"'
    return response
