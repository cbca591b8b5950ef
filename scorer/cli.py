"""What can be asked for from a shell?

Each verb calls the module of its name and prints what comes back; words and defaults are those of the Python functions.
Exit codes: 0 all is well, 1 some input could not be read or some data are not sound, 2 the command was not understood.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

# Everything else is imported where it is used: `scorer --help` must not wait for numpy.
if TYPE_CHECKING:
    from scorer.batch import State, Tally
    from scorer.model import Model
    from scorer.page import Page
    from scorer.read import Record
    from scorer.score import PageScore

_MODEL = click.option(
    "--model", metavar="FOLDER", help="A model that 'scorer train' wrote, instead of the one that is shipped."
)


class _Failure(click.ClickException):
    """Something that was asked for rightly and cannot be done."""

    exit_code = 1


@contextmanager
def _sentences() -> Iterator[None]:
    """Turns what may go wrong with the user's files into a sentence and an exit code."""
    from scorer.read import Unreadable
    from scorer.shipped import ModelMismatch

    try:
        yield
    except Unreadable as fault:
        raise _Failure(_harmless(str(fault))) from None
    except ModelMismatch as fault:
        raise click.UsageError(str(fault)) from None
    except OSError as fault:
        raise _Failure(
            f"{fault.filename or 'the output'}: {fault.strerror or fault}; free space or change permissions, then run the same command again"
        ) from None


def _harmless(said: str) -> str:
    """A message for the terminal; what is in it of a page or a file's name may hold codes that a terminal obeys."""
    from scorer.explain.account import visible

    return "\n".join(map(visible, said.splitlines()))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="page-trust-scorer")
def main() -> None:
    """Scores how trustworthy crawled web pages look: content farm or not, clickbait or not, and why."""


# -- score ---------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="Where the scores go: a name that ends in .parquet, .jsonl or .csv (.jsonl.gz, .csv.zst).",
)
@click.option("--workers", type=click.IntRange(1), help="Worker processes; one for each core unless told.")
@click.option("--features", is_flag=True, help="Add a column for every feature.")
@click.option(
    "--keep",
    metavar="COLUMN",
    multiple=True,
    help="A column of the input (a header of WARC records) to pass through; may be repeated.",
)
@click.option(
    "--format", type=click.Choice(["parquet", "jsonl", "csv"]), help="The output's format where its name does not tell."
)
@click.option("--overwrite", is_flag=True, help="Replace OUT if it exists.")
@click.option(
    "--page-seconds",
    type=click.FloatRange(0.1),
    default=1.0,
    show_default=True,
    help="CPU time that one page may take before it is given up.",
)
@click.option(
    "--page-megabytes",
    type=click.IntRange(100),
    default=1_000,
    show_default=True,
    help="Memory that one page may take before it is given up.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask", "spark", "ray"]),
    default="local",
    show_default=True,
    help="What runs the work; others than local score tables.",
)
@click.option(
    "--profile", is_flag=True, help="Print where the time goes, by stage and feature, in one process; writes nothing."
)
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON to standard output.")
@_MODEL
def score(
    inputs: tuple[str, ...], output: str | None, workers: int | None, features: bool, keep: tuple[str, ...], format: str | None,
    overwrite: bool, page_seconds: float, page_megabytes: int, engine: str, profile: bool, as_json: bool, model: str | None,
) -> None:  # fmt: skip
    """Score every page in INPUT: WARC, WET, Parquet, JSONL, CSV, HTML and text files, folders and globs of them, or "-".

    One row a page goes to OUT, in the order of the input; a page that cannot be scored has a sentence in its column
    'error'. A run that was stopped goes on where it was when the same command is given again.
    """
    with _sentences():
        if profile:
            from scorer.timing import profile as time_pages

            click.echo(time_pages(inputs, model=model))
            return
        if output is None:
            raise click.UsageError("say where the scores go, for example: -o scores.parquet")
        workers = workers or _cores()
        options: dict[str, Any] = {
            "model": model,
            "workers": workers,
            "features": features,
            "keep": keep,
            "overwrite": overwrite,
        }
        if engine != "local":
            _score_with(engine, inputs, output, options, as_json=as_json)
            return
        tally = _score_here(inputs, output, {**options, "format": format, "page_seconds": page_seconds, "page_megabytes": page_megabytes})
    _tell(tally, inputs, as_json=as_json)
    if not tally.complete:
        sys.exit(_Failure.exit_code)


def _score_here(inputs: tuple[str, ...], output: str, options: dict[str, Any]) -> Tally:
    import pyarrow as pa

    from scorer.batch import Refused, score_files
    from scorer.workers import WorkersFailed
    from scorer.write import Unwritable

    # Arrow's own allocator keeps what it has freed, which for Parquet files of large pages comes to hundreds of MB.
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        with _progress_bar() as progress:
            return score_files(inputs, output, progress=progress, **options)
    except (Refused, Unwritable) as fault:
        raise click.UsageError(str(fault)) from None
    except WorkersFailed as fault:
        raise _Failure(str(fault)) from None
    except KeyboardInterrupt:
        click.echo(f"Stopped. What is scored is kept in {output}.work; the same command goes on from there.", err=True)
        sys.exit(130)


def _tell(tally: Tally, inputs: tuple[str, ...], *, as_json: bool) -> None:
    from scorer import summary

    if as_json:
        import orjson

        click.echo(orjson.dumps(summary.as_json(tally), option=orjson.OPT_INDENT_2))
        return
    from rich.console import Console

    summary.render_summary(tally, inputs, console=Console(stderr=True))


def _score_with(engine: str, inputs: tuple[str, ...], output: str, options: dict[str, Any], *, as_json: bool) -> None:
    from importlib import import_module

    from scorer.engines import EngineFailed

    try:
        pages = import_module(f"scorer.engines.{engine}").score_files(inputs, output, **options)
    except EngineFailed as fault:
        raise click.UsageError(str(fault)) from None
    if as_json:
        import orjson

        click.echo(orjson.dumps({"output": output, "pages": pages, "engine": engine}, option=orjson.OPT_INDENT_2))
    else:
        click.echo(f"{pages:,} pages scored with {engine}\nwritten to {output}\nthe batch at a glance: scorer report {output} -o report.html", err=True)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


@contextmanager
def _progress_bar() -> Iterator[Callable[[State], None]]:
    """Shows how far a run is: a bar where a person is watching, else a line a minute."""
    if not sys.stderr.isatty():
        yield _progress_lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    said = "{task.fields[said]}"
    with Progress(
        BarColumn(), TextColumn(said), TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("", total=None, said="starting")

        def show(state: State) -> None:
            bar.update(task, completed=state.position, total=state.size or None, said=str(state))

        yield show


def _progress_lines(seconds: float = 60) -> Callable[[State], None]:
    """A line now and then, for logs."""
    last = 0.0

    def show(state: State) -> None:
        nonlocal last
        if state.seconds - last >= seconds:
            last = state.seconds
            left = state.seconds_left
            click.echo(str(state) if left is None else f"{state}, {left / 60:,.0f} min left", err=True)

    return show


# -- explain -------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("page")
@click.option("--url", default="", help="Where the page is from.")
@click.option(
    "--id", "ident", metavar="ID", help="Which page, where PAGE is an archive or a table; the first unless told."
)
@click.option("--html", metavar="OUT", help="Write the explanation as a web page.")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
@_MODEL
def explain(page: str, url: str, ident: str | None, html: str | None, as_json: bool, model: str | None) -> None:
    """Score one PAGE (a file, or "-") and show why: the facets, and the reasons with the words they were found in."""
    with _sentences():
        record = _find_page(page, ident)
        document, result, trained = _judge(record._replace(url=url or record.url), model)
        if as_json:
            import orjson

            from scorer.explain import as_json as account

            click.echo(orjson.dumps(account(document, result), option=orjson.OPT_INDENT_2))
        elif html is not None:
            from scorer.explain import render_html

            Path(html).write_text(render_html(document, result, model=trained), encoding="utf-8")
            click.echo(f"written to {html}", err=True)
        else:
            from rich.console import Console

            from scorer.explain import render_terminal

            render_terminal(document, result, console=Console())


def _find_page(path: str, ident: str | None) -> Record:
    from scorer.read import Unreadable, read

    for record in read([path]):
        if ident is None or record.id == ident:
            if record.error:
                raise Unreadable(f"{record.id}: {record.error}")
            return record
    raise Unreadable(f"{path} holds no page" + ("" if ident is None else f" with the id {ident!r}"))


def _judge(record: Record, model: str | None) -> tuple[Page, PageScore, Model]:
    from scorer.model import Model
    from scorer.read import Unreadable
    from scorer.score import judge, read_page, wrong_kind

    if fault := wrong_kind(record.content):
        raise Unreadable(f"{record.id}: {fault}")
    page = read_page(record.content, record.url, title=record.title, kind=record.kind, charset=record.charset)
    trained = Model.load(model)
    return page, judge(page, trained), trained


# -- report --------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("scores", metavar="SCORES...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="OUT", default="report.html", show_default=True, help="The file to write.")
@click.option("--by", metavar="COLUMN", multiple=True, help="A column to group pages by; may be repeated.")
def report(scores: tuple[str, ...], output: str, by: tuple[str, ...]) -> None:
    """Tell a batch at a glance: SCORES are files that 'scorer score' wrote, or folders of them; one web page comes out."""
    from scorer.charts import ChartsMissing
    from scorer.report import write_report

    with _sentences():
        try:
            found = write_report(scores, output, by=by)
        except ChartsMissing as fault:
            raise click.UsageError(str(fault)) from None
    click.echo(f"{found.pages:,} pages\nwritten to {output}", err=True)


# -- sites ---------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("scores", metavar="SCORES...", nargs=-1, required=True)
@click.option(
    "-o", "--output", metavar="OUT", required=True, help="Where the sites go: a name that ends in .parquet, .jsonl or .csv."
)
@click.option("--overwrite", is_flag=True, help="Replace OUT if it exists.")
@click.option("--memory", default="1GB", show_default=True, help="What may be held in memory; the rest goes to disk.")
@click.option(
    "--domain", metavar="COLUMN", help="A column kept when scoring that names the site of pages without a url."
)
@click.option(
    "--blocklist",
    type=click.Choice(["ublacklist", "domains", "adblock"]),
    multiple=True,
    help="Write a blocklist and its evidence beside OUT; may be repeated.",
)
@click.option(
    "--cut",
    type=click.FloatRange(0, 1),
    default=0.4,
    show_default=True,
    help="List sites whose whole interval of trust lies below.",
)
@click.option(
    "--least-pages", type=click.IntRange(1), default=3, show_default=True, help="List no site with fewer pages."
)
@click.option(
    "--allow", metavar="FILE", multiple=True, help="Sites never to list, one a line; may be repeated."
)
def sites(
    scores: tuple[str, ...], output: str, overwrite: bool, memory: str, domain: str | None, blocklist: tuple[Any, ...], cut: float,
    least_pages: int, allow: tuple[str, ...],
) -> None:  # fmt: skip
    """Sum up SCORES, files that 'scorer score' wrote, into one row a site, and nominate sites for a blocklist."""
    from scorer.blocklist import BadAllowList, read_allowed, write_lists
    from scorer.sites import NoSites, summarize
    from scorer.write import Unwritable, format_of

    with _sentences():
        try:
            if blocklist and format_of(output) != "parquet":
                raise click.UsageError("blocklists are made from Parquet: let the name of OUT end in .parquet")
            for path in allow:  # a mistake in it is told before the long part
                read_allowed(path)
            click.echo(str(summarize(scores, output, overwrite=overwrite, memory=memory, domain=domain)), err=True)
            if blocklist:
                click.echo(str(write_lists(output, blocklist, cut=cut, least_pages=least_pages, allow=allow)), err=True)
        except (NoSites, Unwritable, BadAllowList) as fault:
            raise click.UsageError(str(fault)) from None


# -- features ------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("name", required=False)
@click.option("--markdown", is_flag=True, help="Print a Markdown table.")
def features(name: str | None, markdown: bool) -> None:
    """List what is measured: name, family, the way trust may move when it rises, meaning. With NAME, all about that one."""
    from scorer import FEATURES

    if name is not None:
        if name not in FEATURES:
            raise click.UsageError(f"there is no feature {name!r}; 'scorer features' lists them all")
        click.echo(_about(FEATURES[name]))
        return
    rows = [(f.name, f.family, f.trust.name.lower(), f.summary) for f in FEATURES.values()]
    if markdown:
        click.echo("| feature | family | trust | meaning |\n|---|---|---|---|")
        for row in rows:
            click.echo("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |")
        return
    _print_table(("feature", "family", "trust", "meaning"), rows)


def _about(feature: Any) -> str:
    import inspect

    moves = {"FALLS": "trust falls when it rises", "RISES": "trust rises with it", "FREE": "trust may move either way"}[
        feature.trust.name
    ]
    return f"{feature.name} ({feature.family}, version {feature.version}): {moves}\n\n{inspect.cleandoc(feature.measure.__doc__ or '')}"


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*head, box=box.SIMPLE)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


# -- models and data -----------------------------------------------------------------------------------------------

_FEATURES = click.option(
    "--features",
    "features_path",
    type=Path,
    default="data/features.parquet",
    show_default=True,
    help="The table of feature values.",
)
_PAGES = click.option(
    "--pages", type=Path, default="data/pages.csv", show_default=True, help="The table of pages and their ratings."
)


@main.command()
@_FEATURES
@_PAGES
@click.option(
    "-o",
    "--output",
    type=Path,
    default="models/page-trust",
    show_default=True,
    help="The folder that the model goes to.",
)
@click.option(
    "--samples",
    type=Path,
    default="data/samples",
    show_default=True,
    help="Pages whose scores the model is to remember.",
)
def train(features_path: Path, pages: Path, output: Path, samples: Path) -> None:
    """Train a model from feature values and ratings."""
    from scorer.data import DataError
    from scorer.train import train as train_model

    try:
        train_model(features_path, pages, output, samples=samples if samples.is_dir() else None)
    except DataError as fault:
        raise _Failure(str(fault)) from None
    click.echo(f"written to {output}", err=True)


@main.command()
@_FEATURES
@_PAGES
@click.option(
    "--model",
    type=Path,
    default="models/page-trust",
    show_default=True,
    help="The model; report.md goes to its folder.",
)
def evaluate(features_path: Path, pages: Path, model: Path) -> None:
    """Measure how well a model of these data does, by cross-validation over domains, and print the report."""
    from scorer.data import DataError
    from scorer.evaluate import evaluate as evaluate_model

    try:
        with _sentences():
            click.echo(evaluate_model(features_path, pages, model))
    except DataError as fault:
        raise _Failure(str(fault)) from None


@main.command("check-data")
@_FEATURES
@_PAGES
def check_data(features_path: Path, pages: Path) -> None:
    """Check ratings and feature values; a sentence for each thing that is wrong, and exit code 1."""
    from scorer.data import check

    problems = check(features_path, pages)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(_Failure.exit_code)
    click.echo(f"{features_path} and {pages}: all is well", err=True)


if __name__ == "__main__":
    main()
