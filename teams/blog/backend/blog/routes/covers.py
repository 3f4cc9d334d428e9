"""Cover images: up through the API, down from /media."""

from apiflask import APIBlueprint
from flask import Response, g, request

from blog import reply_schemas, schemas, tasks
from blog.routes.access import blog, signed_in
from blog.routes.replies import no_content, reply
from blog.services import covers

bp = APIBlueprint("covers", __name__, tag="Covers")

# Multipart headers and the alt text around the file.
_ENVELOPE = 64_000


@bp.before_request
def allow_a_large_body() -> None:
    request.max_content_length = blog().settings.cover_max_bytes + _ENVELOPE


@bp.put("/api/articles/<slug>/cover")
@signed_in
@bp.input(schemas.CoverForm, location="files")
@bp.output(reply_schemas.CoverReply, status_code=202)
@bp.doc(operation_id="PutCover", security="Token", responses=[401, 403, 404, 413, 415, 422, 429])
def put(slug: str, files_data: schemas.CoverForm):
    """Give your article a cover (JPEG, PNG or WebP); a worker makes three sizes of it"""
    data, alt = files_data.file.read(), files_data.alt
    upload, cover = covers.put(blog(), slug=slug, author=g.user.id, data=data, alt=alt)
    tasks.enqueue(tasks.process_cover, str(upload))
    return reply({"cover": cover}, 202)


@bp.patch("/api/articles/<slug>/cover")
@signed_in
@bp.input(schemas.CoverTextRequest)
@bp.output(reply_schemas.CoverReply)
@bp.doc(operation_id="DescribeCover", security="Token", responses=[401, 403, 404, 422, 429])
def describe(slug: str, json_data: schemas.CoverTextRequest):
    """Change the text that stands for the picture, and leave the picture"""
    return reply({"cover": covers.describe(blog(), slug=slug, author=g.user.id, alt=json_data.cover.alt)})


@bp.delete("/api/articles/<slug>/cover")
@signed_in
@bp.output({}, status_code=204)
@bp.doc(operation_id="DeleteCover", security="Token", responses=[401, 403, 404, 429])
def remove(slug: str):
    """Take the cover away; an article without one stays as it is"""
    covers.remove(blog(), slug=slug, author=g.user.id)
    return no_content()


@bp.get("/media/<digest>.webp")
@bp.output({"type": "string", "format": "binary"}, content_type="image/webp")
@bp.doc(operation_id="GetImage", responses=[404])
def image(digest: str):
    """An image by the SHA-256 of its bytes: it never changes, so browsers keep it for a year"""
    response = Response(covers.image(blog(), digest=digest), mimetype="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["ETag"] = f'"{digest}"'
    return response
