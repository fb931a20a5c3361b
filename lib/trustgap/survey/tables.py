"""Reading a table of answers from CSV, Parquet or a workbook, every cell as text."""

import contextlib
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from trustgap.survey import workbook
from trustgap.survey.checks import listed
from trustgap.survey.limits import FORMATS, MAX_BYTES, column_names, few_enough, refuse

SEPARATORS = ",;\t"

ROWS = 100_000
"""Rows of a part, unless a reader asks for other ones."""

BYTES_OF_A_ROW = 100
"""Of text, roughly, for reading it in parts."""


def read_table(path: str | Path) -> pd.DataFrame:
    r"""Read a table, every cell as text.

    Parameters
    ----------
    path : str or Path
        CSV (UTF-8, UTF-16 with a byte order mark, or Windows-1252; separated by comma, semicolon or tab),
        Parquet, or XLSX with a single sheet.

    Returns
    -------
    DataFrame, one row per row of the file
        Each column is categorical text; an empty cell is missing. Whole numbers carry no decimals.

    Raises
    ------
    SurveyError
        If the file is not there, is of another kind than its name says, is empty, or has rows longer or
        shorter than its header. The message never repeats a cell.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_text("area;q1\nX1;5\nX2;\n")
    >>> read_table(path)["q1"].tolist()
    ['5', nan]
    """
    [whole] = _as_text(_parts(Path(path), None))
    return whole


def read_parts(path: str | Path, *, rows: int = ROWS) -> Iterator[pd.DataFrame]:
    """Read a table part by part, so that memory grows with a part and not with the file.

    Parameters
    ----------
    path : str or Path
        As for `read_table`.
    rows : int
        Rows of a part of Parquet; of text about as many, by its bytes; a workbook is one part.

    Yields
    ------
    DataFrame
        The next rows, as `read_table` gives them; at least one part.

    Raises
    ------
    SurveyError
        As `read_table`, at the latest after the last part.
    """
    return _as_text(_parts(Path(path), rows))


def _as_text(parts: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Make every column text."""
    for part in parts:
        yield pd.DataFrame({name: _text(part[name]) for name in part.columns})


def _parts(path: Path, rows: int | None) -> Iterator[pd.DataFrame]:
    """Read the parts of a file that may be read; a file without rows is refused."""
    kind = path.suffix.lower()
    if not path.is_file():
        refuse(path, "the file is not there or is no ordinary file", "Put it there, or name another")
    if kind not in FORMATS:
        remedy = "Save the answers in one of these formats"
        refuse(path, f"files of the kind '{kind}' are not read", remedy)
    if path.stat().st_size > MAX_BYTES:
        refuse(
            path, f"the file has {path.stat().st_size / 1e6:,.0f} MB, more than 500 MB", "Leave out columns"
        )
    content = path.read_bytes()
    if not content.strip():
        refuse(path, "the file is empty", "Export the answers again")
    if kind == ".parquet":
        parts = _parquet(path, content, rows)
    elif kind == ".xlsx":
        parts = iter([workbook.read(path, content)])
    else:
        parts = _delimited(path, content, rows)
    some = False
    for part in parts:
        if len(part):
            some = True
            yield part
    if not some:
        refuse(path, "the file has a header and no answers", "Export the answers again")


def _parquet(path: Path, content: bytes, rows: int | None) -> Iterator[pd.DataFrame]:
    """Read Parquet; flat columns only."""
    if content[:4] != b"PAR1" or content[-4:] != b"PAR1":
        refuse(path, "this is not a whole Parquet file, whatever its name says", "Export the answers again")
    try:
        with pa.parquet.ParquetFile(pa.BufferReader(content)) as file:
            names, kinds = column_names(path, file.schema_arrow.names), file.schema_arrow.types
            few_enough(path, file.metadata.num_rows, at_once=rows is None)
            nested = [name for name, kind in zip(names, kinds, strict=True) if pa.types.is_nested(kind)]
            if nested:
                found = f"columns hold lists or records: {listed(nested)}"
                refuse(path, found, "Give each answer its own column")
            tables = [file.read()] if rows is None else map(_table, file.iter_batches(rows))
            for table in tables:
                # Text that is no UTF-8, or lies outside the file, else shows only where it is used.
                table.validate(full=True)
                # The pandas metadata of a stranger's file could name an index or types of its own.
                yield table.rename_columns(names).replace_schema_metadata(None).to_pandas()
    except (pa.ArrowException, OSError):
        refuse(path, "this Parquet file is damaged", "Export the answers again")


def _table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])


def _delimited(path: Path, content: bytes, rows: int | None) -> Iterator[pd.DataFrame]:
    """Read comma, semicolon or tab separated text as dictionaries, so that mapping costs little."""
    content = _in_utf_8(path, content)
    header, separator = _header(path, content)
    short_or_long = []
    kinds = {name: pa.dictionary(pa.int32(), pa.string()) for name in header}
    block = len(content) if rows is None else rows * BYTES_OF_A_ROW
    try:
        reader = pa.csv.open_csv(
            pa.BufferReader(content),
            read_options=pa.csv.ReadOptions(
                column_names=header, skip_rows_after_names=1, block_size=max(block, 1)
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                invalid_row_handler=lambda row: short_or_long.append(row.actual_columns) or "skip",
            ),
            convert_options=pa.csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
        )
        for table in [reader.read_all()] if rows is None else map(_table, reader):
            yield table.to_pandas()
    except pa.ArrowInvalid:
        # The message of the library repeats the row, so it does not leave here.
        refuse(path, "the text cannot be split into rows and columns", "Look for unclosed quotation marks")
    if short_or_long:
        seen = listed(sorted({str(n) for n in short_or_long}))
        found = f"rows have {seen} cells where the header has {len(header)}"
        remedy = "Look for unquoted separators and broken lines"
        refuse(path, found, remedy, place="rows", count=len(short_or_long))


def _in_utf_8(path: Path, content: bytes) -> bytes:
    """Bring text to UTF-8: by byte order mark, else UTF-8, else Windows-1252, which reads nearly anything."""
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.encode()
    refuse(path, "this is not text in UTF-8 or Windows-1252", "Save it as CSV UTF-8, or in another format")
    raise AssertionError


def _header(path: Path, content: bytes) -> tuple[list[str], str]:
    """Find the separator by which the header has most names, and the names."""
    splits = {}
    for separator in SEPARATORS:
        text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")
        # What does not end, or is split where the file is not, makes cells longer than the library reads.
        with contextlib.suppress(csv.Error):
            record = next(csv.reader(text, delimiter=separator), [])
            splits[separator] = [" ".join(name.split()) for name in record]
    if not splits:
        refuse(path, "the header does not end", "Look for unclosed quotation marks", place="header")
    widths = {separator: len(names) for separator, names in splits.items()}
    best = max(widths, key=widths.get)
    if widths[best] < 2:
        refuse(path, "the first row holds fewer than two column names", "Add a header row", place="header")
    if sum(width == widths[best] for width in widths.values()) > 1:
        refuse(path, "the header can be split in two ways", "Use one kind of separator", place="header")
    return column_names(path, splits[best]), best


def _text(column: pd.Series) -> pd.Series:
    """Turn a column of any type into categorical text, touching distinct values only."""
    if isinstance(column.dtype, pd.StringDtype):
        codes, names = _trimmed(column)
    else:
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes, values = column.cat.codes.to_numpy(), column.cat.categories
        else:
            codes, values = pd.factorize(column, use_na_sentinel=True)
        words = [_word(value) for value in values]
        names = list(dict.fromkeys(word for word in words if word))
        place = {name: n for n, name in enumerate(names)}
        codes = np.array([place.get(word, -1) for word in words] + [-1], dtype=np.int64)[codes]
    text = pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))
    return pd.Series(text, name=column.name)


def _trimmed(column: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Give each distinct text, of which there may be as many as rows, a number; -1 for an empty cell."""
    texts = pa.chunked_array([pa.array(column, type=pa.large_string(), from_pandas=True)])
    trimmed = pa.compute.utf8_trim_whitespace(texts)
    filled = pa.compute.if_else(pa.compute.equal(trimmed, ""), None, trimmed)
    found = filled.combine_chunks().dictionary_encode()
    return found.indices.fill_null(-1).to_numpy(zero_copy_only=False), found.dictionary.to_pandas()


def _word(value: object) -> str:
    """Write one distinct value as text; a whole number without decimals."""
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value).strip()
