"""How are pages scored side by side so that one that crashes or hangs costs nothing but its own row?

Each worker is a process of its own, fed through pipes by a thread here (a `_Lane`). Before a page is begun, the worker
notes its number on a board, a few bytes of shared memory that outlive it, and sets an alarm that ends it when the page
takes too long. When it dies, the lane knows the page, starts another worker and gives it the job anew. A page that took
too long, or ends a second worker, is given up and keeps its row with an error. Memory is bounded by the system: a worker
that would need more than its share for a page gets an error from the allocator, long before the kernel has to kill.
"""

from __future__ import annotations

import fcntl
import gc
import json
import mmap
import os
import pickle
import queue
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import traceback
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Self

import pyarrow as pa

from scorer.model import Model
from scorer.read import Record
from scorer.score import score_columns
from scorer.write import table

if TYPE_CHECKING:
    from types import TracebackType

_LENGTHS = struct.Struct(">QQ")
_PIPE = 1 << 20
"""Bytes that wait in a pipe to a worker: with the 64 kB that are usual the two would wake each other for every page."""
_PIECES = 64
_BOARD = struct.Struct("<qq")
_NOWHERE = (-1, -1)
_AHEAD = 2  # jobs a worker is given: one to score and one to go on with at once


PAGE_SECONDS = 1.0
"""Seconds of CPU time that one page may take; a page that waits without working is given up after `_PATIENCE` times that."""
PAGE_MEGABYTES = 1_000
"""Memory that a worker may take for one page, beyond what it needs when it starts."""
_PATIENCE = 20


class WorkersFailed(RuntimeError):
    """Workers that cannot be started or kept alive; the message says what they said last."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a worker needs to know once: the model's folder ("" for the one that is shipped), and what to write where."""

    folder: str
    model: str = ""
    features: bool = False
    page_seconds: float = PAGE_SECONDS
    page_megabytes: int = PAGE_MEGABYTES


@dataclass
class Job:
    """Some pages to be scored into one file. `given_up` says why for pages that ended two workers.

    `contents`: what the pages are, handed on as it is, or None where it is text; `records`: all else that is known of them, pickled.
    """

    number: int
    records: bytes
    contents: list[bytes | None]
    given_up: dict[int, str] = field(default_factory=dict)
    strikes: Counter[int] = field(default_factory=Counter)
    deaths: int = 0

    @staticmethod
    def of(number: int, records: Sequence[Record]) -> Job:
        contents = [record.content if isinstance(record.content, bytes) else None for record in records]
        without = [tuple(record if content is None else record._replace(content=b"")) for record, content in zip(records, contents, strict=True)]
        return Job(number, pickle.dumps(without, protocol=5), contents)

    def parcel(self) -> Iterator[bytes]:
        """What goes through the pipe to a worker, piece by piece; `_received` puts it together again."""
        sizes = [None if content is None else len(content) for content in self.contents]
        head = json.dumps({"number": self.number, "given_up": self.given_up, "sizes": sizes}).encode()
        yield _LENGTHS.pack(len(head), len(self.records)) + head
        yield self.records
        yield from filter(None, self.contents)


class Done(NamedTuple):
    """A job that is finished: how many pages it had, and of these how many were low and how many have an error."""

    number: int
    pages: int
    low: int
    errors: int


def part_path(folder: str | Path, number: int) -> Path:
    """Where the rows of one job are."""
    return Path(folder) / f"{number:08d}.arrow"


# -- in the worker -------------------------------------------------------------------------------------------------


def work() -> None:
    """The whole life of a worker process: settings, then jobs come in on standard input, replies leave on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    parcels, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not look like a reply
    try:
        _serve(parcels, replies)
    except BaseException:
        traceback.print_exc()
        os._exit(1)  # at once: an interpreter that is wound up takes its time


def _serve(parcels: BinaryIO, replies: BinaryIO) -> None:
    def reply(message: dict[str, Any]) -> None:
        replies.write(json.dumps(message).encode() + b"\n")
        replies.flush()

    settings = Settings(**json.loads(parcels.readline()))
    board = _open_board(parcels.readline().decode().strip())
    model = Model.load(settings.model or None)
    # What is loaded at first use must not count against the first page.
    score_columns([Record("", "", "", "<p>A page to warm up with. " * 9, "html")], model)
    # Nor need the collector look through it again with every few pages.
    gc.collect()
    gc.freeze()
    _limit_memory(settings.page_megabytes)
    reply({"ready": True})
    inbox: queue.SimpleQueue[tuple[dict[str, Any], list[Record]]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(parcels, inbox), daemon=True).start()
    while True:
        head, pages = inbox.get()
        reply(_score_job(head, pages, settings, model, board)._asdict())


def _limit_memory(megabytes: int) -> None:
    """Lets this process grow by so much and no further; systems that know no such limit are left as they are."""
    with suppress(OSError, ValueError):
        # Data rather than address space: mapped files and what allocators only reserve do not count.
        pages = int(Path("/proc/self/statm").read_text().split()[5])
        resource.setrlimit(resource.RLIMIT_DATA, (pages * resource.getpagesize() + megabytes * 1_000_000,) * 2)


def _receive(parcels: BinaryIO, inbox: queue.SimpleQueue[tuple[dict[str, Any], list[Record]]]) -> None:
    """Takes in the next job while one is being scored, and ends the process when the parent is gone."""
    try:
        while len(lengths := parcels.read(_LENGTHS.size)) == _LENGTHS.size:
            inbox.put(_received(parcels, *_LENGTHS.unpack(lengths)))
    except BaseException:  # without this thread the process would wait for ever
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _received(parcels: BinaryIO, of_head: int, of_records: int) -> tuple[dict[str, Any], list[Record]]:
    """The head of a job and its pages, as `Job.parcel` sent them."""
    head = json.loads(parcels.read(of_head))
    records = [Record(*values) for values in pickle.loads(parcels.read(of_records))]
    return head, [record if size is None else record._replace(content=parcels.read(size)) for record, size in zip(records, head["sizes"], strict=True)]


def _score_job(head: dict[str, Any], pages: Sequence[Record], settings: Settings, model: Model, board: mmap.mmap) -> Done:
    number: int = head["number"]
    given_up = {int(index): why for index, why in head["given_up"].items()}
    columns: dict[str, list[Any]] = {}
    kept: dict[str, list[Any]] = {}
    for index, record in enumerate(pages):
        _BOARD.pack_into(board, 0, number, index)
        # With the default action of these signals the system ends the process, wherever in native code it hangs. Time
        # of the CPU, so that a busy machine costs no page its score.
        signal.setitimer(signal.ITIMER_PROF, settings.page_seconds)
        signal.setitimer(signal.ITIMER_REAL, settings.page_seconds * _PATIENCE)
        if index in given_up:
            record = record._replace(content="", error=given_up[index])
        for name, value in score_columns([record], model, features=settings.features).items():
            columns.setdefault(name, []).extend(value)
        for name, value in record.extra.items():
            kept.setdefault(name, []).append(value)
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    _BOARD.pack_into(board, 0, *_NOWHERE)
    _write_part(part_path(settings.folder, number), columns, kept)
    return Done(number, len(pages), columns["verdict"].count("low"), len(pages) - columns["error"].count(""))


def _write_part(path: Path, columns: dict[str, list[Any]], kept: dict[str, list[Any]]) -> None:
    rows = table(columns, kept)
    beside = path.with_suffix(f".{os.getpid()}")
    with (
        pa.OSFile(str(beside), "wb") as file,
        pa.ipc.new_file(file, rows.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as out,
    ):
        out.write_table(rows)
    beside.replace(path)


def _open_board(path: str) -> mmap.mmap:
    with Path(path).open("r+b") as file:
        return mmap.mmap(file.fileno(), _BOARD.size)


# -- in the parent -------------------------------------------------------------------------------------------------


class Pool:
    """Up to `workers` worker processes, started as there is work for them.

        with Pool(settings, workers=2) as pool:
            for job in jobs:
                pool.submit(job)  # waits while enough is waiting
                ... pool.finished()
            ... pool.rest()

    Leaving the block before `rest` has run out, by an exception, ends the workers at once.
    """

    def __init__(self, settings: Settings, *, workers: int) -> None:
        self.settings = settings
        self.workers = max(workers, 1)
        self.jobs: queue.Queue[Job | None] = queue.Queue(1)
        self.done: queue.SimpleQueue[Done] = queue.SimpleQueue()
        self.failure: BaseException | None = None
        self.stopping = False
        self.lanes: list[_Lane] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping = True
        for lane in self.lanes:
            lane.join()

    def submit(self, job: Job) -> None:
        if len(self.lanes) < self.workers:
            lane = _Lane(self, len(self.lanes))
            self.lanes.append(lane)
            lane.start()
        self._put(job)

    def finished(self) -> list[Done]:
        """What has become ready since the last call."""
        found = []
        with suppress(queue.Empty):
            while True:
                found.append(self.done.get_nowait())
        return found

    def rest(self) -> Iterator[Done]:
        """What is still to come, as it comes; after that the workers are gone."""
        for _ in self.lanes:
            self._put(None)
        while any(lane.is_alive() for lane in self.lanes):
            with suppress(queue.Empty):
                yield self.done.get(timeout=0.1)
        yield from self.finished()
        self._check()

    def _put(self, job: Job | None) -> None:
        while True:
            self._check()
            with suppress(queue.Full):
                self.jobs.put(job, timeout=0.5)
                return

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure


class _Died(Exception):
    pass


class _Lane(threading.Thread):
    """Keeps one worker busy, watches it and replaces it."""

    def __init__(self, pool: Pool, index: int) -> None:
        super().__init__(daemon=True)
        self.pool = pool
        folder = Path(pool.settings.folder)
        self.log, self.board_path = folder / f"worker-{index}.log", folder / f"worker-{index}.at"
        self.process: subprocess.Popen[bytes] | None = None
        self.under_way: deque[Job] = deque()
        self.unsent: deque[Job] = deque()
        self.outbox: deque[memoryview] = deque()
        self.heard = b""
        self.ready = False
        self.starts = 0
        self.kills = 0  # of workers that were not ready yet, by signals from outside
        self.more = True

    def run(self) -> None:
        try:
            self.board_path.write_bytes(_BOARD.pack(*_NOWHERE))
            self.board = _open_board(str(self.board_path))
            while self._take():
                try:
                    self._step()
                except _Died:
                    self._bury()
        except BaseException as fault:
            self.pool.failure = self.pool.failure or fault
        finally:
            self._end()

    def _take(self) -> bool:
        """Fetches jobs until the worker has enough; False when there is nothing left to do."""
        while self.more and len(self.under_way) < _AHEAD and not self.pool.stopping:
            try:
                job = self.pool.jobs.get(timeout=0.001 if self.under_way else 0.1)
            except queue.Empty:
                if self.under_way:
                    break
                continue
            if job is None:
                self.more = False
            else:
                self.under_way.append(job)
                self.unsent.append(job)
        return bool(self.under_way) and not self.pool.stopping

    def _step(self) -> None:
        """Sends what can be sent and hears what is said."""
        process = self.process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        if self.ready and not self.outbox and self.unsent:
            self.outbox.extend(map(memoryview, self.unsent.popleft().parcel()))
        readable, writable, _ = select.select([process.stdout], [process.stdin] if self.outbox else [], [], 0.2)
        if writable:
            self._send(process.stdin.fileno())
        if readable:
            self._hear(os.read(process.stdout.fileno(), 1 << 16))

    def _send(self, pipe: int) -> None:
        try:
            written = os.writev(pipe, list(islice(self.outbox, _PIECES)))
        except BlockingIOError:
            return
        except OSError:  # it has died; its last words are still to be heard
            self.outbox.clear()
            return
        while self.outbox and written >= len(self.outbox[0]):
            written -= len(self.outbox.popleft())
        if written:
            self.outbox[0] = self.outbox[0][written:]

    def _hear(self, said: bytes) -> None:
        if not said:
            raise _Died
        *lines, self.heard = (self.heard + said).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "ready" in message:
                self.ready, self.starts, self.kills = True, 0, 0
            else:
                self.under_way.popleft()
                self.pool.done.put(Done(**message))

    def _start(self) -> subprocess.Popen[bytes]:
        self.starts += 1
        if self.starts > 3:
            raise WorkersFailed(f"the worker processes cannot be started: {self._last_words() or 'they end at once'}")
        _BOARD.pack_into(self.board, 0, *_NOWHERE)
        root = str(Path(__file__).parent.parent)
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", "from scorer.workers import work; work()"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, bufsize=0,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))},
            )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(
            json.dumps(asdict(self.pool.settings)).encode() + b"\n" + str(self.board_path).encode() + b"\n"
        )
        with suppress(OSError, AttributeError):  # a system that will not or cannot
            fcntl.fcntl(process.stdin.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
        os.set_blocking(process.stdin.fileno(), False)
        self.process, self.ready, self.heard = process, False, b""
        return process

    def _bury(self) -> None:
        """After a death: the page it was on gets a strike, and all jobs go to the next worker."""
        number, page = _BOARD.unpack_from(self.board)
        code = self._end(patience=2)
        self.unsent = deque(self.under_way)
        self.outbox.clear()
        job = self.under_way[0]
        job.deaths += self.ready
        cause = self._last_words() if code > 0 else _name_of(code)
        if not self.ready and code < 0 and self.kills < 20:
            self.starts, self.kills = 0, self.kills + 1
        if number == job.number and code in (-signal.SIGALRM, -signal.SIGPROF):
            job.given_up[page] = (
                f"took longer than {self.pool.settings.page_seconds:g} s and was stopped; --page-seconds allows more"
            )
        elif number == job.number:
            job.strikes[page] += 1
            if job.strikes[page] > 1:
                job.given_up[page] = f"crashed the worker process twice: {cause}"
        elif job.deaths > 20:
            raise WorkersFailed(f"worker processes keep ending without being on any page: {cause}")

    def _last_words(self) -> str:
        """The last line that the worker wrote to its log: after a fault of Python's, what it was."""
        return self.log.read_text("utf-8", "replace").strip().rpartition("\n")[2][:200]

    def _end(self, patience: float = 0) -> int:
        """Ends the worker, or after `patience` seconds in which it may end by itself; returns its exit code."""
        process, self.process = self.process, None
        if process is None:
            return 0
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        return process.wait()


def _name_of(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"
