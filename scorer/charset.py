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

_LAYERS = 3
"""Codings of content one around another that are taken off."""
_MEMBERS = 1_000
"""Gzip members of one body that are read: a server that flushes often makes tens."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
# The labels of the WHATWG encoding standard and some met beside them, by the codec that reads them. Only these are looked
# up: among Python's codecs are some that take quadratic time (punycode) or read code (unicode_escape). Pages that say
# "iso-8859-1" mean Windows' superset of it.
_LABELS = {
    label: codec
    for codec, labels in {
        "utf-8": "utf-8 utf8 unicode unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-8-sig utf_8",
        "cp1252": "windows-1252 cp1252 x-cp1252 cp819 ibm819 iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 latin-1 ascii us-ascii "
        "ansi_x3.4-1968 csisolatin1 iso-ir-100 x-user-defined",
        "cp1250": "windows-1250 cp1250 x-cp1250", "cp1251": "windows-1251 cp1251 x-cp1251 win-1251",
        "cp1253": "windows-1253 cp1253 x-cp1253",
        "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 csisolatin5 iso-ir-148",
        "cp1255": "windows-1255 cp1255 x-cp1255", "cp1256": "windows-1256 cp1256 x-cp1256", "cp1257": "windows-1257 cp1257 x-cp1257",
        "cp1258": "windows-1258 cp1258 x-cp1258", "cp874": "windows-874 cp874 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620",
        "iso8859-2": "iso-8859-2 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2 csisolatin2 iso-ir-101",
        "iso8859-3": "iso-8859-3 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3 csisolatin3 iso-ir-109",
        "iso8859-4": "iso-8859-4 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4 csisolatin4 iso-ir-110",
        "iso8859-5": "iso-8859-5 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988 cyrillic csisolatincyrillic iso-ir-144",
        "iso8859-6": "iso-8859-6 iso8859-6 iso88596 iso_8859-6 iso-8859-6-e iso-8859-6-i arabic asmo-708 ecma-114 csisolatinarabic iso-ir-127",
        "iso8859-7": "iso-8859-7 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 greek greek8 sun_eu_greek ecma-118 elot_928 csisolatingreek iso-ir-126",
        "iso8859-8": "iso-8859-8 iso8859-8 iso88598 iso_8859-8 iso-8859-8-e iso-8859-8-i hebrew visual logical csisolatinhebrew iso-ir-138",
        "iso8859-10": "iso-8859-10 iso8859-10 iso885910 l6 latin6 csisolatin6 iso-ir-157", "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
        "iso8859-14": "iso-8859-14 iso8859-14 iso885914", "iso8859-15": "iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 csisolatin9",
        "iso8859-16": "iso-8859-16", "koi8-r": "koi8-r koi8 koi8_r koi cskoi8r", "koi8-u": "koi8-u koi8-ru",
        "cp866": "ibm866 cp866 866 csibm866", "mac_roman": "macintosh mac x-mac-roman csmacintosh", "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "gb18030": "gb18030 gbk gb2312 gb_2312 gb_2312-80 x-gbk chinese csgb2312 csiso58gb231280 iso-ir-58 cp936",
        "hz": "hz-gb-2312", "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950",
        "cp932": "shift_jis shift-jis sjis x-sjis ms932 ms_kanji windows-31j csshiftjis cp932", "euc_jp": "euc-jp x-euc-jp cseucpkdfmtjapanese",
        "iso2022_jp_2": "iso-2022-jp csiso2022jp", "iso2022_kr": "iso-2022-kr csiso2022kr",
        "cp949": "euc-kr euckr cseuckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 csksc56011987 iso-ir-149 cp949",
        "utf-16-le": "utf-16 utf-16le utf16 ucs-2 csunicode iso-10646-ucs-2 unicodefeff", "utf-16-be": "utf-16be unicodefffe",
    }.items()
    for label in labels.split()
}  # fmt: skip


def inflate(data: bytes) -> bytes:
    """A body that was stored as gzip, zlib or zstd stream, unpacked up to `MAX_BYTES`; other bytes come back as they are.

    A stream that is cut off or damaged gives what could be read of it.

    >>> import gzip
    >>> inflate(gzip.compress(gzip.compress(b"<p>hello")))
    b'<p>hello'
    """
    for _ in range(_LAYERS):
        if data.startswith((b"\x1f\x8b", b"\x78\x9c", b"\x78\x01", b"\x78\xda")):
            unpacked = _unpack(data, 47)
        elif data.startswith(b"\x28\xb5\x2f\xfd"):
            unpacked = _unpack_zstd(data)
        else:
            return data
        if not unpacked:
            return data
        data = unpacked
    return data


def inflate_raw(data: bytes) -> bytes:
    """A body that a server calls "deflate": with zlib's header or, as many servers send it, without; b"" if it is neither."""
    return _unpack(data, 15) or _unpack(data, -15)


def _unpack(data: bytes, wbits: int) -> bytes:
    """The members of a stream, in steps: what was unpacked before damage is kept."""
    parts: list[bytes] = []
    size = at = 0
    members = 1
    stream = zlib.decompressobj(wbits)
    while at < len(data) and size <= MAX_BYTES:
        step = data[at : at + 65_536]
        try:
            part = stream.decompress(step, MAX_BYTES + 1 - size)
        except zlib.error:
            break
        parts.append(part)
        size += len(part)
        left = stream.unused_data if stream.eof else stream.unconsumed_tail
        at += len(step) - len(left)
        if stream.eof:
            members += 1
            if members > _MEMBERS or not data.startswith(b"\x1f\x8b", at):
                break
            stream = zlib.decompressobj(wbits)
    return b"".join(parts)


def _unpack_zstd(data: bytes) -> bytes:
    import zstandard

    parts: list[bytes] = []
    size = 0
    # A window of more than 128 MB would be memory that the page asks for and nobody needs.
    reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(data, read_across_frames=True)
    with reader:
        while size <= MAX_BYTES:
            try:
                part = reader.read(min(65_536, MAX_BYTES + 1 - size))
            except (zstandard.ZstdError, MemoryError):
                break
            if not part:
                break
            parts.append(part)
            size += len(part)
    return b"".join(parts)


def decode(data: bytes, declared: str = "") -> str:
    """The text of `data`; never raises. `declared` is the charset of the HTTP header, if there was one.

    >>> decode(b"caf\\xe9 <meta charset=iso-8859-1>")[:4]
    'café'
    >>> decode("naïve".encode()), decode("Tea".encode("utf-16-le") * 2)
    ('naïve', 'TeaTea')
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    if wide := _utf16(data):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        # A page cut in the middle of a character is still UTF-8.
        if fault.start > len(data) - 4 and fault.start > 0:
            return data.decode("utf-8", "replace")
    meta = _META.search(data[:4096])
    labels = (declared, meta.group(1).decode("ascii", "replace") if meta else "")
    codecs_named = [_LABELS.get(label[:60].strip("\"' \t\r\n;,").lower(), "") for label in labels]
    mixed = _mostly_utf8(data)
    if mixed is not None:
        return mixed
    for codec in (*codecs_named, _LABELS.get((detect_encoding(data[:200_000]) or "").lower(), "")):
        text = _by_codec(data, codec)
        if text is not None:
            return text
    return data.decode("utf-8", "replace")


def is_utf8(data: bytes) -> bool:
    """Whether these bytes are UTF-8 for certain: valid, and without the null bytes of UTF-16.

    >>> is_utf8("naïve".encode()), is_utf8(b"na\\xefve"), is_utf8("Tea".encode("utf-16-le"))
    (True, False, False)
    """
    if b"\0" in data:
        return False
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _by_codec(data: bytes, codec: str) -> str | None:
    # A meta tag that can be read as ASCII does not stand in UTF-16.
    if not codec or codec == "utf-8" or (codec.startswith("utf-16") and b"<meta" in data[:4096]):
        return None
    text = data.decode(codec, "replace")
    # A wrong label shows in replacement characters: more than one in fifty and the label is not believed.
    return text if text.count("\ufffd") * 50 <= len(text) else None


def _mostly_utf8(data: bytes) -> str | None:
    """UTF-8 with some bytes of another charset in it (comments, advertisements, a template): these are read as Windows-1252.

    >>> decode("größer ".encode() * 3 + b"caf\\xe9 au lait")[-12:]
    'café au lait'
    """
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - bad
    if sound < 2 * bad or bad > 20_000:  # in other charsets few pairs of bytes happen to be UTF-8
        return None
    return data.decode("utf-8", "scorer_cp1252")


def _as_cp1252(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return fault.object[fault.start : fault.end].decode("cp1252", "replace"), fault.end


codecs.register_error("scorer_cp1252", _as_cp1252)


def _utf16(data: bytes) -> str:
    """The codec of UTF-16 without a byte order mark, by the zero bytes that its Latin letters have; "" for other bytes."""
    head = data[:4096]
    if len(head) < 4 or b"\0" not in head:
        return ""
    even, odd = head[::2], head[1::2]
    if odd.count(0) > 0.25 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > 0.25 * len(even) and odd.count(0) < 0.05 * len(odd) else ""


_MAGIC = (
    (b"%PDF-", "a PDF document"), (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"), (b"PK\x03\x04", "a ZIP archive or office document"), (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"), (b"\x00\x00\x01\x00", "an icon"), (b"ID3", "an MP3 file"), (b"BZh9", "a bzip2 archive"),
    (b"wOF2", "a font"), (b"wOFF", "a font"), (b"PAR1", "a Parquet table"), (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a damaged zstd archive"), (b"\x1f\x8b\x08", "a damaged gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"), (b"SQLite format 3", "a database"),
)  # fmt: skip


def not_a_page(data: bytes) -> str:
    """What these bytes, unpacked (`inflate`), are when they are certainly no page ("a PDF document"), else the empty string.

    >>> not_a_page(b"%PDF-1.7 ...")
    'a PDF document'
    >>> not_a_page(b"<html>")
    ''
    """
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    head = data[:2048]
    if b"\0" in head and not _utf16(data) and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        control = sum(head.count(c) for c in range(9)) + sum(head.count(c) for c in range(14, 32))
        if control > 0.1 * len(head):
            return "binary data"
    return ""
