"""Where a picture's file ends and how large it says it is, read without decoding anything."""

import struct

# What hides in pictures: markup that a browser runs, code that a server runs, documents. At least six
# bytes each: `<svg` alone occurs by chance in one of fifty large photographs.
_FOREIGN = (
    *(b"<script", b"<!doctype", b"<html>", b"<html ", b"<svg xmlns", b"<svg onload"),
    *(b"<?php ", b"<?php\n", b"%pdf-1.", b"%pdf-2."),
)
_ZIP_END = b"PK\x05\x06"  # a ZIP (JAR, DOCX) is found from the end of a file, within 64 KiB
_ZIP_REACH = 65_557


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of the canvas. The decoder reserves twice that when the file is opened.

    https://developers.google.com/speed/webp/docs/riff_container
    """
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def holds_more(data: bytes, format: str) -> bool:
    """Whether the file goes on after the picture, or holds markup, a script or an archive."""
    if _ZIP_END in data[-_ZIP_REACH:]:
        return True
    lower = data.lower()
    if any(sign in lower for sign in _FOREIGN):
        return True
    rest = data[_ENDS[format](data) :].rstrip(b"\0\r\n ")
    # Cameras and phones append to a JPEG: a second view (MPF), the seconds around it (MP4), Samsung's notes.
    ours = format == "JPEG" and (rest[:2] == b"\xff\xd8" or rest[4:8] == b"ftyp" or rest[-4:] == b"SEFT")
    return bool(rest) and not ours


def _png_end(data: bytes) -> int:
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if kind == b"IEND":
            break
    return at


def _webp_end(data: bytes) -> int:
    length = int.from_bytes(data[4:8], "little") + 8
    return length + length % 2


def _jpeg_end(data: bytes) -> int:
    """After the end-of-image marker (ITU-T T.81, annex B); segments may hold whole pictures, skip them."""
    at = 2
    while 0 <= at < len(data) - 1:
        if data[at] != 0xFF:
            at = data.find(b"\xff", at)
            continue
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker in (0x00, 0x01, 0xFF) or 0xD0 <= marker <= 0xD7:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return len(data)


_ENDS = {"JPEG": _jpeg_end, "PNG": _png_end, "WEBP": _webp_end}
