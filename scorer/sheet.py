"""How does a document become one file that loads nothing and runs only what it was made with?

The content security policy admits the document's own style sheet and script by their hashes and nothing else: what an
escape would miss is refused by the browser. Every document of this package is written through `document`.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files


@cache
def own(name: str) -> str:
    """The style sheet or script that lies in this package under `name`."""
    return files("scorer").joinpath(name).read_text("utf-8")


def document(title: str, body: str, *, skip: tuple[str, str], style: str, script: str) -> str:
    """One HTML file. `title` and `body` are HTML already; `skip` is the anchor and the words of the skip link.

    `style` and `script` are what this document needs beside the sheet that all share.
    """
    style = own("sheet.css") + style
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{style}</style></head>\n<body>"
        f'<a class="skip" href="#{skip[0]}">{skip[1]}</a>{body}<script>{script}</script></body></html>\n'
    )


def _hash(block: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()}'"
