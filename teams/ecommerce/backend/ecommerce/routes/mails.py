"""The mailbox of the demonstration: what the shop has sent you."""

from django.http import HttpRequest
from ninja import Router

from ecommerce import reply_schemas, shapes
from ecommerce.routes.access import signed_in
from ecommerce.routes.possible import possible
from ecommerce.routes.replies import reply
from ecommerce.services import mails

router = Router(tags=["Mailbox"], by_alias=True)


@router.get(
    "/user/mails", operation_id="GetMails", auth=signed_in, response=possible(200, reply_schemas.MailsReply, 401)
)
def box(request: HttpRequest):
    """Mails to you, the newest first, at most 100"""
    return reply({"mails": [shapes.mail(row) for row in mails.box(request.auth.id)]})
