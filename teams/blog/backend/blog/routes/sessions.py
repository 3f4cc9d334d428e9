"""Sessions that outlive the 15 minutes of an access token."""

from apiflask import APIBlueprint

from blog import errors, reply_schemas, schemas, shapes
from blog.routes.access import blog
from blog.routes.replies import no_content, reply
from blog.services import users
from teamkit.flask import client_address

bp = APIBlueprint("sessions", __name__, url_prefix="/api/users", tag="Sessions")


@bp.post("/refresh")
@bp.input(schemas.RefreshRequest)
@bp.output(reply_schemas.SignedInReply)
@bp.doc(operation_id="RefreshSession", responses=[401, 422, 429])
def refresh(json_data: schemas.RefreshRequest):
    """Exchange a refresh token for a new pair; it works once, and using it again ends the session"""
    blog().limits.hit("refresh", client_address(), blog().settings.logins_per_address_per_minute, 60)
    subject, next_refresh = blog().tokens.rotate(json_data.refresh_token)
    user = users.find(blog(), int(subject))
    if user is None:
        raise errors.TokenInvalid
    return reply(shapes.user(user, blog().tokens.access(subject), next_refresh))


@bp.post("/logout")
@bp.input(schemas.RefreshRequest)
@bp.output({}, status_code=204)
@bp.doc(operation_id="EndSession", responses=[422, 429])
def log_out(json_data: schemas.RefreshRequest):
    """End the session of this refresh token; ending it twice is no error"""
    blog().tokens.revoke(json_data.refresh_token)
    return no_content()
