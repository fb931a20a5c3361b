"""Reading a table of answers from CSV, Parquet or a workbook, every cell as text."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from trustgap.survey import workbook
from trustgap.survey.checks import Problem, SurveyError, listed

FORMATS = (".csv", ".tsv", ".txt", ".parquet", ".xlsx")
SEPARATORS = ",;\t"
MAX_BYTES = 500_000_000
OPTIONS = "a .csv, .tsv, .txt, .parquet or .xlsx file with one header row and one row per respondent"


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
    path = Path(path)
    kind = path.suffix.lower()
    if not path.is_file():
        _refuse(path, "the file is not there or is no ordinary file", "Put it there, or name another")
    if kind not in FORMATS:
        remedy = "Save the answers in one of these formats"
        _refuse(path, f"files of the kind '{kind}' are not read", remedy)
    if path.stat().st_size > MAX_BYTES:
        _refuse(
            path, f"the file has {path.stat().st_size / 1e6:,.0f} MB, more than 500 MB", "Leave out columns"
        )
    content = path.read_bytes()
    if not content.strip():
        _refuse(path, "the file is empty", "Export the answers again")
    if kind == ".parquet":
        table = _parquet(path, content)
    elif kind == ".xlsx":
        table = workbook.read(path, content)
    else:
        table = _delimited(path, content)
    if not len(table):
        _refuse(path, "the file has a header and no answers", "Export the answers again")
    return pd.DataFrame({name: _text(table[name]) for name in table.columns})


def _refuse(path: Path, found: str, remedy: str, *, place: str = "", count: int = 0) -> None:
    """Stop with one problem of a file."""
    raise SurveyError([Problem(path.name, place, found, count, OPTIONS, remedy)]) from None


def _unique(path: Path, names: list[str]) -> list[str]:
    """Refuse a header in which a name comes twice or is blank."""
    doubles = sorted({name for name in names if names.count(name) > 1 and name})
    if doubles:
        _refuse(path, f"column names come twice: {listed(doubles)}", "Rename or remove one", place="header")
    return [name if name else f"(column {n} has no name)" for n, name in enumerate(names, start=1)]


def _parquet(path: Path, content: bytes) -> pd.DataFrame:
    """Read Parquet; flat columns only."""
    if content[:4] != b"PAR1" or content[-4:] != b"PAR1":
        _refuse(path, "this is not a whole Parquet file, whatever its name says", "Export the answers again")
    try:
        table = pa.parquet.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError):
        _refuse(path, "this Parquet file is damaged", "Export the answers again")
    names = _unique(path, table.column_names)
    nested = [name for name, kind in zip(names, table.schema.types, strict=True) if pa.types.is_nested(kind)]
    if nested:
        _refuse(path, f"columns hold lists or records: {listed(nested)}", "Give each answer its own column")
    # The pandas metadata of a stranger's file could name an index or types of its own.
    return table.rename_columns(names).replace_schema_metadata(None).to_pandas()


def _delimited(path: Path, content: bytes) -> pd.DataFrame:
    """Read comma, semicolon or tab separated text as dictionaries, so that mapping costs little."""
    text = _decode(path, content)
    header, separator = _header(path, text)
    short_or_long = []
    options = pa.csv.ConvertOptions(
        column_types={name: pa.dictionary(pa.int32(), pa.string()) for name in header},
        strings_can_be_null=False,
    )
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(text.encode()),
            read_options=pa.csv.ReadOptions(column_names=header, skip_rows_after_names=1),
            parse_options=pa.csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                invalid_row_handler=lambda row: short_or_long.append(row.actual_columns) or "skip",
            ),
            convert_options=options,
        )
    except pa.ArrowInvalid:
        # The message of the library repeats the row, so it does not leave here.
        _refuse(path, "the text cannot be split into rows and columns", "Look for unclosed quotation marks")
    if short_or_long:
        seen = listed(sorted({str(n) for n in short_or_long}))
        found = f"rows have {seen} cells where the header has {len(header)}"
        remedy = "Look for unquoted separators and broken lines"
        _refuse(path, found, remedy, place="rows", count=len(short_or_long))
    return table.to_pandas()


def _decode(path: Path, content: bytes) -> str:
    """Decode by byte order mark, else UTF-8, else Windows-1252, which would read nearly anything."""
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    _refuse(path, "this is not text in UTF-8 or Windows-1252", "Save it as CSV UTF-8, or in another format")
    raise AssertionError


def _header(path: Path, text: str) -> tuple[list[str], str]:
    """Find the separator by which the header has most names, and the names."""
    splits = {}
    for separator in SEPARATORS:
        record = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        splits[separator] = [" ".join(name.split()) for name in record]
    widths = {separator: len(names) for separator, names in splits.items()}
    best = max(widths, key=widths.get)
    if widths[best] < 2:
        _refuse(path, "the first row holds fewer than two column names", "Add a header row", place="header")
    if sum(width == widths[best] for width in widths.values()) > 1:
        _refuse(path, "the header can be split in two ways", "Use one kind of separator", place="header")
    return _unique(path, splits[best]), best


def _text(column: pd.Series) -> pd.Series:
    """Turn a column of any type into categorical text, touching distinct values only."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, values = column.cat.codes.to_numpy(), column.cat.categories
    else:
        codes, values = pd.factorize(column, use_na_sentinel=True)
    words = [_word(value) for value in values]
    names = list(dict.fromkeys(word for word in words if word))
    place = {name: n for n, name in enumerate(names)}
    table = np.array([place.get(word, -1) for word in words] + [-1], dtype=np.int64)
    text = pd.Categorical.from_codes(table[codes], categories=pd.Index(names, dtype="str"))
    return pd.Series(text, name=column.name)


def _word(value: object) -> str:
    """Write one distinct value as text; a whole number without decimals."""
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value).strip()
