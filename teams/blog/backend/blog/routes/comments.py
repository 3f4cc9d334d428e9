"""Comments, and the live stream of them."""

from itertools import chain

from apiflask import APIBlueprint
from flask import Response, g, request

from blog import errors, reply_schemas, schemas, shapes
from blog.routes.access import blog, signed_in, viewer
from blog.routes.articles import OPTIONAL
from blog.routes.replies import fresh, no_content, reply
from blog.services import comments
from teamkit.events import sse

bp = APIBlueprint("comments", __name__, url_prefix="/api/articles/<slug>/comments", tag="Comments")
# A first byte, or the client would not know that it is connected before something happens.
OPEN = b": open\n\n"

live = APIBlueprint("live_comments", __name__, url_prefix="/api/articles/<slug>/comments", tag="Live")


@bp.get("")
@bp.output(reply_schemas.CommentsReply)
@bp.doc(operation_id="GetArticleComments", security=OPTIONAL, responses=[401, 404])
def listed(slug: str):
    """The comments under an article, the newest first, at most 500"""
    found = comments.listed(blog(), slug=slug, viewer=viewer())
    return fresh(shapes.json({"comments": [shapes.comment(row) for row in found]}), public=not viewer())


@bp.post("")
@signed_in
@bp.input(schemas.NewCommentRequest)
@bp.output(reply_schemas.CommentReply, status_code=201)
@bp.doc(operation_id="CreateArticleComment", security="Token", responses=[401, 404, 422, 429])
def write(slug: str, json_data: schemas.NewCommentRequest):
    """Comment on an article; whoever listens to its stream gets the comment at once"""
    comment = comments.write(blog(), slug=slug, author=g.user.id, body=json_data.comment.body)
    return reply({"comment": shapes.comment(comment)}, 201)


@bp.delete("/<int:id>")
@signed_in
@bp.output({}, status_code=204)
@bp.doc(operation_id="DeleteArticleComment", security="Token", responses=[401, 403, 404, 429])
def remove(slug: str, id: int):
    """Delete your comment, or any comment under your own article"""
    comments.remove(blog(), slug=slug, comment_id=id, user=g.user.id)
    return no_content()


@live.get("/stream")
@live.input(schemas.StreamQuery, location="query")
@live.output({"type": "string"}, content_type="text/event-stream")
@live.doc(operation_id="StreamArticleComments", security=OPTIONAL, responses=[401, 404, 422, 503])
def stream(slug: str, query_data: schemas.StreamQuery):
    """Live comments as Server-Sent Events; Last-Event-ID (or lastEventId) replays what was missed"""
    places = blog().places
    topic = comments.stream_topic(blog(), slug=slug, viewer=viewer())
    last_id = request.headers.get("Last-Event-ID") or query_data.last_event_id
    if not places.acquire(blocking=False):
        raise errors.TooManyStreams
    try:
        # Asked here, not in the generator: what is published from now on belongs to this reader.
        events = blog().events.read(topic, last_id)
    except BaseException:
        places.release()
        raise

    response = Response(chain([OPEN], map(sse, events)), mimetype="text/event-stream")
    response.call_on_close(places.release)
    response.call_on_close(events.close)
    response.headers["Cache-Control"] = "no-store"
    # nginx would collect events until a buffer is full.
    response.headers["X-Accel-Buffering"] = "no"
    return response
