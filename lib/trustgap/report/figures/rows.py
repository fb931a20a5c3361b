"""What the figures read from shown rows: labels, bases, and whether there is a number to draw."""

from trustgap.report import wording
from trustgap.report.disclosure import Shown
from trustgap.report.figures.lettering import LINE, SIZE, wrap

KINDS = {
    "group_a": "groups",
    "group_b": "groups",
    "item": "questions",
    "target": "teams rated",
    "wave": "waves",
    "area": "areas",
}
"""What the rows of a chart are called, by the column that tells them apart."""

SINGULAR = {
    "groups": "group",
    "questions": "question",
    "teams rated": "team rated",
    "waves": "wave",
    "areas": "area",
}

NBSP = "\N{NO-BREAK SPACE}"


def read(shown: Shown, *, by: tuple[str, ...]) -> list[tuple]:
    """Take protected rows apart into named tuples.

    Parameters
    ----------
    shown : Shown
        Protected rows.
    by : tuple of str
        Columns that must tell every row apart; those of `KINDS` need labels.

    Returns
    -------
    list of namedtuple
        At least one, with the columns of ``shown.frame`` as attributes.

    Raises
    ------
    TypeError
        If `shown` is anything else: nothing unprotected is drawn.
    KeyError
        If a column of `by` is not there.
    ValueError
        If there is no row, or two would be drawn on top of one another.
    """
    if not isinstance(shown, Shown):
        raise TypeError(
            f"a figure takes protected results (Shown), got {type(shown).__name__}: pass them through "
            "mask.protect() first"
        )
    if not len(shown):
        raise ValueError("a figure needs at least one row; check the filter that chose the rows")
    absent = [name for name in by if name not in shown.frame]
    if absent:
        raise KeyError(f"{absent} cannot tell the rows apart; use one of {list(KINDS)}")
    entries = list(shown.frame.itertuples(index=False))
    seen = set()
    for row in entries:
        key = tuple(getattr(row, name) for name in by)
        if by and key in seen:
            raise ValueError(
                f"more than one row for {dict(zip(by, key, strict=True))}; use shown.where() first"
            )
        seen.add(key)
    return entries


def label(row: tuple, by: str) -> str:
    """Give the label of a row.

    Parameters
    ----------
    row : namedtuple
        Of `read`.
    by : str
        One of `KINDS`.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If `by` has no labels.
    """
    if by not in KINDS:
        raise KeyError(f"by={by!r} is not one of {list(KINDS)}")
    return getattr(row, f"{by}_label")


def kind(by: str, count: int) -> str:
    """Say what the rows of a chart are.

    Parameters
    ----------
    by : str
        One of `KINDS`.
    count : int
        How many they are.

    Returns
    -------
    str

    Examples
    --------
    >>> kind("group_a", 1), kind("item", 2)
    ('group', 'questions')
    """
    return SINGULAR[KINDS[by]] if count == 1 else KINDS[by]


def bounded(row: tuple) -> bool:
    """Tell whether a row is shown as a bound, such as >90%.

    Parameters
    ----------
    row : namedtuple
        Of `read`.

    Returns
    -------
    bool
    """
    return row.estimate_text[:1] in ("<", ">")


def drawable(row: tuple) -> bool:
    """Tell whether a row has a number to draw; bounded and hidden ones have only a text.

    Parameters
    ----------
    row : namedtuple
        Of `read`.

    Returns
    -------
    bool
    """
    return not row.suppressed and row.estimate == row.estimate and not bounded(row)


def base(texts: list[str]) -> str:
    """Say how many answered, over several rows.

    Parameters
    ----------
    texts : list of str
        ``n_text`` of the rows.

    Returns
    -------
    str
        ``n = 34``, ``n = 30 to 34``, ``n = [c]``, or "" where no base is given.

    Examples
    --------
    >>> base(["1,034", "30", "[c]"]), base(["[c]"]), base([""])
    ('n = 30 to 1,034', 'n = [c]', '')
    """
    plain = [text.replace(wording.LOW, "").strip() for text in texts]
    known = sorted({text for text in plain if text[:1].isdigit()}, key=lambda t: int(t.replace(",", "")))
    if known:
        return f"n = {known[0]}" if len(known) == 1 else f"n = {known[0]} to {known[-1]}"
    return f"n = {wording.HIDDEN}" if wording.HIDDEN in plain else ""


def named(name: str, count: str, width: float) -> list[str]:
    """Break the label of a row into lines, the base in brackets kept whole.

    Parameters
    ----------
    name : str
        Label.
    count : str
        As `base` gives it.
    width : float
        Pixels.

    Returns
    -------
    list of str
        Lines.

    Examples
    --------
    >>> [line.replace(NBSP, "_") for line in named("Community nursing staff", "n = 34", 170)]
    ['Community nursing staff', '(n_=_34)']
    """
    return wrap(f"{name} ({count.replace(' ', NBSP)})" if count else name, width)


def heights(labels: list[list[str]], *, least: float) -> list[float]:
    """Give each row the height that its label needs.

    Parameters
    ----------
    labels : list of list of str
        Lines of each label.
    least : float
        Height of a row whose label is short.

    Returns
    -------
    list of float
        Pixels.
    """
    return [max(least, len(lines) * SIZE * LINE + 12) for lines in labels]


def centres(tall: list[float], *, top: float) -> list[float]:
    """Find the vertical centre of each of several rows.

    Parameters
    ----------
    tall : list of float
        Heights.
    top : float
        Where the first one starts.

    Returns
    -------
    list of float
        Pixels from the top.

    Examples
    --------
    >>> centres([20, 40], top=10)
    [20.0, 50.0]
    """
    return [top + sum(tall[:number]) + height / 2 for number, height in enumerate(tall)]
