"""How does a datatrove pipeline drop what looks untrustworthy?

Reads a folder of WARC files, scores the HTML, drops what is below the cut and writes the rest as JSONL whose columns
`scorer sites` reads. Locally, or with Slurm when a partition is named. datatrove wants an environment of its own.

    python examples/datatrove_pipeline.py build/crawl build/kept
    python examples/datatrove_pipeline.py s3://commoncrawl/crawl-data/CC-MAIN-2026-05/segments /data/kept my-partition
"""

from __future__ import annotations

import sys

from datatrove.executor import LocalPipelineExecutor, SlurmPipelineExecutor
from datatrove.pipeline.readers import WarcReader
from datatrove.pipeline.writers import JsonlWriter

from scorer.engines.datatrove import ScorePages

MIN_TRUST = 0.4
TASKS = 1000  # on a cluster: each takes its share of the files, and is done again alone if it fails


def main() -> None:
    crawl, out = sys.argv[1:3]
    pipeline = [
        WarcReader(crawl, glob_pattern="*.warc.gz"),
        ScorePages("html", min_trust=MIN_TRUST),
        JsonlWriter(out, expand_metadata=True),
    ]
    if len(sys.argv) > 3:
        SlurmPipelineExecutor(
            pipeline, tasks=TASKS, time="12:00:00", partition=sys.argv[3], logging_dir=f"{out}/logs", cpus_per_task=1, mem_per_cpu_gb=3,
            env_command="source .venv-datatrove/bin/activate",
        ).run()  # fmt: skip
    else:
        LocalPipelineExecutor(pipeline, tasks=1, workers=1, logging_dir=f"{out}/logs").run()


if __name__ == "__main__":
    main()
