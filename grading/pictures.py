"""Image files that are right, and image files that are wrong on purpose."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageDraw

GPS_MARK = b"COURSE-SECRET-PLACE"


def photo(width: int = 1200, height: int = 800) -> bytes:
    """A JPEG with EXIF: a camera's name, a place, and an orientation that turns it by 90 degrees."""
    image = Image.new("RGB", (width, height), "#2a6f97")
    draw = ImageDraw.Draw(image)
    for step in range(0, width, 40):
        draw.line((step, 0, width - step, height), fill=(step % 255, 120, 200), width=9)
    exif = Image.Exif()
    exif[0x010F] = GPS_MARK.decode()
    exif[0x0112] = 6
    places = exif.get_ifd(0x8825)
    places[1], places[2] = "N", (37.0, 33.0, 59.0)
    places[3], places[4] = "E", (126.0, 58.0, 40.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=85)
    return out.getvalue()


def bomb(side: int = 12000) -> bytes:
    """A small PNG that unpacks to side x side pixels: 400 kB become 400 MB."""
    packer = zlib.compressobj(9)
    row = b"\0" + bytes(side * 3)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SCRIPT = b"<script>alert('course')</script>"


def polyglot() -> bytes:
    """A JPEG that is a web page as well."""
    return photo(600, 400) + b"\n<html>" + SCRIPT + b"</html>"


def page() -> bytes:
    """A web page that calls itself an image."""
    return b"<!doctype html><html>" + SCRIPT + b"</html>"


def vector() -> bytes:
    """An SVG: an image to a browser, and a program as well."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">' + SCRIPT + b"</svg>"


def cut_off() -> bytes:
    """A JPEG whose second half is missing."""
    whole = photo()
    return whole[: len(whole) // 2]


def too_large(megabytes: int = 30) -> bytes:
    """A file that no upload should take."""
    return photo(400, 300) + bytes(megabytes * 1_000_000)
