"""Who does the page say wrote it?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scorer import lexicon
from scorer.feature import Span
from scorer.fold import fold
from scorer.zones import DATE, Zone

if TYPE_CHECKING:
    from scorer.page import Page

_NAME = re.compile(r"^(?:(?:[Bb]y|BY|[Ww]ritten by|[Aa]uthor:?|[Pp]osted by|[Ss]tory by|[Vv]on|[Pp]ar|[Pp]or)\s*:?\s+)?((?:(?:Dr|Prof|Mr|Ms|Mrs)\. )?[A-ZÀ-Þ][\w'’.-]*(?: (?:de |van |von |der |la |al-|bin )?[A-ZÀ-Þ][\w'’.-]+){1,3})")
_BY = re.compile(r"\b(?:[Bb]y|BY|[Ww]ritten by|[Pp]osted by|[Aa]uthor:?)\s*:?\s+((?:Dr\. )?[A-ZÀ-Þ][\w'’.-]*(?: (?:de |van |von |der )?[A-ZÀ-Þ][\w'’.-]+){1,3})")
# Words of dates, buttons and roles that stand in byline blocks and are written like names.
_NO_NAME = re.compile(
    r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|March|Apr(?:il)? \d|May \d|June? \d|July|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|"
    r"Updated|Published|Posted|Comments?|Share|Member|Font|Size|Read|Subscribe|Follow|Sign|Log|Newsletter|Contact|Home|News|Menu|Search|View|Print|Email|Reply|Report|Quote|Staff Writer|Getty)\b"
)
# What a line that begins without "by" holds besides, if it is no name: offices, firms, ranks in forums, words of sentences.
_NO_PERSON = re.compile(
    r"\b(?:By|Supporter|Construction|Team|Guest|Blogger|Under|Inc|LLC|Ltd|Company|Magazine|Media|Desk|Staff|Admin|Editors?|Group|Agency|Solutions|Services|University|Institute|Foundation|Association|Department|"
    r"Ministry|House|Press|Times|Post|Daily|Today|Online|Blog|Studio|Marketing|Insurance|Health|Center|Centre|Club|Dealer|Strategies|Reporter|Writers?|Modified|Last|Editorial|Ask|Question|Discussion|Sports|Join|Date|Play|Power|Content|Contributors?|Commons|Independent|Communications|Network|Tax|Recipes?|Roast|Authorized|Official|Free|Read|Next|Previous|Store|Shop|Book|Add|All|About|More|Our|Your|New|Top|Best|How|Why|What|Filed|Tagged|Author|Photo|"
    r"Image|Video|Article|Story|Review|Guide|Terms|Privacy|Rights|Reserved|Copyright|Time|Min|Minutes|The|This|That|In|On|At|For|And|With|From|If|You|We|It|A|An|Is|Verified|Veteran|Senior|Junior|Registered|Rating)\b"
)
_MOST_OTHER = 40
"""Characters that a line may have beside a name that no "by" introduces."""
# What follows a name in a byline and is written like one: "Ann Reed Mar 14", "Ann Reed Former Deputy Editor".
_BEHIND = re.compile(
    r" (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|January|February|March|April|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Former|Deputy|"
    r"Senior|Chief|Executive|Associate|Assistant|Contributing|Staff|Editor|Reporter|Writer|Correspondent|Contributor|Columnist|Author|Published|Updated|Posted|Last|Special|Categories|And|Tags|Topics|Photo|Image|Global|Los|New|AP|Assignment|You|He|She|The|Follow|Email|Is|In|On|At)\b.*$"
)
_OTHER_WORK = re.compile(r"\b(?:reviewed|checked|verified|edited|photos?|photograph(?:s|y|ed)?|images?|illustrat(?:ions?|ed)|pictures?|video)\s*$", re.IGNORECASE)
_POST = re.compile(r"posted by\b", re.IGNORECASE)
_A_THREAD = 3
"""Posts that are signed alike make a thread: a story is posted by one."""
_DOMAIN_NAME = re.compile(r"\.(?:com|net|org|info|co)\b|https?:|@")


def find(page: Page) -> list[tuple[str, Span | None]]:
    """Who the page says wrote it: from the byline, then from metadata."""
    found: list[tuple[str, Span | None]] = []
    body = page.body_blocks
    bylines = page.blocks_in(Zone.BYLINE)
    posts = [index for index in bylines if _POST.match(page.text, int(page.columns.start[index]))]
    readers = set(posts[1:] if body and posts[:1] and posts[0] < body[0] else posts) if len(posts) >= _A_THREAD else set()
    # A name signs at the head or the foot; in between it is that of a speaker, a customer or a reader.
    for index in bylines:
        if index in readers:
            continue
        start = int(page.columns.start[index])
        text = page.block_text(index)
        if not (body and (body[0] - 12 <= index < body[0] + 3 or body[-1] <= index < body[-1] + 8)):
            continue
        # Who reviewed it or took the picture did not write it.
        match = next((found for found in _BY.finditer(text) if not _OTHER_WORK.search(text, 0, found.start())), None)
        if match and _NO_PERSON.search(name := _BEHIND.sub("", match.group(1))) and not is_generic(name):
            continue
        if not match:
            match = _NAME.match(text)
            if match and (len(text) - match.end(1) > _MOST_OTHER or _NO_PERSON.search(match.group(1)) or page.block_hits("outlets", "agencies")[index]):
                continue
        if match and not DATE.match(match.group(1)) and not _NO_NAME.search(name := _BEHIND.sub("", match.group(1))):
            name = name.rstrip(".,")
            # "WikiPost WikiPost", "Southern Living's": a mark of the site; "by somebody » Sunday": a handle in a forum.
            first, _, rest = name.partition(" ")
            if first == rest or name.endswith(("'s", "’s")) or text[match.end(1) :].lstrip()[:1] in ("»", "/"):
                continue
            found.append((name, Span("text", start + match.start(1), start + match.start(1) + len(name))))
    if not found and page.body_blocks:
        for index in (page.body_blocks[0], page.body_blocks[-1]):
            match = _BY.match(page.block_text(index))
            if match:
                start = int(page.columns.start[index])
                found.append((match.group(1), Span("text", start + match.start(1), start + match.end(1))))
    if page.metadata.author:
        found.append((page.metadata.author[:100], None))
    return found


def is_generic(name: str) -> bool:
    """Whether a byline names nobody.

    >>> is_generic("Editorial Team"), is_generic("Ada Brandt")
    (True, False)
    """
    folded = " ".join(fold(name).split())
    return folded in lexicon.phrases("generic_bylines") or bool(_DOMAIN_NAME.search(name))
