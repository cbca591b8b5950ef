"""Which words carry no subject of their own?

Function words of the languages that crawls hold most of; a closed class that every grammar lists.
"""

from __future__ import annotations

from functools import cache

from scorer.tokens import WordSet, word_set

_BY_LANGUAGE = {
    "en": "the and of to in that is for it with was on as are this be by not have from but they which you or had his her has an were their will would there been all can more when who what about into than its if other only some could them these two may then do any my now such like our over even most me after also did many before must through much where your how he she we i at so no out up one us a said",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei wir ich kann gegen vom können schon wenn habe seine ihre unter",
    "fr": "de la le et les des en un une du est que dans qui pour au par sur il pas plus ne se ce avec sont son aux ou mais comme nous vous on cette ses elle être fait été leur tout même ces deux sans était ont",
    "es": "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros ese eso ante ellos",
    "it": "di che e la il un a per in una mi sono ho non ma lo ha le si ti i con cosa se io come da ci no questo qui hai bene tu solo sei del al perché anche della nel delle dei alla più gli è",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos",
    "nl": "de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er maar om hem dan zou of wat mijn men dit zo door over ze zich bij ook tot je mij uit der daar haar naar heb hoe heeft hebben deze u want nog zal",
    "pl": "i w na z się nie do jest to że o a jak po co tak za od ale przez dla tym czy są być tego ten jego ich już lub może przy tylko która które który także oraz",
    "ru": "и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой же от год мочь для так вы о его как было все только еще или",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när år under också efter eller nu där vid mot ska skulle",
}
STOPWORDS = frozenset(word for words in _BY_LANGUAGE.values() for word in words.split()) | frozenset(
    ["here", "there", "why", "very", "just", "being", "those", "each", "between", "both", "same", "own", "off", "down", "while", "again", "once", "because", "during", "without", "within", "against", "since", "until"]
)
"""Function words of ten languages, folded."""

FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in _BY_LANGUAGE.items()}
"""The same by language code."""


@cache
def stopword_set() -> WordSet:
    """`STOPWORDS` as `tokens.py` knows them."""
    return word_set(" ".join(sorted(STOPWORDS)))


@cache
def function_word_sets() -> dict[str, WordSet]:
    """`FUNCTION_WORDS` as `tokens.py` knows them."""
    return {language: word_set(" ".join(sorted(words))) for language, words in FUNCTION_WORDS.items()}
