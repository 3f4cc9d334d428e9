"""Addresses that people can read, in Korean too."""

import re
import secrets
import unicodedata

MAX_LENGTH = 100


def slug_of(title: str) -> str:
    """Letters and digits of any script, lower case, joined by hyphens; never empty.

    >>> slug_of("Docker 이미지, 절반으로 줄이기!")
    'docker-이미지-절반으로-줄이기'
    """
    plain = unicodedata.normalize("NFKC", title).lower()
    words = re.findall(r"[^\W_]+", plain)
    return "-".join(words)[:MAX_LENGTH].strip("-") or secrets.token_hex(4)


def told_apart(slug: str) -> str:
    """The slug with a random ending, for a second thing of the same title."""
    return f"{slug}-{secrets.token_hex(3)}"
