"""Scores how trustworthy a crawled web page looks: content farm or not, clickbait or not, why, and how sure."""

from scorer import features
from scorer.clickbait import score_headline
from scorer.feature import FEATURES
from scorer.model import Model
from scorer.page import Page
from scorer.score import PageScore, Reason, score_frame, score_page

__all__ = ["FEATURES", "Model", "Page", "PageScore", "Reason", "features", "score_frame", "score_headline", "score_page"]
