"""Cover images for the demo, drawn from an article's title: a gradient and containers stacked on it."""

import colorsys
import io
import random

from PIL import Image, ImageDraw

SIZE = (1600, 900)


def draw(title: str) -> bytes:
    """A PNG; the same title always gives the same picture."""
    chance = random.Random(title)
    hue = chance.random()
    picture = _gradient(_colour(hue, 0.55, 0.30), _colour(hue + 0.12, 0.60, 0.75))
    layer = Image.new("RGBA", SIZE)
    pen = ImageDraw.Draw(layer)
    width, height = 200, 110
    for column in range(8):
        for row in range(chance.randint(1, 5)):
            left, top = column * width, SIZE[1] - (row + 1) * height
            fill = (*_colour(hue + chance.uniform(-0.1, 0.5), 0.5, chance.uniform(0.5, 0.95)), 210)
            pen.rounded_rectangle((left + 4, top + 4, left + width - 4, top + height - 4), 8, fill=fill)
            for rib in range(left + 20, left + width - 16, 22):
                pen.line((rib, top + 18, rib, top + height - 18), fill=(255, 255, 255, 70), width=5)
    radius = chance.randint(60, 130)
    x, y = chance.randint(200, 1400), chance.randint(150, 300)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 255, 255, 60))
    picture.paste(layer, mask=layer)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)


def _gradient(top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    mask = Image.linear_gradient("L").resize(SIZE)
    return Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), mask)
