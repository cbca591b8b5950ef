"""What do pages look like that a crawl cut short or spoilt?

Crawls cut pages at a limit of bytes, transfers break off, disks and wrong decodings change bytes. Each damaged copy is a
function of the page's id and a number, so that a fault can be made again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

SPOILT_EVERY = 200
"""Bytes, on average, of which one is changed in a spoilt copy."""


def cut_at(ident: str, data: bytes, cuts: int) -> list[int]:
    """The byte positions at which copies of this page end: anywhere, so within tags, entities and characters too."""
    chance = random.Random(f"cut {ident}")
    return sorted(chance.randrange(1, max(len(data), 2)) for _ in range(cuts))


def spoilt(ident: str, data: bytes, number: int) -> bytes:
    """The `number`-th spoilt copy: bytes changed at random, a few up to one in `SPOILT_EVERY`; every third keeps its tags whole and changes what stands between."""
    chance = random.Random(f"spoilt {ident} {number}")
    changed = bytearray(data)
    for _ in range(chance.randrange(1, max(len(data) // SPOILT_EVERY, 1) + 2)):
        at = chance.randrange(len(changed))
        if number % 3 or changed[at] not in b"<>/\"'= ":
            changed[at] = chance.randrange(256)
    return bytes(changed)


def damaged(ident: str, data: bytes, cuts: int, spoils: int) -> Iterator[tuple[str, bytes]]:
    """Damaged copies of a page, each with a name that says how it was made."""
    for at in cut_at(ident, data, cuts):
        yield f"{ident} cut at {at}", data[:at]
    for number in range(spoils if data else 0):
        yield f"{ident} spoilt {number}", spoilt(ident, data, number)
