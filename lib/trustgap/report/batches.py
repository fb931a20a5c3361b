"""Tables stored so that a reader of one area touches the rows of no other."""

import json
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa

AREAS = b"areas"
"""Under this name a stored table lists the areas of its batches."""


def write(frame: pd.DataFrame, to: Path, *, apart: bool = True) -> None:
    """Store a table, one batch of rows for each area.

    Parameters
    ----------
    frame : DataFrame
        With a column ``area``; to be read apart, the rows of an area stand together. Column names are text.
    to : Path
        File to write, in Arrow's format.
    apart : bool
        Whether areas can be read apart; a table that is always read whole is faster to read as one batch.

    Raises
    ------
    ValueError
        If the rows of an area do not stand together.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    codes = frame["area"].astype(str).to_numpy(dtype=object)
    starts = [row for row in range(len(codes)) if row == 0 or (apart and codes[row] != codes[row - 1])]
    areas = [codes[row] for row in starts]
    if len(set(areas)) < len(areas):
        raise ValueError("the rows of an area must stand together: sort the table by area")
    schema = table.schema.with_metadata({**(table.schema.metadata or {}), AREAS: json.dumps(areas)})
    with pa.OSFile(str(to), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for start, end in pairwise([*starts, len(codes)]):
            writer.write_table(table.slice(start, end - start).combine_chunks())


def read(at: Path, areas: list[str] | None = None) -> pd.DataFrame:
    """Read the rows of some areas.

    Parameters
    ----------
    at : Path
        What `write` made.
    areas : list of str, optional
        Those wanted; all by default. An area without rows is no fault.

    Returns
    -------
    DataFrame
        Their rows, in the order in which they were stored.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "table.arrow"
    >>> write(pd.DataFrame({"area": ["X1", "X1", "X2"], "n": [1, 2, 3]}), path)
    >>> read(path, ["X2"])
      area  n
    0   X2  3
    """
    with pa.memory_map(str(at)) as source, pa.ipc.open_file(source) as stored:
        codes = json.loads(stored.schema.metadata[AREAS])
        places = [place for place, code in enumerate(codes) if areas is None or code in areas]
        wanted = [stored.get_batch(place) for place in places]
        return pa.Table.from_batches(wanted, schema=stored.schema).to_pandas(use_threads=False)
