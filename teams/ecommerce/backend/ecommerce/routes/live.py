"""Streams of this process: how many there may be, and where each begins."""

from collections.abc import Callable

from django.http import HttpRequest, StreamingHttpResponse

from ecommerce import errors
from ecommerce.resources import shop
from teamkit.django import in_thread, stream


async def live(request: HttpRequest, find_topic: Callable[[], str], last_event_id: str | None) -> StreamingHttpResponse:
    """Server-Sent Events of the topic that `find_topic` gives or refuses; the database is asked once, before."""
    places = shop().places
    topic = await in_thread(find_topic)
    if not places.acquire(blocking=False):
        raise errors.TooManyStreams
    try:
        # Asked here, not in the generator: what is published from now on belongs to this reader.
        events = await shop().live.read(topic, request.headers.get("Last-Event-ID") or last_event_id)
    except BaseException:
        places.release()
        raise
    return stream(events, places.release)
