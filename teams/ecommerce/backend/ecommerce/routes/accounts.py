"""Signing up, signing in, sessions that outlive the 15 minutes of an access token."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from ecommerce import reply_schemas, schemas, shapes
from ecommerce.models import User
from ecommerce.resources import shop
from ecommerce.routes.access import limit, signed_in
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import no_content, reply
from ecommerce.services import carts, users
from teamkit.problems import Unauthenticated

router = Router(tags=["Accounts"], by_alias=True)


@router.post("/users", operation_id="SignUp", response=possible(201, reply_schemas.SignedInReply, 409, 429))
def sign_up(request: HttpRequest, payload: schemas.NewUser):
    """Open an account; a guest's cart comes along"""
    limit(request, "signup", "", lambda settings: settings.signups_per_address_per_minute)
    user = users.sign_up(name=payload.name, email=payload.email, password=payload.password)
    return _session(user, payload.cart, 201)


@router.post("/users/login", operation_id="LogIn", response=possible(200, reply_schemas.SignedInReply, 401, 429))
def log_in(request: HttpRequest, payload: schemas.Login):
    """Sign in with email and password; a guest's cart is merged into the user's"""
    limit(request, "login", "", lambda settings: settings.logins_per_address_per_minute)
    # One account guessed from many addresses is still one account.
    limit(request, "login-account", payload.email.lower(), lambda settings: settings.logins_per_account_per_minute)
    user = users.log_in(email=payload.email, password=payload.password)
    return _session(user, payload.cart, 200)


@router.post("/users/refresh", operation_id="Refresh", response=possible(200, reply_schemas.SignedInReply, 401, 429))
def refresh(request: HttpRequest, payload: schemas.Refresh):
    """Exchange a refresh token for a new pair; it works once, and using it again ends the session"""
    limit(request, "refresh", "", lambda settings: settings.logins_per_address_per_minute)
    subject, successor = shop().tokens.rotate(payload.refresh_token)
    user = users.find(int(subject))
    if user is None:
        raise Unauthenticated
    return _signed_in(user, successor, 200)


@router.post("/users/logout", operation_id="LogOut", response=possible(204, None))
def log_out(request: HttpRequest, payload: schemas.Refresh):
    """End the session of this refresh token; ending it twice is no error"""
    shop().tokens.revoke(payload.refresh_token)
    return no_content()


@router.get("/user", operation_id="GetUser", auth=signed_in, response=possible(200, reply_schemas.UserReply, 401))
def current(request: HttpRequest):
    """The user who is signed in"""
    return reply({"user": shapes.user(request.auth)})


def _session(user: User, cart: UUID | None, status: int) -> HttpResponse:
    if cart is not None:
        carts.merge(cart, user.id)
    return _signed_in(user, shop().tokens.issue_refresh(str(user.id)), status)


def _signed_in(user: User, refresh_token: str, status: int) -> HttpResponse:
    token = shop().tokens.access(str(user.id))
    return reply({"user": shapes.user(user), "token": token, "refreshToken": refresh_token}, status)
