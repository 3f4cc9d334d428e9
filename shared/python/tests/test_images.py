import io
import itertools
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageStat

from teamkit import images
from teamkit.images import DamagedImage, ImageTooLarge, NotAnImage, Polyglot, TooManyPixels, derive, inspect
from teamkit.problems import Refused

MEGABYTE = 1_000_000


def picture(format: str = "JPEG", size: tuple[int, int] = (900, 600), mode: str = "RGB", **options: Any) -> bytes:
    """Left half dark, right half light."""
    image = Image.new(mode, size)
    light = Image.new(mode, (size[0] // 2, size[1]), color=(255,) * len(image.getbands()))
    image.paste(light, (size[0] // 2, 0))
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int = 12_000, height: int = 12_000) -> bytes:
    """A valid PNG of one colour, made without holding it."""
    packer, row = zlib.compressobj(9), b"\0" * (1 + width * 3)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_are_accepted(format: str) -> None:
    info = inspect(picture(format), MEGABYTE)

    assert (info.format, info.width, info.height) == (format, 900, 600)
    assert info.content_type == f"image/{format.lower()}"


@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_other_formats_are_refused_whatever_pillow_can_read(format: str) -> None:
    for look in (lambda data: inspect(data, MEGABYTE), derive):
        with pytest.raises(NotAnImage) as refused:
            look(picture(format, (64, 64)))
    assert refused.value.status == 415


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data", [b"", b"hello", SVG, b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        inspect(data, MEGABYTE)


def test_too_many_bytes_are_refused_before_they_are_looked_at() -> None:
    with pytest.raises(ImageTooLarge, match="100 bytes"):
        inspect(b"x" * 101, 100)


def test_a_decompression_bomb_is_refused_without_unpacking_it() -> None:
    data = bomb()
    assert 400_000 < len(data) < 500_000
    started = time.perf_counter()

    for look in (lambda data: inspect(data, MEGABYTE), derive):
        with pytest.raises(TooManyPixels):
            look(data)

    # Unpacking it takes a second.
    assert time.perf_counter() - started < 0.2


def test_a_webp_with_a_huge_canvas_is_refused_before_the_decoder_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = (16_383 - 1).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas
    data = b"RIFF" + struct.pack("<I", len(body)) + body
    monkeypatch.setattr(images.Image, "open", lambda *args, **options: pytest.fail("the decoder was asked"))

    with pytest.raises(TooManyPixels):
        inspect(data, MEGABYTE)


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_size_of_every_kind_of_webp_is_read_from_its_header(lossless: bool, mode: str) -> None:
    assert images.webp_size(picture("WEBP", (123, 45), mode, lossless=lossless)) == (123, 45)


def test_the_pixel_limit_is_the_callers() -> None:
    with pytest.raises(TooManyPixels, match="900 x 600"):
        inspect(picture(), MEGABYTE, max_pixels=500_000)


def test_a_side_that_webp_cannot_hold_is_refused() -> None:
    with pytest.raises(TooManyPixels):
        inspect(picture("PNG", (20_000, 2)), MEGABYTE)


ZIP = b"PK\x03\x04" + b"\0" * 30 + b"PK\x05\x06" + b"\0" * 18


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("tail", [ZIP, b"<script>alert(1)</script>", b"<?php system($_GET[0]);", b"MZ\x90 something"])
def test_a_picture_that_is_also_something_else_is_refused(format: str, tail: bytes) -> None:
    with pytest.raises(Polyglot):
        inspect(picture(format) + tail, MEGABYTE)


def test_markup_inside_a_pictures_comment_is_refused() -> None:
    with pytest.raises(Polyglot):
        inspect(picture(comment=b"<SCRIPT>alert(1)</SCRIPT>"), MEGABYTE)


@pytest.mark.parametrize("tail", [b"\0\0\0\x18ftypmp42moving", picture(), b"\0\0\r\n", b"Samsung\0SEFT"])
def test_what_phones_append_to_a_jpeg_is_accepted_and_dropped(tail: bytes) -> None:
    data = picture() + tail

    inspect(data, MEGABYTE)

    assert tail.strip(b"\0\r\n") == b"" or tail not in derive(data)[0].bytes


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_breaks_off_is_damaged(format: str) -> None:
    whole = picture(format, (900, 600), "RGB")

    with pytest.raises(Refused) as refused:
        derive(whole[: len(whole) * 2 // 3])
    assert refused.value.code in ("damaged_image", "not_an_image")


def test_a_png_with_a_wrong_checksum_is_damaged() -> None:
    data = bytearray(picture("PNG"))
    data[data.index(b"IDAT") + 20] ^= 0xFF

    with pytest.raises(DamagedImage):
        inspect(bytes(data), MEGABYTE)


def test_bytes_changed_at_random_never_raise_anything_but_a_refusal() -> None:
    for format in ("JPEG", "PNG", "WEBP"):
        whole = picture(format, (64, 48))
        for at in range(0, len(whole), max(1, len(whole) // 150)):
            data = bytearray(whole)
            data[at] ^= 0x5A
            for look in (lambda data: inspect(data, MEGABYTE), derive):
                try:
                    look(bytes(data))
                except Refused:
                    continue


def test_three_widths_are_made_as_webp() -> None:
    made = derive(picture(size=(3000, 2000)))

    assert [(one.width, one.height) for one in made] == [(320, 213), (800, 533), (1600, 1067)]
    for one in made:
        image = opened(one.bytes)
        assert (image.format, image.size) == ("WEBP", (one.width, one.height))
        assert one.content_type == "image/webp"


def test_nothing_is_enlarged() -> None:
    assert [one.width for one in derive(picture(size=(500, 400)))] == [320, 500]
    assert [one.width for one in derive(picture(size=(1, 1)))] == [1]


def test_where_it_was_taken_is_gone() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretCamera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (37.0, 33.0, 58.8)
    data = picture(size=(900, 600), exif=exif, comment=b"home", icc_profile=b"p" * 128, xmp=b"<x:xmpmeta/>")
    assert opened(data).getexif().get_ifd(ExifTags.IFD.GPSInfo)

    for one in derive(data):
        image = opened(one.bytes)
        assert not image.getexif()
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info)
        assert b"SecretCamera" not in one.bytes


@pytest.mark.parametrize(("orientation", "dark"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")])
@pytest.mark.parametrize("size", [(900, 600), (4000, 2600)])
def test_a_picture_taken_with_a_turned_camera_stands_upright(
    orientation: int, dark: str, size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation

    one = derive(picture(size=size, exif=exif), [320])[0]

    image = opened(one.bytes).convert("L")
    w, h = image.size
    halves = {
        "left": (0, 0, w // 2, h),
        "right": (w // 2, 0, w, h),
        "top": (0, 0, w, h // 2),
        "bottom": (0, h // 2, w, h),
    }
    brightness = {side: ImageStat.Stat(image.crop(box)).mean[0] for side, box in halves.items()}
    assert min(brightness, key=lambda side: brightness[side]) == dark
    assert one.width == 320
    assert one.height == (213 if orientation < 5 else 480) or size[0] == 4000


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_stays(mode: str) -> None:
    image = Image.new(mode, (3400, 100), color=(255,) * (len(mode) - 1) + (0,))
    out = io.BytesIO()
    image.save(out, "PNG")

    made = opened(derive(out.getvalue())[0].bytes)

    assert made.mode == "RGBA"
    assert made.getpixel((10, 5))[3] == 0


@pytest.mark.parametrize(
    ("format", "mode"), [("PNG", "1"), ("PNG", "L"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "L"), ("JPEG", "CMYK")]
)
def test_every_kind_of_pixel_becomes_colour(format: str, mode: str) -> None:
    image = Image.new(mode, (3300, 50))
    out = io.BytesIO()
    image.save(out, format)

    assert opened(derive(out.getvalue())[0].bytes).mode == "RGB"


def test_sixteen_bits_a_sample_are_scaled_and_not_cut_off() -> None:
    out = io.BytesIO()
    Image.new("I;16", (100, 100), 32_768).save(out, "PNG")

    grey = opened(derive(out.getvalue())[0].bytes).convert("L").getpixel((50, 50))

    assert 124 <= grey <= 132


def test_the_seams_between_bands_cannot_be_seen() -> None:
    image = Image.linear_gradient("L").resize((3300, 3300)).convert("RGB")
    out = io.BytesIO()
    image.save(out, "PNG")

    made = opened(derive(out.getvalue(), [1600])[0].bytes).convert("L")

    column = [made.getpixel((800, y)) for y in range(made.height)]
    assert max(abs(b - a) for a, b in itertools.pairwise(column)) <= 3


def test_only_the_first_picture_of_an_animation_is_taken() -> None:
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "blue")]
    for format in ("WEBP", "PNG"):
        out = io.BytesIO()
        frames[0].save(out, format, save_all=True, append_images=frames[1:])

        made = opened(derive(out.getvalue())[0].bytes)

        assert getattr(made, "n_frames", 1) == 1
        assert made.convert("RGB").getpixel((32, 32))[0] > 200


@pytest.mark.parametrize(
    ("format", "size", "options"),
    [
        ("JPEG", (7700, 5190), {}),
        ("JPEG", (7700, 5190), {"progressive": True}),
        ("PNG", (6180, 4110), {"compress_level": 1}),
        ("WEBP", (3600, 2420), {"method": 0}),
    ],
)
def test_the_largest_picture_that_is_accepted_fits_into_a_workers_memory(
    tmp_path: Path, format: str, size: tuple[int, int], options: dict[str, Any]
) -> None:
    file = tmp_path / "large"
    Image.effect_noise(size, 50).convert("RGBA" if format == "PNG" else "RGB").save(file, format, **options)
    code = (
        "import pathlib, re, sys; from teamkit.images import derive, inspect\n"
        "data = pathlib.Path(sys.argv[1]).read_bytes(); peak = re.compile('VmHWM:[^0-9]*([0-9]+)')\n"
        "now = lambda: int(peak.search(pathlib.Path('/proc/self/status').read_text())[1]) // 1024\n"
        "inspect(data, 10**9); before = now(); derive(data); print(now() - before)"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(ended.stdout) < 160, f"{ended.stdout.strip()} MB"
