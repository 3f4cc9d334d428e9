"""Pictures from strangers: looked at before they are decoded, and never passed on as they came."""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageOps

from teamkit.image_files import holds_more, webp_size
from teamkit.problems import Refused

MAX_PIXELS = 40_000_000
MAX_SIDE = 16_383  # WebP has no larger
QUALITY = 80
TYPE = "image/webp"

# Bytes that Pillow takes a pixel at its peak, measured; its WebP decoder holds four copies.
_COST = {"JPEG": 3.5, "PNG": 5.5, "WEBP": 16}
_MEMORY = 140_000_000  # all of it within a worker's 256 MB: 40, 25 and 8.75 megapixels

_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class NotAnImage(Refused):
    """The bytes are not a JPEG, PNG or WebP picture."""

    code, status, title = "not_an_image", 415, "This is not a JPEG, PNG or WebP picture."


class DamagedImage(Refused):
    """It begins like a picture and cannot be read to its end."""

    code, status, title = "damaged_image", 422, "The picture is damaged."


class ImageTooLarge(Refused):
    """The file has too many bytes."""

    code, status, title = "image_too_large", 413, "The file is too large."


class TooManyPixels(Refused):
    """A small file can unpack to gigabytes."""

    code, status, title = "too_many_pixels", 422, "The picture has too many pixels."


class Polyglot(Refused):
    """A file that is a picture and something else as well is made to deceive somebody."""

    code, status, title = "polyglot_image", 422, "The file holds more than a picture."


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What a picture says it is; width and height in pixels as stored, before EXIF turns it."""

    format: str
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Derivative:
    """One size of a picture, ready to be served."""

    width: int
    height: int
    bytes: bytes
    content_type: str


# Between once and twice the limit Pillow only warns. Both guard what looks past `inspect`.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def inspect(data: bytes, max_bytes: int, max_pixels: int = MAX_PIXELS) -> ImageInfo:
    """Accept a picture from its header and structure, without decoding it, or raise one of the above.

    `max_pixels` is for JPEG; a PNG may have 25, a WebP 8.75 megapixels, for they take more memory.
    """
    if len(data) > max_bytes:
        raise ImageTooLarge(f"The file may have {max_bytes:,} bytes and has {len(data):,}.")
    with _open(data, max_pixels) as image:
        name = _format(image)
        info = ImageInfo(name, _FORMATS[name], image.width, image.height)
        if holds_more(data, name):
            raise Polyglot
        with _damage():
            image.verify()
    return info


def derive(data: bytes, widths: Sequence[int] = (320, 800, 1600), max_pixels: int = MAX_PIXELS) -> list[Derivative]:
    """The picture as WebP in each width, upright, nothing of the original file in it.

    EXIF (with its GPS position), XMP, comments and colour profile are gone, transparency stays. Only
    the first picture of an animation is taken. No width is enlarged: a smaller picture comes once, in
    its own width, in place of all larger ones. Raises as `inspect` does.
    """
    with _open(data, max_pixels) as image, _damage():
        small = ImageOps.exif_transpose(_shrink(image, max(widths)))
        wanted = sorted({min(width, small.width) for width in widths})
        return [_encode(small, width) for width in wanted]


def _open(data: bytes, max_pixels: int) -> Image.Image:
    # Asked before Pillow is: its WebP decoder reserves the whole canvas when it opens the file.
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _check_size(*webp_size(data), "WEBP", max_pixels)
    try:
        image = Image.open(io.BytesIO(data), formats=tuple(_FORMATS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels(f"At most {max_pixels:,} pixels.") from None
    except Exception:  # Pillow's readers raise whatever a malformed header makes them raise
        raise NotAnImage from None
    _check_size(*image.size, _format(image), max_pixels)
    return image


def _check_size(width: int, height: int, format: str, max_pixels: int) -> None:
    max_pixels = min(max_pixels, int(_MEMORY / _COST[format]))
    if width * height > max_pixels or max(width, height) > MAX_SIDE:
        raise TooManyPixels(
            f"The picture has {width} x {height} pixels; at most {max_pixels:,} in all and {MAX_SIDE:,} a side."
        )


def _format(image: Image.Image) -> str:
    # Pillow calls a JPEG with a second view in it MPO.
    return "JPEG" if image.format in ("JPEG", "MPO") else str(image.format)


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except (Refused, MemoryError):
        raise
    except Exception as error:  # as above, from the decoders
        raise DamagedImage from error


def _shrink(image: Image.Image, width: int) -> Image.Image:
    """RGB or RGBA, by a whole factor still at least `width` wide when upright; never a second full-size copy."""
    exif = image.getexif()
    turned = exif.get(ExifTags.Base.Orientation, 1) >= 5
    factor = max(1, (image.height if turned else image.width) // width)
    if _format(image) == "JPEG" and factor > 1:
        # The decoder itself leaves out what is not needed: an eighth of the memory at best.
        image.draft("RGB", (-(-image.width // factor), -(-image.height // factor)))
        factor = max(1, (image.height if turned else image.width) // width)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    size = -(-image.width // factor), -(-image.height // factor)
    small = Image.new(mode, size)
    band = factor * 64
    for top in range(0, image.height, band):
        strip = _plain(image.crop((0, top, image.width, min(top + band, image.height))), mode)
        small.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    # Kept alone of all that the file said, for exif_transpose.
    small.getexif()[ExifTags.Base.Orientation] = exif.get(ExifTags.Base.Orientation, 1)
    return small


def _plain(strip: Image.Image, mode: str) -> Image.Image:
    if strip.mode.startswith("I"):
        # 16 bits a sample, which Pillow would cut off at 255 instead of scaling.
        strip = strip.convert("I").point(lambda value: value / 256).convert("L")
    return strip.convert(mode)


def _encode(image: Image.Image, width: int) -> Derivative:
    height = max(1, round(image.height * width / image.width))
    sized = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
    sized.info = {}
    out = io.BytesIO()
    sized.save(out, "WEBP", quality=QUALITY, method=4)
    return Derivative(sized.width, sized.height, out.getvalue(), TYPE)
