"""How does a whole crawl get scored, however large, and whatever happens meanwhile?

The parent reads pages and cuts them into shards, workers score each shard into a file of its own in a folder beside the
output (``scores.parquet.work``), and when all are there they are put together in order. So the output is the same with
any number of workers, and a run that was killed goes on where it was: the same command finds the shards that are
finished, and a manifest that says of which inputs, model and options they are.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa

from scorer import read, write
from scorer.explain.account import visible
from scorer.model import Model
from scorer.read import STANDARD_INPUT, Notes, Record
from scorer.workers import PAGE_MEGABYTES, PAGE_SECONDS, Job, Pool, Settings, part_path

SHARD_BYTES = 4_000_000
SHARD_ROWS = 256
_GROUP_ROWS = 20_000
_GROUP_BYTES = 64_000_000


class Refused(ValueError):
    """A run that must not begin; the message is a sentence that says why and what to do."""


@dataclass
class State:
    """How far a run is: pages scored (of these `low`, and without a score `errors`), and bytes of the input read.

    `resumed` pages were scored by an earlier run; they end at `resumed_to`.
    """

    pages: int = 0
    low: int = 0
    errors: int = 0
    resumed: int = 0
    resumed_to: int = 0
    position: int = 0
    size: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes; None where that cannot be told."""
        done = self.position - self.resumed_to
        return (self.size - self.position) * self.seconds / done if done > 0 and self.size else None

    def __str__(self) -> str:
        return (
            f"{self.pages + self.resumed:,} pages, {self.pages / max(self.seconds, 0.1):,.0f}/s, "
            f"{self.low / max(self.pages, 1):.0%} low, {self.errors:,} without a score"
        )


@dataclass
class Tally:
    """What came of a run. `errors` counts pages without a score by cause, `examples` has the id of the first of each.

    `lowering` counts, over the pages called low, the reasons that lower trust, and `meanings` says what each is; `least` is the lowest trust and its id.
    """

    output: str
    verdicts: Counter[str] = field(default_factory=Counter)
    lowering: Counter[str] = field(default_factory=Counter)
    meanings: dict[str, str] = field(default_factory=dict)
    least: tuple[float, str] = (math.inf, "")
    errors: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    resumed: int = 0
    seconds: float = 0.0

    @property
    def pages(self) -> int:
        return self.verdicts.total()

    @property
    def complete(self) -> bool:
        """Whether all input could be read, and some of it scored."""
        return not self.problems and self.errors.total() < self.pages

    def add(self, rows: pa.Table) -> None:
        self.verdicts.update(rows.column("verdict").to_pylist())
        for ident, error in zip(rows.column("id").to_pylist(), rows.column("error").to_pylist(), strict=True):
            if error:
                cause = error.partition(": ")[0]
                self.errors[cause] += 1
                self.examples.setdefault(cause, ident)
        verdicts = rows.column("verdict").to_pylist()
        self._add_reasons(rows.column("reasons").combine_chunks(), verdicts)
        for ident, trust, evidence in zip(*(rows.column(name).to_pylist() for name in ("id", "trust", "evidence")), strict=True):
            if trust is not None and trust < self.least[0] and evidence != "none":
                self.least = trust, ident

    def _add_reasons(self, reasons: pa.ListArray, verdicts: Sequence[str]) -> None:
        # By column, for as Python objects the quotes of a group of rows would take more time and memory than they are worth.
        flat = reasons.flatten()
        features, effects, summaries = (flat.field(name).to_pylist() for name in ("feature", "effect", "summary"))
        lengths = reasons.value_lengths().to_pylist()
        at = 0
        for verdict, length in zip(verdicts, lengths, strict=True):
            for i in range(at, at + (length or 0)):
                if verdict == "low" and effects[i] < 0:
                    self.lowering[features[i]] += 1
                    self.meanings.setdefault(features[i], summaries[i].rpartition(": ")[0])
            at += length or 0

    def counts(self) -> dict[str, Any]:
        """All but the name of the output and the time, as JSON can have it."""
        return {
            "verdicts": self.verdicts, "errors": self.errors, "examples": self.examples, "problems": self.problems, "left_out": self.left_out, "mended": self.mended,
        }  # fmt: skip

    @staticmethod
    def of(counts: Mapping[str, Any], output: str) -> Tally:
        """The tally of these `counts`, of a run that is over."""
        tally = Tally(output, examples=counts["examples"], problems=counts["problems"])
        tally.verdicts.update(counts["verdicts"])
        tally.errors.update(counts["errors"])
        tally.left_out.update(counts["left_out"])
        tally.mended.update(counts["mended"])
        tally.resumed = tally.pages
        return tally

    def __str__(self) -> str:
        shares = ", ".join(f"{self.verdicts[verdict]:,} {verdict}" for verdict in ("low", "mixed", "high"))
        lines = [
            f"{self.pages:,} page{'' if self.pages == 1 else 's'}: {shares}, {self.errors.total():,} without a score, in {self.seconds:,.1f} s"
        ]
        if self.resumed:
            lines[0] += f" ({self.resumed:,} of them by an earlier run)"
        lines += [
            f"  {count:,} x {visible(cause)} (first: {visible(self.examples[cause])})" for cause, count in self.errors.most_common()
        ]
        lines += [f"  {count:,} {visible(cause)} left out" for cause, count in self.left_out.most_common()]
        lines += [f"  {count:,} {visible(cause)} read, with marks for what is broken" for cause, count in self.mended.items() if count]
        lines += [f"  {visible(problem)}" for problem in self.problems]
        return "\n".join([*lines, f"written to {self.output}"])


def score_files(
    inputs: str | Path | Iterable[str | Path],
    output: str | Path,
    *,
    model: str | Path | None = None,
    workers: int = 1,
    features: bool = False,
    keep: Iterable[str] = (),
    format: str | None = None,
    overwrite: bool = False,
    page_seconds: float = PAGE_SECONDS,
    page_megabytes: int = PAGE_MEGABYTES,
    shard_bytes: int = SHARD_BYTES,
    progress: Callable[[State], None] | None = None,
) -> Tally:
    """Scores every page of these files, folders, globs or "-" into `output`: Parquet, JSONL or CSV by its name or `format`.

    `keep`: columns of the input to pass through. `page_seconds`, `page_megabytes`: what CPU time and memory one
    page may take before it is given up.
    `progress` is called now and then. A run that was stopped is gone on with by the same call.
    """
    given = [str(inputs)] if isinstance(inputs, (str, Path)) else [str(item) for item in inputs]
    kept = tuple(dict.fromkeys(keep))
    folder = Path(f"{output}.work")
    finished = _finished(folder, output)
    overwrite = overwrite or finished is not None  # then the output is this run's own
    write.check(output, format=format, overwrite=overwrite)
    for name in kept:
        if name in write.COLUMNS or name.startswith("feature_"):
            raise Refused(f"the column {name!r} cannot be kept: the scores have one of that name")
    omitted = (str(output), f"{output}.part", str(folder))
    files = _fingerprint(given, omitted)
    manifest = _manifest(given, files, model, {"features": features, "keep": kept, "shard_bytes": shard_bytes})
    state = State(size=files.size)
    notes = Notes()
    with _work(folder, manifest, lasting=files.lasting):
        if finished is not None:  # it was stopped while it cleared up
            _clear(folder)
            return Tally.of(finished, str(output))
        records = read.read(given, keep=kept, notes=notes, leave_out=omitted)
        settings = Settings(str(folder), str(model or ""), features, page_seconds, page_megabytes)
        count = _score_shards(_cut(records, shard_bytes), settings, workers, state, notes, progress)
        if not count:
            shutil.rmtree(folder, ignore_errors=True)
            raise read.Unreadable(
                "\n".join(notes.problems or [f"there is no page in {', '.join(given)}; nothing was written"])
            )
        tally = Tally(str(output), problems=notes.problems, left_out=notes.left_out, mended=notes.mended, resumed=state.resumed)
        _assemble(folder, count, output, format, overwrite, manifest, tally)
        _clear(folder)
    tally.seconds = state.seconds
    return tally


# -- shards --------------------------------------------------------------------------------------------------------


def _cut(records: Iterable[Record], shard_bytes: int) -> Iterator[list[Record]]:
    """The records in order, some at a time: neither much memory nor many pages are at stake when a worker dies."""
    shard: list[Record] = []
    size = 0
    for record in records:
        shard.append(record)
        size += len(record.content)
        if size >= shard_bytes or len(shard) >= SHARD_ROWS:
            yield shard
            shard, size = [], 0
    if shard:
        yield shard


def _score_shards(
    shards: Iterable[list[Record]],
    settings: Settings,
    workers: int,
    state: State,
    notes: Notes,
    progress: Callable[[State], None] | None,
) -> int:
    """Has every shard scored that is not finished yet; returns how many there are."""
    positions: dict[int, int] = {}
    number = -1

    def show(done: Iterable[Any]) -> None:
        for shard in done:
            state.pages += shard.pages
            state.low += shard.low
            state.errors += shard.errors
            state.position = max(state.position, positions.pop(shard.number))
            if progress is not None:
                progress(state)

    with Pool(settings, workers=workers) as pool:
        for number, shard in enumerate(shards):
            if _is_finished(part_path(settings.folder, number), len(shard)):
                state.resumed += len(shard)
                state.position = state.resumed_to = notes.position
                continue
            positions[number] = notes.position
            pool.submit(Job.of(number, shard))
            show(pool.finished())
        show(pool.rest())
    return number + 1


def _is_finished(part: Path, rows: int) -> bool:
    if not part.exists():
        return False
    try:
        with pa.ipc.open_file(str(part)) as file:
            return bool(sum(file.get_batch(i).num_rows for i in range(file.num_record_batches)) == rows)
    except (pa.ArrowInvalid, OSError):
        return False


def _assemble(
    folder: Path,
    count: int,
    output: str | Path,
    format: str | None,
    overwrite: bool,
    manifest: dict[str, Any],
    tally: Tally,
) -> None:
    parts = [part_path(folder, number) for number in range(count)]
    schema = write.unify(_schema_of(part) for part in parts).with_metadata(
        {"scorer": manifest["scorer"], "model": manifest["model"]}
    )
    with write.writer(output, schema, format=format, overwrite=overwrite) as append:
        for rows in _groups(parts, schema):
            tally.add(rows)
            append(rows)
        # The output is known by its inode, which it keeps when it gets its name.
        mark = {"output": Path(f"{output}.part").stat().st_ino, **tally.counts()}
        write.write_beside(folder / "complete", json.dumps(mark))


def _schema_of(part: Path) -> pa.Schema:
    with pa.ipc.open_file(str(part)) as file:
        return file.schema


def _groups(parts: Sequence[Path], schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows of all parts, in tables of a size that suits a row group."""
    waiting: list[pa.Table] = []
    count = size = 0
    for part in parts:
        with pa.ipc.open_file(str(part)) as file:
            rows = write.conform(file.read_all(), schema)
        waiting.append(rows)
        count += rows.num_rows
        size += rows.nbytes
        if count >= _GROUP_ROWS or size >= _GROUP_BYTES:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting, count, size = [], 0, 0
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


# -- resuming ------------------------------------------------------------------------------------------------------


@dataclass
class _Files:
    """The size of each file by its name. `lasting`: whether they can be read again; what came through a pipe is gone."""

    sizes: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    lasting: bool = True

    @property
    def size(self) -> int:
        return sum(self.sizes.values())


def _fingerprint(inputs: Sequence[str], omitted: Iterable[str]) -> _Files:
    """The files of the input as they are now, by name, size and time of change."""
    digest, found = hashlib.sha256(), _Files()
    for file in read.find(inputs, Notes(), omitted):
        if file.path == STANDARD_INPUT or not Path(file.path).is_file():
            found.lasting = False
            found.sizes[file.path] = 0
        else:
            status = Path(file.path).stat()
            digest.update(
                f"{Path(file.path).absolute()}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(
                    "utf-8", "surrogateescape"
                )
            )
            found.sizes[file.path] = status.st_size
    found.digest = digest.hexdigest()
    return found


def _manifest(
    inputs: Sequence[str], files: _Files, model: str | Path | None, options: dict[str, Any]
) -> dict[str, Any]:
    return {
        "scorer": _version(), "model": Model.load(model).digest,
        "inputs": list(inputs), "files": files.sizes, "bytes": files.size, "digest": files.digest, "options": options,
    }  # fmt: skip


def _version() -> str:
    try:
        return version("page-trust-scorer")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "source"


@contextmanager
def _work(folder: Path, manifest: dict[str, Any], *, lasting: bool) -> Iterator[None]:
    """Holds the folder of a run's finished shards, new or left by a run of the same manifest that was stopped."""
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:
        raise Refused(
            f"{folder} is in the way: a run keeps its finished shards in a folder of that name; move it"
        ) from None
    with (folder / "lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(f"another run is writing to {folder}; wait for it, or choose another output") from None
        _match(folder, json.loads(json.dumps(manifest)), lasting=lasting)
        yield


def _match(folder: Path, manifest: dict[str, Any], *, lasting: bool) -> None:
    path = folder / "manifest.json"
    if path.exists() and lasting:
        earlier = json.loads(path.read_text())
        differing = [
            name for name in ("inputs", "options", "model", "scorer", "digest") if earlier.get(name) != manifest[name]
        ]
        if differing:
            changed = [name for name, size in manifest["files"].items() if earlier.get("files", {}).get(name) != size]
            since = f"input files (changed since{': ' + changed[0] if changed else ''})"
            what = {"digest": since, "scorer": "scorer version"}.get(differing[0], differing[0])
            raise Refused(
                f"{folder} holds an unfinished run with other {what}; run its command again to finish it, or delete that folder to begin anew"
            )
        return
    for leftover in folder.glob("*.arrow"):
        leftover.unlink()
    write.write_beside(path, json.dumps(manifest, indent=1))


def _finished(folder: Path, output: str | Path) -> dict[str, Any] | None:
    """What came of the run that wrote this output and was stopped before its folder was gone; None where it did not."""
    mark = folder / "complete"
    if not mark.exists() or not Path(output).exists():
        return None
    counts: dict[str, Any] = json.loads(mark.read_text("utf-8"))
    return counts if counts.pop("output") == Path(output).stat().st_ino else None


def _clear(folder: Path) -> None:
    """Removes the folder, the mark that its run is complete at the very end."""
    for part in folder.glob("*.arrow"):
        part.unlink()
    shutil.rmtree(folder, ignore_errors=True)
