"""Who is given the word, and was the writer there?"""

from __future__ import annotations

import re

import numpy as np

from scorer.feature import UNKNOWN, Measure, Trust, feature
from scorer.features.passages import (
    LEAST_WORDS,
    body_rate,
    own_hits,
    own_rate,
    rate,
    sentence_spans,
    spans,
    token_spans,
)
from scorer.page import Page
from scorer.tokens import (
    MARK,
    NUMBER,
    QUOTE,
    WORD,
    Bools,
    Ints,
    Tokens,
    WordSet,
    find_words,
    hash_of,
    is_one_of,
    true_at,
    word_set,
)
from scorer.voices import spoken
from scorer.zones import Zone

# What opens a quotation follows white space or a bracket, not a word, an equals sign or a figure of inches: `name="x"`, 10" screen.
_QUOTED = re.compile(r"[\"“„«](?<![\w=.,!?)%;”\"'].)(?<!\w\(.)([^\s\"“”„«»=][^\"“”„«»\n]{11,600})[\"”“»](?<![\s=].)(?![\w=])")
MOST_QUOTED = 0.4
"""More of a body than this in quotation marks says no more."""
_SAYING = "said says explained argued added noted recalled"
_GIVES_THE_WORD = "said says sagte erklärte"
_MAY_GIVE_THE_WORD = "told explained added argued noted recalled wrote asked replied testified"
_GIVES_NOBODY = "it that what which be is are was were being been having enough easier i we you not often so i've we've you've as to than and or frequently manual label sign law rule text page site website message error tin book song title caption wasn't weren't nobody"
_WHO_SPEAKS = "he she they"
_NO_NAME = "am pm co the he she it they we i this that there a an in on but and when as if according who what his her their our you your my these those all some many most one two no not so yet for from at by of to with after before while since although though then now here how why where which is are was were has have had do does did will would can could should may might must let please also just even still only both each every other another such more less few several read see follow share"
_PARTICLES = "de la del della di da van der den von zu bin al el"
_TITLES = "mr mrs ms dr prof sen rep gov sgt capt sir president professor chief mayor judge minister"
# Without the months that people are named after.
_DAYS = "monday tuesday wednesday thursday friday saturday sunday january february march july august september october november december"
_ORGANISATIONS = (
    "international inc corp ltd llc company ministry university group association bank news times post office department foundation house police council committee court states kingdom union agency institute center centre network "
    "magazine journal report research officials airlines club party commission authority board team caucus home school college hospital press media radio television tv studio studios games software systems technologies technology "
    "society federation alliance coalition trust fund church city county state street park project program programme service services app store shop force forces army navy act bill league cup series awards award festival "
    "america american americans britain british europe european africa asia australia canada china india japan russia russian israel israeli france germany texas california london york washington jersey zealand korea arabia "
    "pharma pharmaceuticals therapeutics motors airways airlines holdings partners capital labs laboratories entertainment records foods energy electric industries bureau rights war wars safety security intelligence affairs defence defense education energy transport transportation administration "
    "democrats republicans congress senate government pro plus mini max ultra edition series model day week year road avenue lake river island mountain hotel restaurant museum"
)
_BODIES = "department ministry bureau commission committee council board office agency institute university college association federation foundation bank court national federal international united american british european human civil public world global"
"""Words that begin the name of a body, or stand in it, and no person's ("Civil War", "National Transportation Safety")."""
_BEFORE_NO_SPEAKER = "of for at in from with by to about against on near under between among"
"""Behind these stands where somebody is from, or whom he speaks for: "head of the Observatory for Human Rights, said"."""
_ROLES = (
    "director professor president chief head spokesman spokeswoman spokesperson manager founder cofounder editor ceo cfo cto chair chairman chairwoman coordinator commissioner representative senator congressman congresswoman "
    "mayor minister attorney lawyer owner author analyst economist scientist researcher engineer doctor physician nurse surgeon psychologist psychiatrist biologist chemist physicist historian journalist reporter correspondent columnist writer "
    "teacher principal superintendent student lecturer dean fellow scholar consultant adviser advisor officer detective sergeant captain lieutenant sheriff judge prosecutor secretary ambassador envoy governor councillor councilman "
    "councilwoman activist organizer farmer artist musician singer actor actress filmmaker producer designer developer architect curator photographer chef trainer coach goalkeeper quarterback entrepreneur investor partner executive "
    "leader member veteran resident neighbor neighbour volunteer expert specialist therapist counselor technologist strategist planner pastor priest bishop rabbi imam pilgrim novelist poet playwright"
)
_QUALIFIES = "the a an senior vice assistant associate deputy executive former lead acting interim managing co retired general principal"
_REACH_OF_ROLE = 6
_TURNS = "of for who whose which that in with and to is was"
_DID = (
    "found tested tried used bought built made went saw noticed ran took measured started decided spent wrote visited talked spoke interviewed learned learnt realized realised discovered "
    "ended set left drove cooked baked grew picked ordered installed fixed replaced removed added sold flew walked hiked stayed worked read watched paid received moved lived finished switched met"
)
_DID_TOGETHER = "tested tried bought went drove flew walked hiked stayed visited ate cooked baked measured interviewed spoke ordered arrived stopped watched spent"
_BETWEEN = "also then finally first recently even actually never just have had once personally myself already initially only eventually immediately both quickly always"


@feature(trust=Trust.FREE, facets=("aggregation", "clickbait"), version=2)
def quoted_share(page: Page) -> Measure:
    """Share of the body that stands in quotation marks.

    Leaves alone: code, inches, single words.
    """
    if not page.has_body:
        return UNKNOWN
    lines = page.tokens.line[true_at(page.tokens.flags & QUOTE)]
    # A quotation has two marks in its block.
    blocks = np.unique(lines[1:][lines[1:] == lines[:-1]])
    starts, ends = page.columns.start, page.columns.end
    found = [
        match.span()
        for i in blocks[page.zones[blocks] == Zone.BODY].tolist()
        if page.columns.tag[i] != "pre"
        for match in _QUOTED.finditer(page.text, int(starts[i]), int(ends[i]))
    ]
    return Measure(min(sum(e - s for s, e in found) / max(int(page.zone_chars[Zone.BODY]), 1), MOST_QUOTED), spans(found))


@feature(trust=Trust.FREE, facets=("aggregation",), version=2)
def speaker_rate(page: Page) -> Measure:
    """Verbs that give somebody the word ("said", "explained") per 1,000 words of the body.

    Leaves alone: "that said", "frequently asked", "added two eggs", "the noted author".
    """
    if not page.has_body:
        return UNKNOWN
    tokens = page.body_tokens
    at = find_words(tokens.hash, word_set(f"{_GIVES_THE_WORD} {_MAY_GIVE_THE_WORD}"))
    at = at[at > 0]
    at = at[tokens.line[at - 1] == tokens.line[at]]
    if not len(at):
        return Measure(0.0)
    before = at - 1
    hashes = tokens.hash[before]
    right = tokens.flags[before] & QUOTE > 0
    surely = is_one_of(tokens.hash[at], word_set(_GIVES_THE_WORD)) & ((tokens.kind[before] == WORD) | (tokens.code[before] == ord(",")))
    right |= surely & ~is_one_of(hashes, word_set(_GIVES_NOBODY))
    # "JavaScript added 427,000 users" gives nobody the word.
    adds = (tokens.hash[at] == np.uint64(hash_of("added"))) & (tokens.kind[np.minimum(at + 1, len(tokens.hash) - 1)] != MARK)
    maybe = true_at(~right & ~surely & ~adds & ~is_one_of(hashes, word_set(_GIVES_NOBODY)))
    right[maybe] = _is_name(tokens, before[maybe]) | is_one_of(hashes[maybe], word_set(_WHO_SPEAKS))
    at = at[right]
    return Measure(1000 * len(at) / max(page.body_word_count, LEAST_WORDS), sentence_spans(page, np.unique(page.sentence_of[at])[:3]))


def _is_name(tokens: Tokens, at: Ints) -> Bools:
    """Whether each of these tokens can be part of a person's name: a capitalised word that is no function word, title or day."""
    name: Bools = tokens.capital[at] & (tokens.kind[at] == WORD) & (tokens.end[at] - tokens.start[at] > 1)
    likely = true_at(name)
    name[likely] = ~is_one_of(tokens.hash[at[likely]], word_set(f"{_NO_NAME} {_TITLES} {_DAYS}"))
    return name


def _run(tokens: Tokens, sentence: Ints, at: Ints, step: int) -> Ints:
    """How many tokens on each side (`step` 1 or -1) go on with the name that these words begin or end, for two words at the most."""
    once = _next_of_name(tokens, sentence, at, step)
    goes_on = once != at
    further = once.copy()
    if goes_on.any():
        further[goes_on] = _next_of_name(tokens, sentence, once[goes_on], step)
    return np.asarray((further - at) * step)


def _next_of_name(tokens: Tokens, sentence: Ints, at: Ints, step: int) -> Ints:
    """The next word of the names that these words are part of, beyond an initial or a particle ("Mary E. Lovely", "Monica de Bolle"); the word itself where none is."""
    # Nothing goes on beyond the ends of the body, where a place is the one before it again.
    one, two, three = (np.clip(at + by * step, 0, len(sentence) - 1) for by in (1, 2, 3))
    stop, letter = (two, one) if step > 0 else (one, two)
    initial = (tokens.code[stop] == ord(".")) & tokens.capital[letter] & (tokens.end[letter] - tokens.start[letter] == 1)
    particle = is_one_of(tokens.hash[one], word_set(_PARTICLES))
    found = np.where(initial, three, np.where(particle, two, one))
    likely = (found != at) & tokens.capital[found] & (sentence[found] == sentence[at])
    if likely.any():
        likely[likely] = _is_name(tokens, found[likely])
    return np.where(likely, found, at)


def _named_alone(tokens: Tokens, sentence: Ints, last: Ints) -> Bools:
    """Whether the word at each of these places stands anywhere in the body without a name or an article before it, as surnames do."""
    at = true_at(is_one_of(tokens.hash, WordSet.of(tokens.hash[last])))
    at = at[at > 1]
    # The capital of a sentence's first word names nobody: "Soon Holm left".
    named = _is_name(tokens, at - 1) & (sentence[at - 2] == sentence[at])
    at = at[~named & ~is_one_of(tokens.hash[at - 1], word_set("the a an"))]
    return is_one_of(tokens.hash[last], WordSet.of(tokens.hash[at]))


def _named_in_full(tokens: Tokens, last: Ints) -> Bools:
    """Whether the word at each of these places stands anywhere in the body as the last word of a name of two ("Ann Reed")."""
    wanted = WordSet.of(tokens.hash[last])
    at = true_at(is_one_of(tokens.hash, wanted))
    at = at[at > 0]
    at = at[(tokens.line[at - 1] == tokens.line[at]) & _is_name(tokens, at - 1)]
    return is_one_of(tokens.hash[last], WordSet.of(tokens.hash[at]))


def _no_person(tokens: Tokens, sentence: Ints, last: Ints, bare: Bools) -> Bools:
    """Whether the names that end here, behind a verb or "according to", are those of bodies.

    They go on ("National Transportation Safety Board", "Rockets head coach Ann Reed"); or a `bare` source, without title or office, of whom
    nothing more is told and whom nobody calls by the last name alone.
    """
    further = np.minimum(last + 1, len(tokens.hash) - 1)
    beyond = np.minimum(last + 2, len(tokens.hash) - 1)
    goes_on = (_is_name(tokens, further) | (is_one_of(tokens.hash[further], word_set(_ROLES)) & ~tokens.capital[further])) & (tokens.line[further] == tokens.line[last]) & (further != last)
    introduced = (tokens.code[further] == ord(",")) & is_one_of(tokens.hash[beyond], word_set(f"who {_QUALIFIES} {_ROLES}"))
    unknown = bare & ~introduced
    if unknown.any():
        unknown[unknown] = ~_named_alone(tokens, sentence, last[unknown])
    found: Bools = goes_on | unknown
    return found


@feature(trust=Trust.RISES, facets=("aggregation", "farm"), version=4)
def named_speaker_count(page: Page) -> Measure:
    """Different named people who are given the word in the body, counted to ten.

    People have two names somewhere in the text, or a title. Leaves alone: outlets, offices ("the White House said"), those who are told.
    """
    if not page.has_body:
        return UNKNOWN
    tokens, sentence = page.body_tokens, page.sentence_of
    hashes = tokens.hash
    verbs = find_words(hashes, word_set(f"{_SAYING} told wrote according"))
    verbs = verbs[(verbs > 0) & (verbs < len(hashes) - 2)]
    # Of "according to" the second word.
    to = hashes[verbs] == np.uint64(hash_of("according"))
    verbs = verbs + to
    if not len(verbs):
        return Measure(0.0)
    last = len(hashes) - 1
    # "Reed, said" as well as "Reed said".
    before = np.where(tokens.code[verbs - 1] == ord(","), np.maximum(verbs - 2, 0), verbs - 1)
    # Behind a quotation or a comma: "...", said Ann Reed; said the group's director Ann Reed; according to Mayor Brandt.
    closed = to | ((tokens.code[verbs - 1] == ord(",")) | (tokens.flags[verbs - 1] & QUOTE > 0)) & ~is_one_of(hashes[verbs], word_set("told wrote"))
    after = verbs + 1
    article = is_one_of(hashes[after], word_set("the a an"))
    after = np.minimum(after + article, last)
    # "the group's director": one small word may stand between the article and the office.
    trades = word_set(_ROLES)
    after = np.minimum(after + (article & (tokens.kind[after] == WORD) & ~tokens.capital[after] & ~is_one_of(hashes[after], trades)), last)
    has_role = is_one_of(hashes[after], trades) & ~tokens.capital[after]
    after = np.minimum(after + has_role, last)
    titled = is_one_of(hashes[after], word_set(_TITLES))
    after = np.minimum(after + titled, last)
    after = np.minimum(after + (titled & (tokens.code[after] == ord("."))), last)
    # "Havertz added two more goals", "Skin Conditions Explained".
    adds = (hashes[verbs] == np.uint64(hash_of("added"))) & ~(is_one_of(hashes[verbs + 1], word_set("that")) | (tokens.code[verbs + 1] == ord(",")) | (tokens.flags[verbs + 1] & QUOTE > 0))
    # "READ MORE: The strike explained": a headline ends there without a stop.
    adds |= (hashes[verbs] == np.uint64(hash_of("explained"))) & (tokens.line[verbs + 1] != tokens.line[verbs])
    said_by = _is_name(tokens, before) & (sentence[before] == sentence[verbs]) & ~to & ~adds & ~tokens.capital[verbs]
    told_by = _is_name(tokens, after) & (sentence[after] == sentence[verbs]) & closed & (~article | has_role) & ~tokens.capital[verbs]
    if not said_by.any() and not told_by.any():
        return Measure(0.0)
    said, told, source = verbs[said_by], (verbs - to)[told_by], to[told_by]
    before, after, titled, has_role = before[said_by], after[told_by], titled[told_by], has_role[told_by]
    # The last word of the name counts ("Ann Reed"), the whole name is shown.
    first = after
    begins = before - _run(tokens, sentence, before, -1)
    after = after + _run(tokens, sentence, after, 1)
    front = np.maximum(begins - 1, 0)
    # "Mr. Reed said": the title stands before the stop.
    front_title = np.maximum(front - (tokens.code[front] == ord(".")), 0)
    with_title = np.concatenate([is_one_of(hashes[front_title], word_set(_TITLES)), titled])
    names, starts = np.concatenate([before, after]), np.concatenate([begins, first])
    low, high = np.concatenate([begins, told]), np.concatenate([said, after])
    office = np.concatenate([is_one_of(hashes[front], word_set(f"the a an our {_BEFORE_NO_SPEAKER}")) & (begins > 0) & (sentence[front] == sentence[said]), _no_person(tokens, sentence, after, source & ~titled & ~has_role)])
    office |= is_one_of(hashes[names], word_set(_ORGANISATIONS))
    bodies = word_set(_BODIES)
    for step in (1, 2):
        office |= (names - step >= starts) & is_one_of(hashes[np.maximum(names - step, 0)], bodies)
    people = ((starts < names) | with_title | _named_in_full(tokens, names)) & ~office
    outlets, ends, _ = page.other_outlets
    if len(outlets) and people.any():
        within = np.searchsorted(outlets, tokens.start[names], "right") - 1
        people &= ~((within >= 0) & (tokens.start[names] < ends[within]))
    names, low, high = names[people], low[people], high[people]
    _, once = np.unique(hashes[names], return_index=True)
    # Capitals throughout are an outlet or office ("EKN said"), a genitive is no speaker ("McDonald's said").
    once = once[[not page.text[start:end].isupper() and page.text[start:end][-2:] not in ("'s", "’s") for start, end in zip(tokens.start[names[once]].tolist(), tokens.end[names[once]].tolist(), strict=True)]] if len(once) else once
    low, high = low[once], high[once]
    order = np.argsort(low, kind="stable")
    return Measure(float(min(len(once), 10)), token_spans(tokens, low[order], high[order]))


@feature(trust=Trust.RISES, facets=("aggregation",), version=2)
def introduced_people_rate(page: Page) -> Measure:
    """People introduced with what they are ("Ada Brandt, director of ...") per 1,000 words of the body.

    An office or trade stands within a few words behind the name, or an age between commas.
    """
    if not page.has_body:
        return UNKNOWN
    tokens = page.body_tokens
    comma = true_at(tokens.code == ord(","))
    comma = comma[(comma > 1) & (comma < len(tokens.hash) - 2)]
    comma = comma[(tokens.line[comma - 2] == tokens.line[comma + 1]) & ~tokens.capital[comma + 1] & tokens.capital[comma - 1] & tokens.capital[comma - 2]]
    comma = comma[_is_name(tokens, comma - 1) & _is_name(tokens, comma - 2)]
    comma = comma[~is_one_of(tokens.hash[comma - 1], word_set(_ORGANISATIONS))]
    if not len(comma):
        return Measure(0.0)
    following = comma + 1
    age = (tokens.kind[following] == NUMBER) & (tokens.end[following] - tokens.start[following] == 2) & (tokens.code[following + 1] == ord(",")) & (tokens.code[following] > ord("0"))
    opens = is_one_of(tokens.hash[following], word_set(f"{_QUALIFIES} {_ROLES}"))
    comma, age = comma[opens | age], age[opens | age]
    if not len(comma):
        return Measure(0.0)
    # The office is told before the next mark, and is not what somebody else is: "the wife of the mayor".
    reach = np.minimum(comma[:, None] + np.arange(1, _REACH_OF_ROLE + 1), len(tokens.hash) - 1)
    words, kinds = tokens.hash[reach], tokens.kind[reach]
    is_role = is_one_of(words.ravel(), word_set(_ROLES)).reshape(reach.shape) & ~tokens.capital[reach]
    stops = ((kinds == MARK) & (tokens.code[reach] != ord("-"))) | (kinds == NUMBER) | is_one_of(words.ravel(), word_set(_TURNS)).reshape(reach.shape) | (tokens.line[reach] != tokens.line[comma][:, None])
    first_role, first_stop = is_role.argmax(axis=1), np.where(stops.any(axis=1), stops.argmax(axis=1), _REACH_OF_ROLE)
    has_role = is_role.any(axis=1) & (first_role < first_stop)
    last = np.where(age, comma + 1, np.where(has_role, comma + 1 + first_role, -1))
    comma, last = comma[last >= 0], last[last >= 0]
    return Measure(1000 * len(comma) / max(page.body_word_count, LEAST_WORDS), token_spans(tokens, comma - 2, last))


@feature(trust=Trust.RISES, facets=("aggregation", "farm"), version=3)
def own_reporting_rate(page: Page) -> Measure:
    """Signs that the writer asked, tested or counted ("told us", "we tested") per 1,000 words of the body.

    Leaves alone: what people say in quotation marks, and sentences that name another outlet, which did the asking then.
    """
    if not page.has_body:
        return UNKNOWN
    found = own_hits(page, (Zone.BODY,), "own_reporting")
    if found:
        outlets, _, line = page.other_outlets
        outlets = outlets[page.zones[line] == Zone.BODY]
        tokens, sentence = page.body_tokens, page.sentence_of
        others = set(sentence[np.searchsorted(tokens.start, outlets)].tolist())
        found = [pair for pair in found if int(sentence[np.searchsorted(tokens.start, pair[0])]) not in others]
    return rate(page, found)


@feature(trust=Trust.RISES, facets=("aggregation", "farm", "promotion"), version=3)
def first_hand_rate(page: Page) -> Measure:
    """First-person experience ("I tried", "my husband") per 1,000 words of the body, outside quotations."""
    return own_rate(page, "first_hand")


@feature(trust=Trust.RISES, facets=("aggregation", "farm"), version=2)
def told_experience_rate(page: Page) -> Measure:
    """Sentences outside quotations in which an "I" or "we" did something, with a number or name, per 100 sentences."""
    if page.sentence_count < 5:
        return UNKNOWN
    tokens, sentence = page.body_tokens, page.sentence_of
    persons = find_words(tokens.hash, word_set("i we i've we've"))
    persons = persons[persons < len(tokens.hash) - 2]
    if not len(persons):
        return Measure(0.0)
    # The verb follows at once or behind one word ("I also tried"); a firm's "we built" is no experience.
    together = is_one_of(tokens.hash[persons], word_set("we we've"))
    between = is_one_of(tokens.hash[persons + 1], word_set(_BETWEEN))
    verb = tokens.hash[persons + 1 + between]
    did = np.where(together, is_one_of(verb, word_set(_DID_TOGETHER)), is_one_of(verb, word_set(_DID)))
    persons = persons[did]
    persons = persons[~spoken(page, tokens.start[persons], tokens.line[persons])]
    if not len(persons):
        return Measure(0.0)
    told = np.unique(sentence[persons])
    # A number, or a capitalised word within the sentence.
    particular = tokens.capital & (tokens.end - tokens.start > 2)
    particular[1:] &= sentence[1:] == sentence[:-1]
    particular[:1] = False
    particular &= ~is_one_of(tokens.hash, word_set("i'm i've i'd i'll"))
    particular |= tokens.kind == NUMBER
    known = np.bincount(sentence[particular], minlength=page.sentence_count) > 0
    found = told[known[told]]
    return Measure(100 * len(found) / page.sentence_count, sentence_spans(page, found))


@feature(trust=Trust.RISES, facets=("aggregation", "farm"))
def past_particulars_rate(page: Page) -> Measure:
    """Days of the week, ages, clock times and days such as "last night" per 1,000 words of the body."""
    return body_rate(page, "particulars")
