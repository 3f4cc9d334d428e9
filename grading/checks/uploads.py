"""F4: images come in, smaller ones go out."""

from __future__ import annotations

import io
import time
from typing import Any

from PIL import Image

from grading import pictures
from grading.check import check
from grading.edge import File, describe, expect
from grading.stack import Stack
from grading.team import Team
from grading.templates import look
from grading.text import Text, joined
from grading.world import World

SECONDS = 20.0


class Upload:
    """Uploads as team.yaml tells, and what became of them."""

    def __init__(self, world: World) -> None:
        self.world, self.upload = world, world.team.upload
        self.variables = world.needed(self.upload.needs)

    def put(self, data: bytes, name: str = "picture.jpg", kind: str = "image/jpeg") -> Any:
        file: File = (name, data, kind)
        return self.world.request(self.upload.request, self.variables, self.world.account(self.upload.by), file)

    def outcome(self) -> tuple[str, Any]:
        """`ready` or `failed` once it is told, or what was last told."""
        deadline = time.monotonic() + SECONDS
        while True:
            reply = self.world.call(self.upload.poll, self.variables, self.world.owner)
            state = str(look(reply, self.upload.state, "absent"))
            if state in (self.upload.ready, self.upload.failed) or time.monotonic() > deadline:
                return state, reply
            time.sleep(0.1)

    def images(self, data: bytes) -> list[tuple[int, bytes, dict[str, str]]]:
        """Upload and wait; (declared width, bytes, headers) of each derivative, fetched through the edge."""
        expect(self.put(data), self.upload.request.expect)
        state, reply = self.outcome()
        assert state == self.upload.ready, Text(
            f"not ready after {SECONDS:g} s: {state}", f"{SECONDS:g}초 뒤에도 준비 안 됨: {state}"
        )
        found = []
        for one in look(reply, self.upload.images):
            answer = self.world.edge.send("GET", str(look(one, self.upload.url)))
            expect(answer, [200])
            found.append((int(look(one, self.upload.width)), answer.content, dict(answer.headers)))
        return found


@check(
    "F4.1",
    points=1.5,
    timeout=60,
    why={
        "en": "A phone's photo has 5 MB; nobody should load that for a thumbnail, nor wait for it while posting.",
        "ko": "휴대전화 사진은 5 MB입니다. 썸네일로 그걸 내려받거나 글을 올리며 기다리게 해서는 안 됩니다.",
    },
    hint={
        "en": "Answer 202 at once, let the worker resize (Pillow, three widths, WebP), and serve them with a cache header. "
        "docker compose logs <team>-worker tells what it did.",
        "ko": "바로 202로 답하고, 워커가 크기를 줄여(Pillow, 세 가지 너비, WebP) 캐시 헤더와 함께 제공하세요. "
        "docker compose logs <팀>-worker에 처리 기록이 있습니다.",
    },
)
def images_are_derived(world: World) -> Text:
    """An uploaded image is served through the edge in smaller sizes.

    올린 이미지가 더 작은 크기들로 입구를 통해 제공된다.
    """
    upload = Upload(world)
    began = time.monotonic()
    images = upload.images(pictures.photo(2000, 1400))
    seconds = time.monotonic() - began
    assert len(images) >= upload.upload.least, Text(f"{len(images)} sizes", f"크기 {len(images)}가지")
    for width, data, headers in images:
        opened = Image.open(io.BytesIO(data))
        kind = headers.get("content-type", "")
        assert opened.width == width, Text(
            f"said to be {width} wide, is {opened.width}", f"너비 {width}(이)라는데 {opened.width}"
        )
        assert kind.startswith("image/"), Text(f"served as {kind}", f"{kind}(으)로 제공됨")
        assert "max-age" in headers.get("cache-control", ""), Text(
            "served without cache-control", "cache-control 없이 제공됨"
        )
    widths = sorted(width for width, _, _ in images)
    assert len(set(widths)) == len(widths), Text(f"widths {widths}", f"너비 {widths}")
    # The photo lies on its side and says so: turned upright it is narrower than high.
    upright = all(Image.open(io.BytesIO(data)).height > Image.open(io.BytesIO(data)).width for _, data, _ in images)
    assert upright, Text("the EXIF orientation was ignored", "EXIF 방향이 무시됨")
    return Text(f"widths {widths} after {seconds:.1f} s", f"{seconds:.1f}초 뒤 너비 {widths}")


@check(
    "F4.2",
    points=1,
    timeout=60,
    why={
        "en": "The photo of a cat tells where its owner lives.",
        "ko": "고양이 사진 한 장이 주인이 사는 곳을 알려 줍니다.",
    },
    hint={
        "en": "Save the resized image without exif=; ImageOps.exif_transpose first, or portraits lie on their side.",
        "ko": "줄인 이미지를 exif= 없이 저장하세요. 먼저 ImageOps.exif_transpose를 하지 않으면 사진이 눕습니다.",
    },
)
def metadata_is_removed(world: World) -> Text:
    """Camera, place and all other EXIF data are gone.

    카메라, 위치 등 EXIF 정보가 모두 사라진다.
    """
    source = pictures.photo()
    assert pictures.GPS_MARK in source, "the test image has no EXIF"
    images = Upload(world).images(source)
    for width, data, _ in images:
        left = Image.open(io.BytesIO(data)).getexif()
        assert not left, Text(f"{width} px: EXIF {dict(left)}", f"{width} px: EXIF {dict(left)}")
        assert pictures.GPS_MARK not in data, Text(
            f"{width} px: the camera's name is still in it", f"{width} px: 카메라 이름이 남아 있음"
        )
    return Text(f"{len(images)} images without EXIF", f"EXIF 없는 이미지 {len(images)}개")


def _refused_or_failed(upload: Upload, name: str, data: bytes, file: str, kind: str) -> Text | None:
    """What is wrong with the way in which a bad file was taken; None if it was refused, now or by the worker."""
    reply = upload.put(data, file, kind)
    if reply.status_code in upload.upload.refused:
        said = reply.text.strip()
        return None if len(said) > 20 else Text(f"{name}: refused without a word", f"{name}: 설명 없이 거부됨")
    if reply.status_code not in upload.upload.request.expect:
        return Text(f"{name}: {describe(reply)[:120]}", f"{name}: {describe(reply)[:120]}")
    state, content = upload.outcome()
    if state != upload.upload.failed:
        return Text(f"{name}: accepted, then {state}", f"{name}: 받아들인 뒤 {state}")
    reason = look(content, upload.upload.reason, None) if upload.upload.reason else "-"
    return None if reason else Text(f"{name}: failed without a reason", f"{name}: 이유 없이 실패")


@check(
    "F4.3",
    points=1,
    timeout=90,
    why={
        "en": "A file is what its bytes are, not what its name says; a page served from your origin runs with your users' rights.",
        "ko": "파일은 이름이 아니라 내용입니다. 여러분의 주소에서 제공된 페이지는 사용자의 권한으로 실행됩니다.",
    },
    hint={
        "en": "Image.open(file, formats=('JPEG', 'PNG', 'WEBP')), decode it whole, and serve only what you encoded anew.",
        "ko": "Image.open(file, formats=('JPEG', 'PNG', 'WEBP'))로 열어 끝까지 디코딩하고, 새로 인코딩한 것만 제공하세요.",
    },
)
def wrong_files_are_refused(world: World) -> Text:
    """What is no image is refused with a clear error, and nothing hidden in an image gets through.

    이미지가 아닌 것은 분명한 오류로 거부되고, 이미지에 숨긴 것은 통과하지 못한다.
    """
    upload = Upload(world)
    files = {
        "a web page": (pictures.page(), "picture.jpg", "image/jpeg"),
        "SVG": (pictures.vector(), "picture.svg", "image/svg+xml"),
        "a cut-off JPEG": (pictures.cut_off(), "picture.jpg", "image/jpeg"),
        "an empty file": (b"", "picture.png", "image/png"),
    }
    wrong = [said for name, file in files.items() if (said := _refused_or_failed(upload, name, *file))]
    assert not wrong, joined(list(wrong))
    reply = upload.put(pictures.polyglot())
    if reply.status_code in upload.upload.request.expect and upload.outcome()[0] == upload.upload.ready:
        _, content = upload.outcome()
        for one in look(content, upload.upload.images):
            served = world.edge.send("GET", str(look(one, upload.upload.url))).content
            assert pictures.SCRIPT not in served, Text(
                "the polyglot's script is served", "폴리글롯의 스크립트가 제공됨"
            )
    return Text(f"{len(files)} files refused, a polyglot harmless", f"파일 {len(files)}개 거부, 폴리글롯 무해화")


@check(
    "F4.4",
    points=1,
    timeout=90,
    why={
        "en": "A PNG of 400 kB can unpack to 400 MB: one upload, and the worker is killed for all.",
        "ko": "400 kB PNG가 400 MB로 풀릴 수 있습니다. 업로드 하나로 모두의 워커가 죽습니다.",
    },
    hint={
        "en": "client_max_body_size in nginx; in Pillow Image.MAX_IMAGE_PIXELS and warnings.simplefilter('error', "
        "Image.DecompressionBombWarning) before anything is decoded.",
        "ko": "nginx에 client_max_body_size, Pillow에는 디코딩 전에 Image.MAX_IMAGE_PIXELS와 "
        "warnings.simplefilter('error', Image.DecompressionBombWarning).",
    },
)
def bombs_do_no_harm(world: World, stack: Stack, team: Team) -> Text:
    """A file too large and a decompression bomb are refused, and no worker is lost.

    너무 큰 파일과 압축 폭탄은 거부되고, 워커는 죽지 않는다.
    """
    watched = [name for name in (team.services.api, team.services.worker) if name]
    before = {name: (stack.container(name).pid, stack.container(name).restarts) for name in watched}
    upload = Upload(world)
    wrong = []
    for name, data in (("12000x12000 PNG", pictures.bomb()), ("a file of 30 MB", pictures.too_large())):
        said = _refused_or_failed(upload, name, data, "picture.png", "image/png")
        if said:
            wrong.append(said)
    assert not wrong, joined(list(wrong))
    after = {name: (stack.container(name).pid, stack.container(name).restarts) for name in watched}
    assert before == after, Text(f"restarted: {before} -> {after}", f"재시작됨: {before} -> {after}")
    images = Upload(world).images(pictures.photo())
    return Text(
        f"refused; the worker went on to make {len(images)} images",
        f"거부됨. 워커는 이어서 이미지 {len(images)}개를 만듦",
    )
