"""What do the scores of its pages say of a site, and how sure can one be?

A site is what somebody registered, or one user's part of a host of user pages. The scores of a crawl, more rows than
memory holds, are read once into a database beside the output and summed up there, by DuckDB: a site with two pages is
pulled towards all sites (partial pooling), near-duplicates and repeated passages are found by the keys that scoring
left in each row (`imprint.py`), and each site keeps its strongest reasons with the pages that show them.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scorer import address, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

MEMORY = "1GB"
_PASS_ROWS = 8_000_000  # rows of keys that are grouped at a time: few enough to be grouped in memory
_MOST_REASONS = 5  # of a page, that are looked at; and of a site, that are kept
_EXAMPLES = 3
_LEAST_REPEATS = 3
_WITHIN, _BETWEEN = 0.05, 0.03  # variances, as among the sites of the development pages; for crawls that do not tell
_MOST_BYTES = 8_000_000  # of one row of JSONL or CSV
_BURST_PAGES, _BURST_TIMES, _BURST_SPAN = 5, 10, 30
_PLACE = r"^(?:[a-zA-Z][a-zA-Z0-9+.-]{0,20}:)?//[^/?#]{1,300}"

COLUMNS = {
    "site": "registered domain, or one user's part of a host of user pages",
    "pages": "pages with a score",
    "bodies": "pages whose bodies are not near-duplicates of each other, about: what the estimate counts",
    "unscored": "pages without a score",
    "trust": "how its pages stand (0 low, 1/2 middling, 1 high, by p_low and p_high), estimated by partial pooling",
    "trust_low": "lower end of the 95 % interval of `trust`",
    "trust_high": "upper end of the 95 % interval of `trust`",
    "mean_trust": "plain mean of the pages' trust",
    "share_low": "share of pages with the verdict low",
    "mean_p_low": "mean of the pages' p_low",
    "topic_pages": "pages whose topic is known",
    "topic_spread": "effective number of topics (exponential of their entropy); empty under 3 pages of known topic",
    "topics": "the commonest topics, at most 3",
    "near_duplicates": "share of pages whose body is a near-duplicate of another page's of the site",
    "copies": "share of pages whose body is a near-duplicate of a page's of another site",
    "boilerplate": "share of body paragraphs that stand on 3 pages of the site or more",
    "dated": "pages whose day of publication is known",
    "first_day": "first day of publication",
    "last_day": "last day of publication",
    "busiest_day": "the day on which most pages were published",
    "busiest_pages": "pages published on that day",
    "burst_share": "share of dated pages published on days with 5 pages or more and 10 times the site's daily mean",
    "reasons": "the strongest reasons: feature, summary, mean effect over all pages (log-odds), share of pages, example urls",
}
"""The columns of the table of sites, in order, with what each means."""

_NEEDED = ("id", "url", "trust", "p_low", "p_high", "verdict", "reasons")
_TYPES = {
    "id": "VARCHAR", "url": "VARCHAR", "trust": "DOUBLE", "p_low": "DOUBLE", "p_high": "DOUBLE", "verdict": "VARCHAR", "published_on": "VARCHAR", "main_topic": "VARCHAR",
    "reasons": "STRUCT(feature VARCHAR, effect DOUBLE, summary VARCHAR)[]", "body_keys": "BIGINT[]", "passage_keys": "BIGINT[]",
}  # fmt: skip


class NoSites(ValueError):
    """Scores that cannot be summed up; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Summary:
    """What came of it. `prior` and `spread`: mean and standard deviation of trust over sites; `within`: over a site's pages."""

    output: str
    sites: int
    pages: int
    unscored: int
    without_site: int
    prior: float
    spread: float
    within: float

    def __str__(self) -> str:
        lines = [f"{self.sites:,} sites, {self.pages:,} pages, {self.unscored:,} more without a score"]
        if self.without_site:
            lines.append(f"  {self.without_site:,} rows left out: their url names no host")
        lines.append(f"  trust over sites {self.prior:.2f} ± {self.spread:.2f}, within a site ± {self.within:.2f}")
        return "\n".join([*lines, f"written to {self.output}"])


def summarize(
    scores: str | Path | Iterable[str | Path],
    output: str | Path,
    *,
    format: str | None = None,
    overwrite: bool = False,
    memory: str = MEMORY,
    threads: int | None = None,
    domain: str | None = None,
) -> Summary:
    """Sums up these files (or folders of them) that `scorer score` wrote into one row a site (`COLUMNS`).

    `domain`: a column (kept when scoring) that names the site of pages whose url is not known. `memory`: what the database may hold in memory; what is more goes to a folder beside the output while it runs.
    """
    given = [str(scores)] if isinstance(scores, (str, Path)) else [str(item) for item in scores]
    found = write.check(output, format=format, overwrite=overwrite)
    by_format = _find(given)
    with _database(Path(output).absolute().parent, memory, threads) as base:
        _load(base, "\nUNION ALL\n".join(_reader(base, form, names, domain) for form, names in by_format.items()), domain)
        _estimate(base)
        _look_for_copies(base)
        _collect_reasons(base)
        rows = base.sql(f"SELECT {', '.join(COLUMNS)} FROM ({_SITES}) ORDER BY site").to_arrow_reader(20_000)
        with write.writer(output, rows.schema, format=found, overwrite=overwrite) as append:
            import pyarrow as pa

            for batch in rows:
                append(pa.Table.from_batches([batch]))
        counts = _row(base, "SELECT sites, pages, unscored, without_site, prior, spread, within FROM summary")
    return Summary(str(output), *counts)


@contextmanager
def _database(folder: Path, memory: str, threads: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        import duckdb
    except ImportError:
        raise NoSites("DuckDB is not installed; install it with: pip install 'page-trust-scorer[sites]'") from None
    with tempfile.TemporaryDirectory(prefix="scorer-sites-", dir=folder) as room:
        config: dict[str, Any] = {"memory_limit": memory, "temp_directory": room, "preserve_insertion_order": False}
        if threads:
            config["threads"] = threads
        try:
            base = duckdb.connect(f"{room}/sites.duckdb", config=config)
        except duckdb.Error as fault:
            raise NoSites(f"the database cannot be opened ({str(fault).splitlines()[0]}); check the memory given, such as 2GB") from None
        with base:
            try:
                yield base
            except duckdb.Error as fault:
                raise NoSites(f"the scores cannot be summed up ({str(fault).splitlines()[0]}); give files that 'scorer score' wrote, or more memory") from None


# -- reading -------------------------------------------------------------------------------------------------------


def _find(given: Sequence[str]) -> dict[str, list[str]]:
    """The files of scores that are meant, by format."""
    by_format: dict[str, list[str]] = {}
    for item in given:
        if Path(item).is_dir():
            inside = [path for path in sorted(Path(item).rglob("*.parquet")) if not any(part.startswith((".", "_")) for part in path.relative_to(item).parts)]
            if not inside:
                raise NoSites(f"there is no Parquet file in {item}; give the scores that 'scorer score' wrote")
            by_format.setdefault("parquet", []).extend(map(str, inside))
        elif Path(item).is_file():
            try:
                by_format.setdefault(write.format_of(item), []).append(item)
            except write.Unwritable:
                raise NoSites(f"{item} is no file of scores; give .parquet, .jsonl or .csv files that 'scorer score' wrote") from None
        else:
            raise NoSites(f"{item} does not exist; check the name")
    return by_format


def _reader(base: duckdb.DuckDBPyConnection, form: str, names: Sequence[str], domain: str | None) -> str:
    """SQL that reads these files: the columns of `_TYPES`, and `domain`."""
    listed = "[" + ", ".join(_quoted(name) for name in names) + "]"
    types = {**_TYPES, **({domain: "VARCHAR"} if domain else {})}
    table = {
        "parquet": f"read_parquet({listed}, union_by_name = true)",
        "jsonl": f"read_json({listed}, format = 'newline_delimited', map_inference_threshold = -1, maximum_object_size = {_MOST_BYTES})",
        "csv": f"read_csv({listed}, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', union_by_name = true, max_line_size = {_MOST_BYTES})",
    }[form]
    known = {row[0] for row in base.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()}
    missing = [name for name in (*_NEEDED, *([domain] if domain else [])) if name not in known]
    if missing:
        raise NoSites(f"{', '.join(names)}: there is no column {missing[0]!r}; give files that 'scorer score' wrote")
    if form == "jsonl":  # read by the types that are meant, not by those that the first lines suggest
        columns = "{" + ", ".join(f"{_named(name)}: {_quoted(kind)}" for name, kind in types.items()) + "}"
        table = f"read_json({listed}, format = 'newline_delimited', columns = {columns}, maximum_object_size = {_MOST_BYTES})"
        known = set(types)
    return "SELECT " + ", ".join(f"{_value(name, kind, form) if name in known else f'NULL::{kind}'} AS {_named(name)}" for name, kind in types.items()) + f" FROM {table}"


def _value(name: str, kind: str, form: str) -> str:
    if form != "csv" or kind == "VARCHAR":
        return _named(name)
    if kind.startswith("STRUCT"):
        return f"""from_json({name}, '[{{"feature": "VARCHAR", "effect": "DOUBLE", "summary": "VARCHAR"}}]')"""
    return f"nullif({name}, '')::{kind}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _load(base: duckdb.DuckDBPyConnection, source: str, domain: str | None) -> None:
    """Stores what is needed of each row, with the site that its url is of."""
    deep = [prefix.partition("/")[0] for prefix in _user_paths()]
    pattern = "|".join(name.replace(".", r"\.") for name in sorted(set(deep)))
    place = f"CASE WHEN regexp_matches(ltrim(left(url, 300)), {_quoted(f'^[^/]*//(?:[^/?#]*[.@])?(?:{pattern})(?:[:/]|$)')}) THEN regexp_extract(ltrim(left(url, 2000)), {_quoted(_PLACE + '(?:/[^/?#]{0,200}){0,2}')}) ELSE regexp_extract(ltrim(left(url, 2000)), {_quoted(_PLACE)}) END"
    if domain:
        place = f"CASE WHEN coalesce(url, '') <> '' THEN {place} ELSE '//' || left({_named(domain)}::VARCHAR, 300) END"
    base.execute(f"CREATE TABLE place AS SELECT DISTINCT {place} AS place FROM ({source}) WHERE place IS NOT NULL")
    _name_sites(base)
    base.execute(f"""
        CREATE TABLE page AS
        SELECT n, hash(coalesce(nullif(url, ''), id)) AS u, url, if(isnan(trust), NULL, trust) AS trust, least(greatest(if(isnan(p_low), NULL, p_low), 0), 1) AS p_low, verdict = 'low' AS low, (1 + p_high - p_low) / 2 AS standing,
            try_cast(published_on AS DATE) AS day, nullif(main_topic, '') AS topic, body_keys, passage_keys,
            list_transform(list_slice(reasons, 1, {_MOST_REASONS}), lambda r: {{'feature': r.feature, 'effect': r.effect::FLOAT}}) AS reasons
        FROM ({source}) JOIN place ON place.place = {place} WHERE site <> ''
    """)
    base.execute(f"CREATE TABLE rows AS SELECT count(*) AS rows FROM ({source})")
    base.execute(f"""
        CREATE TABLE said AS SELECT r.feature AS feature, regexp_replace(min(r.summary), ': [^:]*$', '') AS summary
        FROM (SELECT unnest(list_slice(reasons, 1, {_MOST_REASONS})) AS r FROM ({source})) GROUP BY 1
    """)


def _name_sites(base: duckdb.DuckDBPyConnection) -> None:
    """Gives each place the name and the number of its site."""
    import pyarrow as pa

    base.execute("CREATE TABLE named (place VARCHAR, site VARCHAR)")
    reader = base.cursor()
    batches = reader.sql("SELECT place FROM place").to_arrow_reader(100_000)
    for batch in batches:
        places = batch.column(0).to_pylist()
        base.register("names", pa.table({"place": batch.column(0), "site": pa.array([site_of(place) for place in places], pa.string())}))
        base.execute("INSERT INTO named SELECT * FROM names")
    base.execute("CREATE TABLE site AS SELECT site, row_number() OVER (ORDER BY site)::INTEGER AS n FROM (SELECT DISTINCT site FROM named)")
    base.execute("CREATE OR REPLACE TABLE place AS SELECT place, site, n FROM named JOIN site USING (site)")
    base.execute("DROP TABLE named")


def site_of(url: str) -> str:
    """The site that a url is of: the registered domain, and on hosts of user pages the user.

    >>> site_of("https://news.example.co.uk/a"), site_of("https://anna.blogspot.com/"), site_of("https://anna.substack.com/p/tea")
    ('example.co.uk', 'anna.blogspot.com', 'anna.substack.com')
    >>> site_of("https://medium.com/@anna/tea"), site_of("https://anna.medium.com/tea"), site_of("https://medium.com/"), site_of("//[x")
    ('medium.com/@anna', 'anna.medium.com', 'medium.com', '')
    """
    name = address.host(url)
    if not name:
        return ""
    names, paths = _user_names(), _user_paths()
    path = address.path(url).lower()
    for prefix in paths:
        host, _, folder = prefix.partition("/")
        if name == host and path.startswith(f"/{folder}") and (user := path[len(folder) + 1 :].partition("/")[0]):
            return f"{prefix}{user}"
    at = name.find(".")
    while at > 0:
        if name[at + 1 :] in names:
            return name[name.rfind(".", 0, at) + 1 :]
        at = name.find(".", at + 1)
    return address.site(name)


def is_shared(site: str) -> bool:
    """Whether many live under this name, so that no page on it speaks for the others.

    >>> is_shared("medium.com"), is_shared("github.io"), is_shared("anna.github.io"), is_shared("medium.com/@anna")
    (True, True, False, False)
    """
    return site in _user_names() or any(prefix.startswith(f"{site}/") for prefix in _user_paths()) or address.is_suffix(site)


@cache
def _user_hosts() -> tuple[str, ...]:
    text = (files("scorer") / "user_hosts.txt").read_text("utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def _user_names() -> frozenset[str]:
    return frozenset(name for name in _user_hosts() if "/" not in name)


@cache
def _user_paths() -> tuple[str, ...]:
    return tuple(name for name in _user_hosts() if "/" in name)


# -- estimates -----------------------------------------------------------------------------------------------------


def _estimate(base: duckdb.DuckDBPyConnection) -> None:
    """Sums up trust by site, and pools."""
    # Pages that share their first key have one body between them: together they count once.
    base.execute("""
        CREATE TABLE body AS
        SELECT n, coalesce(body_keys[1], u::HUGEINT) AS body, count(*) AS pages, avg(standing) AS standing, avg(trust) AS trust
        FROM page WHERE trust IS NOT NULL GROUP BY 1, 2
    """)
    base.execute("""
        CREATE TABLE sums AS
        SELECT n, sum(pages)::BIGINT AS pages, count(*) AS bodies, avg(standing) AS standing, sum(pages * trust) / sum(pages) AS mean_trust,
            coalesce(var_samp(standing) * (count(*) - 1), 0) AS squares
        FROM body GROUP BY 1
    """)
    sites, pages, bodies, of_squares, freedom, squares, middle = _row(
        base, "SELECT count(*), coalesce(sum(pages), 0), sum(bodies), sum(bodies * bodies), sum(bodies - 1), sum(squares), avg(standing) FROM sums"
    )
    if not sites:
        raise NoSites("no row has both a score and a url that names a host; score pages whose urls are known")
    within = max(squares / freedom, 1e-4) if freedom else _WITHIN
    # The variance between sites by moments (Henderson's first method), kept above nothing.
    (apart,) = _row(base, "SELECT sum(bodies * (standing - $1) ^ 2) FROM sums", [middle])
    spread = max((apart - (sites - 1) * within) / (bodies - of_squares / bodies), 1e-4) if sites > 1 else _BETWEEN
    (prior,) = _row(base, "SELECT sum(standing / ($1 + $2 / bodies)) / sum(1 / ($1 + $2 / bodies)) FROM sums", [spread, within])
    base.execute(
        """
        CREATE TABLE estimate AS
        SELECT *, keep * standing + (1 - keep) * $prior AS pooled, 1.96 * sqrt($spread * (1 - keep)) AS reach
        FROM (SELECT *, $spread / ($spread + $within / bodies) AS keep FROM sums)
        """,
        {"prior": prior, "spread": spread, "within": within},
    )
    base.execute(
        """
        CREATE TABLE summary AS
        SELECT (SELECT count(DISTINCT n) FROM page) AS sites, $pages::BIGINT AS pages, (SELECT count(*) FROM page WHERE trust IS NULL) AS unscored,
            (SELECT rows FROM rows) - (SELECT count(*) FROM page) AS without_site, $prior AS prior, $spread AS spread, $within AS within
        """,
        {"pages": int(pages), "prior": prior, "spread": math.sqrt(spread), "within": math.sqrt(within)},
    )


def _row(base: duckdb.DuckDBPyConnection, query: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
    """The one row that a query gives."""
    found: list[tuple[Any, ...]] = base.execute(query, list(values)).fetchall()
    return found[0]


def _look_for_copies(base: duckdb.DuckDBPyConnection) -> None:
    """Finds pages that share a key with another page, and paragraphs that many pages of a site share."""
    base.execute("CREATE TABLE shared (n INTEGER, u UBIGINT, near BOOLEAN, copy BOOLEAN)")
    for part, parts in _passes(base, "len(body_keys)"):
        base.execute(f"""
            INSERT INTO shared
            WITH keyed AS (SELECT n, u, unnest(body_keys) AS key FROM page),
                mine AS (SELECT n, u, key FROM keyed WHERE key % {parts} = {part}),
                common AS (SELECT key, min(n) <> max(n) AS copied FROM mine GROUP BY key HAVING min(u) <> max(u)),
                found AS (SELECT n, u, key, copied FROM mine JOIN common USING (key)),
                own AS (SELECT n, key FROM found GROUP BY n, key HAVING min(u) <> max(u))
            SELECT n, u, bool_or(own.key IS NOT NULL), bool_or(copied) FROM found LEFT JOIN own USING (n, key) GROUP BY n, u
        """)
    base.execute("""
        CREATE TABLE copies AS
        SELECT n, count(*) FILTER (near) AS near, count(*) FILTER (copy) AS copies
        FROM (SELECT n, u, bool_or(near) AS near, bool_or(copy) AS copy FROM shared GROUP BY n, u) GROUP BY n
    """)
    base.execute("CREATE TABLE urls AS SELECT n, count(*) AS urls FROM (SELECT DISTINCT n, u FROM page WHERE len(body_keys) > 0) GROUP BY n")
    base.execute("CREATE TABLE repeats (n INTEGER, stand BIGINT, repeated BIGINT)")
    for part, parts in _passes(base, "len(passage_keys)"):
        base.execute(f"""
            INSERT INTO repeats
            SELECT n, sum(pages), coalesce(sum(pages) FILTER (pages >= {_LEAST_REPEATS}), 0) FROM (
                SELECT n, passage, count(*) AS pages FROM (SELECT DISTINCT n, u, unnest(passage_keys) AS passage FROM page WHERE n % {parts} = {part}) GROUP BY 1, 2
            ) GROUP BY n
        """)


def _passes(base: duckdb.DuckDBPyConnection, size: str) -> Iterator[tuple[int, int]]:
    """(part, parts) for as many passes as keep the rows of each few enough."""
    (total,) = _row(base, f"SELECT coalesce(sum({size}), 0) FROM page")
    parts = 1 + int(total) // _PASS_ROWS
    for part in range(parts):
        yield part, parts


def _collect_reasons(base: duckdb.DuckDBPyConnection) -> None:
    """Each site's strongest reasons, by the sum of their effects over its pages, with the pages that show them most."""
    base.execute("CREATE TABLE why (n INTEGER, reasons STRUCT(feature VARCHAR, summary VARCHAR, effect DOUBLE, share DOUBLE, urls VARCHAR[])[])")
    for part, parts in _passes(base, "len(reasons)"):
        base.execute(f"""
            CREATE OR REPLACE TEMP TABLE told AS
            SELECT n, u, url, r.feature AS feature, r.effect AS effect FROM (SELECT n, u, url, unnest(reasons) AS r FROM page WHERE n % {parts} = {part})
        """)
        base.execute(f"""
            INSERT INTO why
            WITH summed AS (SELECT n, feature, sum(effect) AS effect, count(*) AS pages FROM told GROUP BY 1, 2),
                top AS (SELECT * FROM summed QUALIFY row_number() OVER (PARTITION BY n ORDER BY abs(effect) DESC, feature) <= {_MOST_REASONS}),
                shown AS (
                    SELECT n, feature, min({{'effect': -told.effect * sign(top.effect), 'url': url}}, {_EXAMPLES}) AS examples
                    FROM told JOIN top USING (n, feature) WHERE told.effect * top.effect > 0 GROUP BY 1, 2
                )
            SELECT n, list({{
                    'feature': feature, 'summary': said.summary, 'effect': round(top.effect / sums.pages, 4), 'share': round(top.pages / sums.pages, 4),
                    'urls': list_filter(list_transform(examples, lambda e: e.url), lambda x, i: list_position(list_transform(examples, lambda e: e.url), x) = i)
                }} ORDER BY abs(top.effect) DESC, feature)
            FROM top JOIN shown USING (n, feature) JOIN sums USING (n) JOIN said USING (feature) GROUP BY n
        """)


_SITES = f"""
    WITH plain AS (
        SELECT n, count(*) FILTER (trust IS NULL) AS unscored, avg(low::INTEGER) FILTER (trust IS NOT NULL) AS share_low,
            avg(p_low) FILTER (trust IS NOT NULL) AS mean_p_low FROM page GROUP BY n
    ), topic AS (
        SELECT n, sum(pages)::BIGINT AS topic_pages, exp(ln(sum(pages)) - sum(pages * ln(pages)) / sum(pages)) AS spread,
            list(topic ORDER BY pages DESC, topic)[:3] AS topics
        FROM (SELECT n, topic, count(*) AS pages FROM page WHERE topic IS NOT NULL GROUP BY 1, 2) GROUP BY n
    ), days AS (
        SELECT n, day, count(*) AS pages FROM page WHERE day IS NOT NULL GROUP BY 1, 2
    ), span AS (
        SELECT n, sum(pages)::BIGINT AS dated, min(day) AS first_day, max(day) AS last_day, max({{'pages': pages, 'day': day}}) AS busiest,
            sum(pages) / greatest(date_diff('day', min(day), max(day)) + 1, {_BURST_SPAN}) AS daily FROM days GROUP BY n
    ), burst AS (
        SELECT n, sum(pages) AS pages FROM days JOIN span USING (n) WHERE pages >= {_BURST_PAGES} AND pages >= {_BURST_TIMES} * daily GROUP BY n
    ), repeated AS (
        SELECT n, sum(repeated) / sum(stand) AS boilerplate FROM repeats GROUP BY n
    )
    SELECT site, coalesce(e.pages, 0) AS pages, coalesce(e.bodies, 0) AS bodies, unscored, round(pooled, 4) AS trust,
        round(greatest(pooled - reach, 0), 4) AS trust_low, round(least(pooled + reach, 1), 4) AS trust_high, round(mean_trust, 4) AS mean_trust,
        round(share_low, 4) AS share_low, round(mean_p_low, 4) AS mean_p_low, coalesce(topic_pages, 0) AS topic_pages,
        CASE WHEN topic_pages >= 3 THEN round(topic.spread, 2) END AS topic_spread, coalesce(topics, []) AS topics,
        round(coalesce(near, 0) / urls.urls, 4) AS near_duplicates, round(coalesce(copies, 0) / urls.urls, 4) AS copies, round(boilerplate, 4) AS boilerplate,
        coalesce(dated, 0) AS dated, first_day, last_day, busiest.day AS busiest_day, busiest.pages AS busiest_pages,
        CASE WHEN dated > 0 THEN round(coalesce(burst.pages, 0) / dated, 4) END AS burst_share, coalesce(why.reasons, []) AS reasons
    FROM plain JOIN site USING (n) LEFT JOIN estimate e USING (n) LEFT JOIN topic USING (n) LEFT JOIN span USING (n) LEFT JOIN burst USING (n)
        LEFT JOIN copies USING (n) LEFT JOIN urls USING (n) LEFT JOIN repeated USING (n) LEFT JOIN why USING (n)
"""
