"""Signing up, signing in, the current user."""

from apiflask import APIBlueprint
from flask import g

from blog import reply_schemas, schemas, shapes
from blog.routes.access import blog, signed_in
from blog.routes.replies import reply
from blog.services import users
from teamkit.flask import client_address

bp = APIBlueprint("users", __name__, url_prefix="/api", tag="User and Authentication")


@bp.post("/users")
@bp.input(schemas.NewUserRequest)
@bp.output(reply_schemas.SignedInReply, status_code=201)
@bp.doc(operation_id="CreateUser", responses=[409, 422, 429])
def sign_up(json_data: schemas.NewUserRequest):
    """Register a new user"""
    blog().limits.hit("signup", client_address(), blog().settings.signups_per_address_per_minute, 60)
    user = users.sign_up(blog(), **json_data.user.model_dump())
    return reply(session(user), 201)


@bp.post("/users/login")
@bp.input(schemas.LoginRequest)
@bp.output(reply_schemas.SignedInReply)
@bp.doc(operation_id="Login", responses=[401, 422, 429])
def log_in(json_data: schemas.LoginRequest):
    """Sign in with email and password"""
    limits, settings, credentials = blog().limits, blog().settings, json_data.user
    limits.hit("login", client_address(), settings.logins_per_address_per_minute, 60)
    # One account guessed from many addresses is still one account.
    limits.hit("login-account", credentials.email.lower(), settings.logins_per_account_per_minute, 60)
    return reply(session(users.log_in(blog(), email=credentials.email, password=credentials.password)))


@bp.get("/user")
@signed_in
@bp.output(reply_schemas.UserReply)
@bp.doc(operation_id="GetCurrentUser", security="Token", responses=[401])
def current():
    """The user who is signed in"""
    return reply(shapes.user(g.user, blog().tokens.access(str(g.user.id))))


@bp.put("/user")
@signed_in
@bp.input(schemas.UpdateUserRequest)
@bp.output(reply_schemas.UserReply)
@bp.doc(operation_id="UpdateCurrentUser", security="Token", responses=[401, 409, 422, 429])
def change(json_data: schemas.UpdateUserRequest):
    """Change the current user; what is left out stays. A new password ends every other session"""
    user = users.change(blog(), user_id=g.user.id, changes=json_data.user.changes())
    return reply(shapes.user(user, blog().tokens.access(str(user.id))))


def session(user) -> dict:
    """The user with both tokens of a new session."""
    tokens = blog().tokens
    return shapes.user(user, tokens.access(str(user.id)), tokens.issue_refresh(str(user.id)))
