"""Which characters do these bytes spell?

The order is that of the HTML standard, sec. 13.2.3.2 (byte order mark, HTTP header, ``<meta charset>``), with one
change that crawls ask for: bytes that are valid UTF-8 are read as UTF-8 whatever a stale declaration says.
"""

import codecs
import re
import zlib

from resiliparse.parse.encoding import detect_encoding

MAX_BYTES = 3_000_000
"""Bytes of one page that are read; what follows is cut and the row says so."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
# What the WHATWG encoding standard reads these labels as: pages that say "iso-8859-1" mean Windows' superset of it.
_WHATWG = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
    "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "tis-620": "cp874",
    "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8", "unicode": "utf-8", "utf8": "utf-8", "x-user-defined": "cp1252",
}  # fmt: skip


def inflate(data: bytes) -> bytes:
    """A body that was stored as gzip or zlib stream, unpacked up to `MAX_BYTES`; other bytes come back as they are.

    >>> import gzip
    >>> inflate(gzip.compress(b"<p>hello"))
    b'<p>hello'
    """
    if not data.startswith((b"\x1f\x8b", b"\x78\x9c", b"\x78\x01", b"\x78\xda")):
        return data
    try:
        return zlib.decompressobj(wbits=47).decompress(data, MAX_BYTES + 1)
    except zlib.error:
        return data


def decode(data: bytes, declared: str = "") -> str:
    """The text of `data`; never raises. `declared` is the charset of the HTTP header, if there was one.

    >>> decode(b"caf\\xe9 <meta charset=iso-8859-1>")[:4]
    'café'
    >>> decode("naïve".encode())
    'naïve'
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        # A page cut in the middle of a character is still UTF-8.
        if fault.start > len(data) - 4 and fault.start > 0:
            return data.decode("utf-8", "replace")
    if _looks_like_utf16(data):
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    meta = _META.search(data[:4096])
    for label in (declared, meta.group(1).decode("ascii", "replace") if meta else ""):
        if label:
            text = _by_label(data, label)
            if text is not None:
                return text
    return _by_label(data, detect_encoding(data[:200_000]) or "utf-8") or data.decode("utf-8", "replace")


def _by_label(data: bytes, label: str) -> str | None:
    label = label.strip().strip("\"'").lower()
    label = _WHATWG.get(label, label)
    try:
        text = data.decode(label, "replace")
    except (LookupError, ValueError, UnicodeError):
        return None
    # A wrong label shows in replacement characters: more than one in fifty and the label is not believed.
    return text if isinstance(text, str) and text.count("\ufffd") * 50 <= len(text) else None


def _looks_like_utf16(data: bytes) -> bool:
    head = data[:512]
    return len(head) >= 4 and (head[1::2].count(0) > 0.4 * len(head[1::2]) or head[::2].count(0) > 0.4 * len(head[::2]))


_MAGIC = (
    (b"%PDF-", "a PDF document"), (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"), (b"PK\x03\x04", "a ZIP archive or office document"), (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"), (b"\x00\x00\x01\x00", "an icon"), (b"ID3", "an MP3 file"), (b"BZh9", "a bzip2 archive"),
    (b"wOF2", "a font"), (b"wOFF", "a font"), (b"PAR1", "a Parquet table"), (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"), (b"SQLite format 3", "a database"),
)  # fmt: skip


def not_a_page(data: bytes) -> str:
    """What these bytes are when they are certainly no page ("a PDF document"), else the empty string.

    >>> not_a_page(b"%PDF-1.7 ...")
    'a PDF document'
    >>> not_a_page(b"<html>")
    ''
    """
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    head = data[:2048]
    if b"\0" in head and not _looks_like_utf16(data) and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        control = sum(head.count(c) for c in range(9)) + sum(head.count(c) for c in range(14, 32))
        if control > 0.1 * len(head):
            return "binary data"
    return ""
