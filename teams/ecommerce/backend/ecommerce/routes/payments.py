"""What the payment provider tells us."""

from django.http import HttpRequest
from ninja import Router

from ecommerce import errors, reply_schemas, schemas
from ecommerce.resources import shop
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import reply
from ecommerce.services import payments
from teamkit.signatures import HEADER, verify

router = Router(tags=["Payments"], by_alias=True)


def signed(request: HttpRequest) -> bool:
    """Asked before the body is read: a stranger learns nothing about what would be right in it."""
    if not verify(shop().settings.payment_key.get_secret_value(), request.body, request.headers.get(HEADER, "")):
        raise errors.SignatureWrong
    return True


@router.post(
    "/payments/webhook",
    operation_id="TakeWebhook",
    auth=signed,
    response=possible(200, reply_schemas.WebhookReply, 401, 404, 409),
)
def webhook(request: HttpRequest, payload: schemas.Webhook):
    """The provider's news of a payment, signed; the same news again changes nothing"""
    news = payload.model_dump(exclude={"payment"})
    return reply({"applied": payments.apply(shop(), payment_id=payload.payment, **news)})
