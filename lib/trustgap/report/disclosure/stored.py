"""Rows read back from the tables of many areas at once."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from trustgap.report.disclosure.labels import columns, label
from trustgap.report.disclosure.shown import KEY, Shown
from trustgap.report.wording import Words
from trustgap.stats import results
from trustgap.survey.spreadsheets import unmarked

TYPES = pa.schema(
    [
        (name, pa.string() if name in results.TEXT else pa.bool_() if name in results.FLAGS else pa.float64())
        for name in results.COLUMNS
    ]
)
OPTIONS = pa.csv.ConvertOptions(
    column_types=TYPES,
    strings_can_be_null=False,
    null_values=[""],
    true_values=["True"],
    false_values=["False"],
)


def read_all(paths: Iterable[Path], words: Words, *, analyses: Iterable[str]) -> Shown:
    """Read some analyses back from many tables that were written from shown rows.

    Parameters
    ----------
    paths : iterable of Path
        CSV files in the results vocabulary, as `Study.save` writes them.
    words : Words
        Labels.
    analyses : iterable of str
        Those wanted.

    Returns
    -------
    Shown
        The rows of all files in their order; of rows that are equal in every column, one. As
        `mask.read_back`, it gives the numbers back as they were shown.
    """
    wanted = pa.array(list(analyses), pa.string())
    parts = [TYPES.empty_table()]
    for path in paths:
        table = pa.csv.read_csv(path, convert_options=OPTIONS)
        parts.append(table.filter(pa.compute.is_in(table["analysis"], wanted)))
    rows = unmarked(pa.concat_tables(parts).to_pandas())
    return Shown(label(columns(rows[~rows.duplicated()]), words), KEY)
