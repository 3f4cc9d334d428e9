"""From a stranger's file to three harmless pictures."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from blog.services import covers


def picture(kind: str = "JPEG", size: tuple[int, int] = (2000, 1000), **options) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)
    return file.getvalue()


def upload(client, slug: str, data: bytes, **form):
    form = {"file": (io.BytesIO(data), "photo.jpg"), "alt": "A teal field"} | form
    return client("PUT", f"/articles/{slug}/cover", data=form, content_type="multipart/form-data")


@pytest.fixture
def sent(monkeypatch) -> list:
    """The queue, which is the worker's world: what was sent to it."""
    from blog import tasks

    sent: list = []
    monkeypatch.setattr(tasks, "enqueue", lambda task, *arguments: sent.append((task.name, *arguments)))
    return sent


def test_an_upload_is_taken_in_processed_and_served(blog, owner, visitor, sent):
    slug = owner.publish()["slug"]

    taken = upload(owner, slug, picture())
    assert taken.status_code == 202
    assert taken.json["cover"] == {
        "status": "processing",
        "alt": "A teal field",
        "images": [],
        "reason": None,
    }
    assert [covers.process(blog, upload_id) for upload_id in covers.waiting(blog, seconds=0)] == ["ready"]

    cover = visitor("GET", f"/articles/{slug}").json["article"]["cover"]
    assert (cover["status"], [image["width"] for image in cover["images"]]) == ("ready", [320, 800, 1600])
    assert visitor("GET", "/articles").json["articles"][0]["cover"] == cover
    served = visitor.http.get(cover["images"][0]["url"])
    assert (served.mimetype, served.headers["Cache-Control"]) == (
        "image/webp",
        "public, max-age=31536000, immutable",
    )
    assert Image.open(io.BytesIO(served.data)).size == (320, 160)
    assert [name for name, _ in sent] == ["blog.tasks.process_cover"]


def test_nothing_of_the_original_survives(blog, owner, visitor, sent):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera of somebody", 6
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 0.0)
    slug = owner.publish()["slug"]
    upload(owner, slug, picture(exif=exif.tobytes()))
    for upload_id in covers.waiting(blog, seconds=0):
        covers.process(blog, upload_id)

    images = visitor("GET", f"/articles/{slug}").json["article"]["cover"]["images"]

    for image in images:
        data = visitor.http.get(image["url"]).data
        assert b"Camera" not in data
        assert not Image.open(io.BytesIO(data)).getexif()
    assert images[0]["height"] > images[0]["width"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"not an image", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        (b"GIF89a" + b"\0" * 100, 415),
        (picture() + b"PK\x03\x04 a zip file", 422),
        (picture("PNG", (12_000, 12_000)), 422),
        (b"", 415),
    ],
)
def test_what_is_no_harmless_picture_is_refused(blog, owner, sent, data, status):
    slug = owner.publish()["slug"]

    reply = upload(owner, slug, data)

    assert reply.status_code in (status, 422)
    assert reply.mimetype == "application/problem+json"
    assert sent == covers.waiting(blog, seconds=0) == []


def test_what_turns_out_damaged_is_failed_with_a_reason(blog, owner, visitor, sent):
    slug = owner.publish()["slug"]
    upload(owner, slug, picture()[:2000])

    results = [covers.process(blog, upload_id) for upload_id in covers.waiting(blog, seconds=0)]

    assert results == ["failed"]
    cover = visitor("GET", f"/articles/{slug}").json["article"]["cover"]
    assert (cover["status"], cover["images"], bool(cover["reason"])) == ("failed", [], True)


def test_too_many_bytes_are_refused_before_they_are_read(owner, sent, settings):
    slug = owner.publish()["slug"]
    data = b"x" * (settings.cover_max_bytes + 100_000)

    reply = owner("PUT", f"/articles/{slug}/cover", data=data, content_type="multipart/form-data; boundary=x")

    assert reply.status_code == 413


def test_a_form_without_a_file_is_refused(owner, sent):
    slug = owner.publish()["slug"]

    reply = owner("PUT", f"/articles/{slug}/cover", data={"alt": "x"}, content_type="multipart/form-data")

    assert reply.status_code == 422
    assert "file" in reply.json["errors"]


def test_doing_it_twice_is_doing_it_once(blog, owner, sent):
    slug = owner.publish()["slug"]
    upload(owner, slug, picture())
    [upload_id] = covers.waiting(blog, seconds=0)

    assert [covers.process(blog, upload_id) for _ in range(3)] == ["ready", "gone", "gone"]


def test_a_newer_upload_wins_over_an_older_job(blog, owner, visitor, sent):
    slug = owner.publish()["slug"]
    upload(owner, slug, picture(size=(400, 400)), alt="old")
    [old] = covers.waiting(blog, seconds=0)
    upload(owner, slug, picture(size=(900, 300)), alt="new")
    [new] = covers.waiting(blog, seconds=0)

    assert covers.process(blog, old) == "gone"
    assert covers.process(blog, new) == "ready"
    cover = visitor("GET", f"/articles/{slug}").json["article"]["cover"]
    assert (cover["alt"], cover["images"][-1]["width"]) == ("new", 900)


def test_a_job_that_killed_its_worker_is_given_up_with_a_reason(blog, owner, visitor, sent):
    slug = owner.publish()["slug"]
    upload(owner, slug, picture())
    [upload_id] = covers.waiting(blog, seconds=0)

    covers.give_up(blog, upload_id)

    cover = visitor("GET", f"/articles/{slug}").json["article"]["cover"]
    assert (cover["status"], bool(cover["reason"])) == ("failed", True)
    assert covers.waiting(blog, seconds=0) == []


def test_a_job_of_nothing_is_no_error(blog):
    assert covers.process(blog, uuid4()) == "gone"


def test_a_cover_goes_with_its_images(blog, owner, visitor, sent):
    slug = owner.publish()["slug"]
    upload(owner, slug, picture())
    for upload_id in covers.waiting(blog, seconds=0):
        covers.process(blog, upload_id)
    url = visitor("GET", f"/articles/{slug}").json["article"]["cover"]["images"][0]["url"]

    assert owner("DELETE", f"/articles/{slug}/cover").status_code == 204

    assert visitor("GET", f"/articles/{slug}").json["article"]["cover"] is None
    assert visitor.http.get(url).status_code == 404


def test_a_forgotten_upload_is_sent_again(blog, owner, sent, monkeypatch):
    from blog import tasks

    slug = owner.publish()["slug"]
    upload(owner, slug, picture())
    sent.clear()

    monkeypatch.setattr(tasks, "blog", lambda: blog)
    tasks.send_forgotten_covers.run()
    assert sent == []
    monkeypatch.setattr(tasks, "FORGOTTEN_SECONDS", 0)
    tasks.send_forgotten_covers.run()

    assert [name for name, _ in sent] == ["blog.tasks.process_cover"]


def test_without_a_broker_an_upload_is_kept_all_the_same(blog, owner, monkeypatch):
    from kombu.exceptions import OperationalError

    from blog import tasks

    def fail(*_):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.process_cover, "delay", fail)
    slug = owner.publish()["slug"]

    assert upload(owner, slug, picture()).status_code == 202
    assert len(covers.waiting(blog, seconds=0)) == 1


def test_the_text_of_a_cover_changes_without_its_picture_and_while_it_is_processed(blog, owner, visitor, sent):
    slug = owner.publish()["slug"]
    assert owner("PATCH", f"/articles/{slug}/cover", {"cover": {"alt": "Blue"}}).status_code == 404
    upload(owner, slug, picture())

    first = owner("PATCH", f"/articles/{slug}/cover", {"cover": {"alt": "Blue"}}).json["cover"]
    covers.process(blog, covers.waiting(blog, seconds=0)[0])
    second = owner("PATCH", f"/articles/{slug}/cover", {"cover": {"alt": ""}}).json["cover"]

    assert (first["alt"], first["status"]) == ("Blue", "processing")
    assert (second["alt"], second["status"], len(second["images"])) == ("", "ready", 3)
    assert visitor("GET", f"/articles/{slug}").json["article"]["cover"] == second
    for rubbish in ({}, {"cover": {}}, {"cover": {"alt": "x" * 301}}, {"cover": {"alt": None}}):
        assert owner("PATCH", f"/articles/{slug}/cover", rubbish).status_code == 422
