"""Text for people, in the two languages of the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LANGUAGES = ("en", "ko")


class Text(str):
    """An English sentence that carries its Korean translation along.

    It is a plain `str` (the English one) wherever a string is expected, so that it can be an assert message.
    """

    ko: str

    def __new__(cls, en: str, ko: str) -> Text:
        text = super().__new__(cls, en)
        text.ko = ko
        return text

    # dataclasses.asdict copies deeply.
    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.ko

    @classmethod
    def of(cls, value: object) -> Text:
        """Take a Text as it is; anything else says the same in both languages (facts: numbers, names, output)."""
        if isinstance(value, Text):
            return value
        if isinstance(value, Mapping):
            return cls(str(value["en"]), str(value["ko"]))
        return cls(str(value), str(value))

    def within(self, language: str) -> str:
        return self.ko if language == "ko" else str.__str__(self)

    def both(self) -> dict[str, str]:
        return {"en": str.__str__(self), "ko": self.ko}


def joined(parts: Sequence[str], separator: str = "; ", most: int = 6) -> Text:
    """One Text out of many; past `most` only their number is told."""
    shown = [Text.of(part) for part in parts[:most]]
    en, ko = separator.join(shown), separator.join(part.ko for part in shown)
    left = len(parts) - len(shown)
    if left > 0:
        en, ko = f"{en}{separator}and {left} more", f"{ko}{separator}외 {left}건"
    return Text(en, ko)
