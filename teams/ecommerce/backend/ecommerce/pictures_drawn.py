"""Product pictures for the demo, drawn from a product's title: a thing on a table, in a light of its own."""

import colorsys
import io
import random

from PIL import Image, ImageDraw

SIZE = (1200, 1200)


def draw(title: str) -> bytes:
    """A PNG; the same title always gives the same picture."""
    chance = random.Random(title)
    hue = chance.random()
    picture = Image.new("RGB", SIZE, _colour(hue, 0.12, 0.95))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 860, *SIZE), fill=_colour(hue + 0.05, 0.25, 0.82))
    pen.ellipse((250, 840, 950, 940), fill=_colour(hue + 0.05, 0.30, 0.68))
    body = _colour(hue + chance.uniform(0.3, 0.6), 0.55, 0.75)
    width, height = chance.randint(300, 560), chance.randint(360, 640)
    left, top = (SIZE[0] - width) // 2, 890 - height
    pen.rounded_rectangle((left, top, left + width, 890), chance.randint(20, width // 2), fill=body)
    pen.rounded_rectangle(
        (left + 40, top + 60, left + 90, 820), 25, fill=_colour(hue + chance.uniform(0.3, 0.6), 0.30, 0.92)
    )
    for band in range(chance.randint(1, 3)):
        y = top + height // 2 + band * 50
        pen.rectangle((left, y, left + width, y + 18), fill=_colour(hue, 0.65, 0.55))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)
