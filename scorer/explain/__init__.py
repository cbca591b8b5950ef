"""Why does this page have this score, so that a person can read it, check it and share it?

`render_terminal` prints it, `render_html` writes one file that needs no network, `repr_html` is for notebooks,
`as_json` for programs. All four tell the same: what `account.py` says. What a page says of itself is hostile until
escaped; each way out escapes it itself, at the last moment.
"""

from scorer.explain.account import as_json
from scorer.explain.document import render_html
from scorer.explain.snippet import repr_html
from scorer.explain.terminal import render_terminal

__all__ = ["as_json", "render_html", "render_terminal", "repr_html"]
