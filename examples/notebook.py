"""What do the scores of a DataFrame tell? Cells for Jupyter, VS Code, or `python examples/notebook.py`."""

# %% Pages: any table with a column `html` or `text`; `id`, `url` and `title` help.
from pathlib import Path

import pandas as pd

from scorer import score_frame, score_page

samples = sorted(Path("data/samples").glob("*.html"))
pages = pd.DataFrame({"url": [f"https://samples.example/{path.name}" for path in samples], "html": [path.read_text("utf-8") for path in samples]})

# %% One row a page, with the same index.
scores = score_frame(pages)
print(scores[["url", "trust", "p_low", "verdict", "farm", "clickbait"]].sort_values("trust").round(2).to_string(index=False))

# %% What speaks against the worst page, and where it says so.
worst = scores.loc[scores["trust"].idxmin()]
for reason in worst["reasons"]:
    if reason["effect"] < 0:
        print(f"{reason['effect']:+.2f}  {reason['summary']}")
        for quote in reason["quotes"][:2]:
            print(f"         {quote['part']}: {quote['text'][:90]}")

# %% In a notebook the score of one page shows itself, with its reasons.
score_page(pages["html"][scores["trust"].argmin()])

# %% Keep what will do; the report of the model says what each cut keeps and loses.
kept = pages[scores["p_low"] < 0.5]
print(f"{len(kept)} of {len(pages)} pages kept")
