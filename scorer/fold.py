"""Which letters does a reader take this text for?

Two steps. `clean` makes the visible text: characters that no reader sees (zero-width, soft hyphen, direction marks,
controls) are removed, so that "sub\\u200bscribe" is the word that it looks like. `fold` makes the text that words and
phrases are matched in: lower case, look-alike letters and typographic punctuation as plain ones, other punctuation as
spaces; character for character, so that an offset into one is an offset into the other.
"""

import re
from functools import cache

import numpy as np
import numpy.typing as npt

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u3164\ufeff\uffa0\ufffe\uffff"
)
_INVISIBLE = re.compile(f"[{INVISIBLE}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]+")

_ASCII_FOLD = bytes(
    i if i >= 128 or chr(i) in "'$%" else ord(chr(i).lower()) if chr(i).isalnum() else 32 for i in range(256)
)
_TYPOGRAPHIC = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014\u2012\u2015\u2026\u2022\u00b7\u00a0\u2022\u2192\u203a\u2039\u00ae\u2122\u00a9\u2028\u2029\u3000\u3002\uff0c\u3001\uff01\uff1f\uff1a", " "),
    }
)  # fmt: skip
_ODD = re.compile("[^\x00-\x7f]")
# Cyrillic and Greek letters that pass for Latin ones; only folded inside a word that also has Latin letters.
_LOOKALIKE = str.maketrans("асеорхуіјѕһԁɡӏαοερνιкмтвнАВСЕНКМОРТХУІЈЅ", "aceopxyijshdlgaoepvikmtbhabcehkmoptxyijs"[:41])
_MIXED = re.compile("[a-zA-Z][\u0370-\u052f]|[\u0370-\u052f][a-zA-Z]")
_LETTERS = re.compile(r"[^\W\d_]+")


def clean(text: str) -> str:
    """`text` without the characters that no reader sees.

    >>> clean("sub\\u200bscribe\\x00 now")
    'subscribe now'
    """
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub("", text)


def is_plain(text: str) -> bool:
    """Whether nothing in `text` is invisible, and no white space in it is other than spaces and line ends.

    >>> is_plain("Black tea\\nGreen tea"), is_plain("Black\\ttea"), is_plain("sub\\u200bscribe")
    (True, False, False)
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return not _odd_codes().take(codes, mode="clip").any()


@cache
def _odd_codes() -> npt.NDArray[np.bool_]:
    """Which code points are invisible or unusual white space; the last stands for all beyond the basic plane."""
    odd = [char not in " \n" and (char.isspace() or _INVISIBLE.match(char) is not None) for char in map(chr, range(0x10000))]
    return np.array([*odd, False])


def fold(text: str) -> str:
    """`text` as words and phrases are matched: same length, lower case, punctuation as spaces, apostrophes kept.

    >>> fold("Don’t MISS — “this”!")
    "don't miss    this  "
    """
    if not text.isascii():
        text = _fold_wide(text)
    data = text.encode("utf-8", "surrogatepass").translate(_ASCII_FOLD)
    return data.decode("utf-8", "surrogatepass")


def unmix(text: str) -> str:
    """`text` with look-alike letters in Latin words as the Latin ones; same length.

    >>> unmix("suЬscribe, subѕcribe, Москва")
    'suЬscribe, subscribe, Москва'
    """
    if text.isascii() or not _MIXED.search(text):
        return text
    return _LETTERS.sub(lambda word: word.group().translate(_LOOKALIKE) if _MIXED.search(word.group()) else word.group(), text)


def _fold_wide(text: str) -> str:
    lower = text.lower()
    if len(lower) != len(text):  # "İ" becomes two characters: those are left as they are
        lower = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    odd = set(_ODD.findall(lower))
    # One str.replace a character is a memory scan; str.translate would be a dictionary look-up a letter.
    for char in odd:
        plain = _TYPOGRAPHIC.get(ord(char))
        if plain is not None:
            lower = lower.replace(char, plain)
    if any("\u0370" <= char <= "\u052f" for char in odd):
        lower = unmix(lower)
    return lower
