"""Which inputs make a reader fail in a way that it does not promise?

    python fuzz/fuzz.py TARGET FOLDER [libFuzzer options, such as -runs=100000 or -max_total_time=60]

Coverage-guided, by atheris. FOLDER keeps the inputs that reached new code (it is filled from the hostile corpus when it
is empty) and, under ``finds``, one input of each new fault; a fault does not end the run. An input that takes `MOST_MB`
at once is a fault as well; libFuzzer's own limit is off, since what atheris notes of each run adds up to gigabytes a
minute without any of ours. What was mended is kept as
``fuzz/finds/<target>-<what>``, and `tests/test_fuzz.py` runs those in every suite.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import traceback
from pathlib import Path

import atheris

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "fuzz"), str(ROOT / "tests" / "hostile")]

with atheris.instrument_imports(include=["scorer"]):
    from targets import TARGETS, seeds


MOST_MB = 600


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fault_name(fault: BaseException) -> str:
    """One name for one fault: its type, and the last line of ours that it passed."""
    frames = [f for f in traceback.extract_tb(fault.__traceback__) if "/scorer/" in f.filename]
    place = f"{Path(frames[-1].filename).stem}-{frames[-1].lineno}" if frames else "outside"
    return f"{type(fault).__name__}-{place}"


def main(target: str, folder: Path, options: list[str]) -> None:
    run = TARGETS[target]
    kept, finds = folder / target, folder / "finds"
    kept.mkdir(parents=True, exist_ok=True)
    finds.mkdir(exist_ok=True)
    if not any(kept.iterdir()):
        for seed in seeds(target):
            (kept / hashlib.sha1(seed).hexdigest()).write_bytes(seed)

    def one(data: bytes) -> None:
        before = peak()
        try:
            run(data)
            if peak() - before > MOST_MB:
                raise MemoryError(f"{peak() - before:.0f} MB for one input")
        except BaseException as fault:
            file = finds / f"{target}-{fault_name(fault)}"
            if not file.exists():
                file.write_bytes(data)
                traceback.print_exc()

    limits = ["-timeout=20", "-rss_limit_mb=0", "-max_len=8192", f"-artifact_prefix={finds}/"]
    atheris.Setup([sys.argv[0], str(kept), *limits, *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
