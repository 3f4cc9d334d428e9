"""The journey that the course's checklist describes, over HTTPS against every real container."""

import io
from collections.abc import Callable

import httpx
from PIL import Image

from tests.journeys.blog.conftest import Reader
from tests.journeys.listening import listen
from tests.journeys.waiting import until


def test_a_reader_signs_up_publishes_with_a_picture_is_answered_live_and_is_found(
    sign_up: Callable[[], Reader], client: Callable[[], httpx.Client], photo: bytes
) -> None:
    author, guest = sign_up(), sign_up()

    # Publish, with a picture that the worker shrinks.
    article = author.publish(
        "컨테이너 이미지를 작게 만들기", "멀티 스테이지 빌드로 *레이어*를 줄입니다. <script>alert(1)</script>"
    )
    path = f"/api/articles/{article['slug']}"
    author.call(
        "PUT", f"{path}/cover", 202, files={"file": ("photo.jpg", photo, "image/jpeg")}, data={"alt": "a gradient"}
    )
    cover = until(lambda: (found := guest.call("GET", path)["article"]["cover"])["status"] == "ready" and found)
    assert len(cover["images"]) == 3 or max(image["width"] for image in cover["images"]) == 1200
    picture = guest.http.get(cover["images"][0]["url"])
    assert picture.headers["content-type"] == "image/webp"
    assert not Image.open(io.BytesIO(picture.content)).getexif()
    assert "immutable" in picture.headers["cache-control"]

    # What the worker and the sanitiser did is what a reader gets.
    html = guest.call("GET", path)["article"]["bodyHtml"]
    assert "<em>레이어</em>" in html
    assert "<script" not in html

    # A comment is seen live by a second client, without a reload.
    heard = listen(client(), f"{path}/comments/stream")
    comment = guest.call("POST", f"{path}/comments", 201, json={"comment": {"body": "잘 읽었습니다."}})["comment"]
    name, data = heard.get(timeout=5)
    assert name == "comment.created"
    assert data["id"] == comment["id"]

    # The author of the article may take a comment away, and that is seen live too.
    author.call("DELETE", f"{path}/comments/{comment['id']}", 204)
    assert heard.get(timeout=5) == ("comment.deleted", {"id": comment["id"]})

    # Found in Korean, by two syllables, with the place marked.
    found = guest.call("GET", "/api/search", params={"q": "이미지"})
    match = next(item for item in found["articles"] if item["slug"] == article["slug"])
    assert "<mark>" in match["highlight"]["title"] + match["highlight"]["body"]

    # Gone is gone: from its page, from the search, from the lists.
    author.call("DELETE", path, 204)
    guest.call("GET", path, 404)
    found = guest.call("GET", "/api/search", params={"q": "이미지"})
    assert article["slug"] not in [item["slug"] for item in found["articles"]]
