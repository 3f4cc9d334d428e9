"""Tells merchants what has happened, again and again until they answer."""

import ssl
import threading
import urllib.request
from http.client import HTTPException

import orjson
import redis
import structlog

from stand_in.config import Settings
from stand_in.ledger import Ledger
from teamkit.signatures import HEADER, sign

PAUSE = 0.2
TIMEOUT = 5.0
MAX_TRIES = 20
LONGEST_WAIT = 30.0

log = structlog.get_logger()


class Deliveries:
    """One thread that tells what is due."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger, self._settings = ledger, settings
        self._end = threading.Event()

    def start(self) -> None:
        """Begin, and go on as long as the process lives."""
        threading.Thread(target=self._work, name="deliveries", daemon=True).start()

    def _work(self) -> None:
        while not self._end.wait(PAUSE):
            try:
                self.deliver_due()
            except redis.RedisError as error:
                log.warning("deliveries wait for Redis", error=str(error))

    def deliver_due(self) -> None:
        """Tell once what is due; what nobody answers is due again later."""
        for entry in self._ledger.take_due():
            tries = entry["tries"] + 1
            if not self._deliver(entry["news"]) and tries < MAX_TRIES:
                self._ledger.tell(entry["news"], min(2.0 ** (tries - 1), LONGEST_WAIT), tries)

    def _deliver(self, news: dict) -> bool:
        body = orjson.dumps({name: news[name] for name in ("payment", "status", "sequence", "amount", "currency")})
        signature = sign(self._settings.payment_key.get_secret_value(), body)
        headers = {HEADER: signature, "Content-Type": "application/json"}
        request = urllib.request.Request(news["webhook"], body, headers, method="POST")
        try:
            context = ssl.create_default_context(cafile=self._settings.tls_ca)
            with urllib.request.urlopen(request, timeout=TIMEOUT, context=context):
                return True
        except (OSError, HTTPException) as error:
            log.warning("the merchant did not answer", payment=news["payment"], error=str(error))
            return False
