"""The payment provider, as seen from the shop: somebody else's service, reached over the network."""

import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from uuid import UUID

import orjson

from ecommerce import errors
from ecommerce.config import Settings
from teamkit.signatures import HEADER, sign

TIMEOUT = 3.0  # seconds


@dataclass(frozen=True)
class Provider:
    """Every call may be repeated: the payment's id makes the second one find what the first one did."""

    settings: Settings

    def open(self, payment: UUID, amount: int, currency: str, order: str) -> dict[str, Any]:
        """Announce a payment; gives what the provider knows of it: status and sequence."""
        body = {"id": str(payment), "amount": amount, "currency": currency, "order": order}
        return self._send("POST", "/api/payments", body | {"webhook": self.settings.webhook_url})

    def get(self, payment: UUID) -> dict[str, Any]:
        return self._send("GET", f"/api/payments/{payment}")

    def refund(self, payment: UUID) -> dict[str, Any]:
        return self._send("POST", f"/api/payments/{payment}/refund", {})

    def page(self, payment: UUID) -> str:
        """Where the customer pays."""
        return f"{self.settings.provider_public_url}/api/pay/{payment}"

    def _send(self, method: str, path: str, content: Any = None) -> dict[str, Any]:
        body = b"" if content is None else orjson.dumps(content)
        signature = sign(self.settings.payment_key.get_secret_value(), body)
        headers = {HEADER: signature, "Content-Type": "application/json"}
        address = f"{self.settings.provider_url}{path}"
        request = urllib.request.Request(address, body or None, headers, method=method)
        context = ssl.create_default_context(cafile=self.settings.tls_ca)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT, context=context) as reply:
                return orjson.loads(reply.read())
        except (urllib.error.URLError, HTTPException, OSError, orjson.JSONDecodeError) as error:
            raise errors.ProviderDown from error
