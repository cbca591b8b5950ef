"""What a careful reader asks of a page, a module a question; importing this package fills `feature.FEATURES`.

Adding a feature: write one decorated function in the family that asks its question, add its cases to
``tests/cases/<family>.jsonl`` (one that fires, one near miss), run ``make features model``. Columns, direction,
documentation, explanation and the invariants that the tests check follow from the registry. The import order below is
the column order.
"""

from scorer.features import headline, sourcing, speakers, promotion, teasers, substance, wording, authorship, advertising, address, build  # isort: skip

__all__ = ["address", "advertising", "authorship", "build", "headline", "promotion", "sourcing", "speakers", "substance", "teasers", "wording"]
