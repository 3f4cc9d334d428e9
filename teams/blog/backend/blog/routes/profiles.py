"""Profiles and following."""

from apiflask import APIBlueprint
from flask import g

from blog import reply_schemas, shapes
from blog.routes.access import blog, signed_in, viewer
from blog.routes.replies import reply
from blog.services import profiles

bp = APIBlueprint("profiles", __name__, url_prefix="/api/profiles", tag="Profile")


@bp.get("/<username>")
@bp.output(reply_schemas.ProfileReply)
@bp.doc(operation_id="GetProfileByUsername", security=[{}, {"Token": []}], responses=[401, 404])
def get(username: str):
    """A user's profile"""
    return reply({"profile": shapes.profile(profiles.get(blog(), username=username, viewer=viewer()))})


@bp.post("/<username>/follow")
@signed_in
@bp.output(reply_schemas.ProfileReply)
@bp.doc(operation_id="FollowUserByUsername", security="Token", responses=[401, 404, 429])
def follow(username: str):
    """Follow a user"""
    return reply({"profile": shapes.profile(profiles.follow(blog(), username=username, follower=g.user.id))})


@bp.delete("/<username>/follow")
@signed_in
@bp.output(reply_schemas.ProfileReply)
@bp.doc(operation_id="UnfollowUserByUsername", security="Token", responses=[401, 404, 429])
def unfollow(username: str):
    """Stop following a user"""
    return reply({"profile": shapes.profile(profiles.unfollow(blog(), username=username, follower=g.user.id))})
