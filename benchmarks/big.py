"""A survey of any size: the demo's answers drawn again, so many times as are wanted.

    python benchmarks/big.py FOLDER 3500000

Areas, waves, questionnaire and what areas bring are the demo's, head-counts grow with the respondents. Every
respondent gives the answers of one of the demo's, of the same area and wave; rows are written in groups, so
that memory does not grow with their number.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
ROWS = 100_000
"""Rows of a row group."""

SEED = 20191122


def make(folder: Path, respondents: int) -> Path:
    """Write a survey folder with so many respondents; the same folder for the same number."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("questionnaire.yaml", "cases.csv", "evidence.csv", "metrics.csv"):
        shutil.copyfile(DEMO / name, folder / name)
    demo = pq.read_table(DEMO / "responses.parquet").replace_schema_metadata(None)
    areas = pd.read_csv(DEMO / "areas.csv")
    heads = areas.columns[areas.columns.str.startswith(("staff_", "role_"))]
    grown = areas.assign(**(areas[heads] * max(1.0, respondents / len(demo))).round())
    grown.to_csv(folder / "areas.csv", index=False, lineterminator="\n")
    with pq.ParquetWriter(folder / "responses.parquet", demo.schema, compression="zstd") as writer:
        for start, places in drawn(len(demo), respondents):
            names = [f"R{number:07d}" for number in range(start + 1, start + 1 + len(places))]
            people = pa.array(names, type=demo.schema.field("respondent").type)
            writer.write_table(demo.take(pa.array(places)).set_column(0, "respondent", people))
    return folder


def drawn(known: int, wanted: int) -> Iterator[tuple[int, np.ndarray]]:
    """Draw rows of the demo, each as often as any other but for chance, mixed within a group of rows."""
    draw = np.random.default_rng([SEED, wanted])
    ends = np.cumsum(draw.multinomial(wanted, np.full(known, 1 / known)))
    for start in range(0, wanted, ROWS):
        rows = np.arange(start, min(start + ROWS, wanted))
        yield start, draw.permutation(np.searchsorted(ends, rows, side="right"))


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
