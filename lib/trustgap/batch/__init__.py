"""The batch: plan, engine, run and index."""

import os

# One thread in each process: the work is spread over processes, and a process with several threads cannot
# be forked safely. Libraries read these when they are loaded (the last is for pyarrow), so they come first.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")

# papermill loads the engines that packages offer, ours in `batch.warm`, while it is imported itself; so it
# has to come before any module of ours that builds on it. The reader of YAML comes even before: it loads
# jsonschema without a grammar that would cost every process two seconds.
from trustgap.survey import yaml_file  # noqa: E402, F401  isort: skip
import papermill  # noqa: E402, F401
