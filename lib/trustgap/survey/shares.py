"""From a file of published shares to counts: how many answered, and how many of them positively."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from trustgap.stats.counts import CELL
from trustgap.survey.checks import LEDGER, Problem, listed, unknown_values
from trustgap.survey.columns import placed
from trustgap.survey.matching import BLANK, fold, match
from trustgap.survey.questionnaire import Questionnaire
from trustgap.survey.share_numbers import read_numbers
from trustgap.survey.strange import Strange

COLUMNS = [*CELL, 1, 2]
"""Columns of the counts: what names a cell, then negative and positive answers."""

PLACES = ("wave", "area", "group")

NEAREST = "the base times the rate, to the nearest whole person; approximate where rates are weighted"
"""What is said of counts that are worked out from rates."""


OWN = "nobody rates the team they belong to: left out"
"""What is said of shares of a group about itself."""


def aggregated(
    raw: pd.DataFrame, *, questionnaire: Questionnaire, areas: pd.DataFrame, file: str = "shares"
) -> tuple[pd.DataFrame, pd.DataFrame, list[Problem]]:
    """Bring a table of shares with their bases to counts.

    Parameters
    ----------
    raw : DataFrame
        Categorical text, as `tables.read_table` returns it: one row per area, wave and group with a base and
        a rate, or a count, for every item; or one row per cell with a column that names the item.
    questionnaire : Questionnaire
        Says what the columns mean; every item has two categories.
    areas : DataFrame, indexed by code
        As for `answers.canonical`.
    file : str
        Name of the file, for messages.

    Returns
    -------
    counts : DataFrame, one row per cell
        ``area wave group item``, then ``1`` (not positive) and ``2`` (positive). Kinds of missing answers
        have no column: a published share does not tell them.
    ledger : DataFrame
        ``reason action rows cells detail``, as `answers.canonical` returns it.
    problems : list of Problem
        If there are any, `counts` and `ledger` are empty.

    Notes
    -----
    A rate in percent gives the count round(rate / 100 × base). Where the rate was weighted and the base was
    not, as published shares often are, the count is that of an unweighted sample with the same share: the
    share is as published to half a person in the base, and its interval leaves out what weighting costs.

    Examples
    --------
    >>> from trustgap.survey.questionnaire import build
    >>> survey = build({
    ...     "survey": "s", "title": "S", "synthetic": True, "citation": "none", "shares": "a.csv",
    ...     "sampling": {"design": "census"}, "headline": "q",
    ...     "waves": [{"id": "1", "label": "1", "time": 1}], "groups": [{"id": "staff", "label": "Staff"}],
    ...     "scales": {"s": {"categories": [{"code": "1", "label": "No"}, {"code": "2", "label": "Yes"}],
    ...                      "positive": ["2"]}},
    ...     "items": [{"id": "q", "block": "statement", "scale": "s", "label": "Q", "text": "Q?"}],
    ...     "columns": {"wave": "year", "area": "trust", "items": {"q": {"base": "n", "rate": "yes"}}}})
    >>> raw = pd.DataFrame({"trust": ["X1"], "year": ["1"], "n": ["24"], "yes": ["33.3"]})
    >>> areas = pd.DataFrame({"region": ["North"]}, index=["X1"])
    >>> aggregated(raw.astype("category"), questionnaire=survey, areas=areas)[0]
      area wave  group item   1  2
    0   X1    1  staff    q  16  8
    """
    found = {fold(name): name for name in reversed(raw.columns)}
    problems = _absent(found, named_columns(questionnaire), file, raw)
    if problems:
        return nothing(), pd.DataFrame(columns=LEDGER), problems
    columns = questionnaire.columns
    fixed = {kind: _column(raw, found, columns[kind]) for kind in PLACES}
    places, unknown = placed(fixed, questionnaire, areas)
    strange = Strange(file, {kind: str(column.name) for kind, column in fixed.items()})
    strange.note(unknown)
    problems = strange.of_places(questionnaire, areas)
    long, more = _cells(raw, found, questionnaire, file)
    numbers, wrong = read_numbers(long, file)
    problems += [*more, *wrong, *_twice(long, places, file)]
    if problems:
        return nothing(), pd.DataFrame(columns=LEDGER), problems
    names = {"wave": questionnaire.waves.index, "area": areas.index, "group": questionnaire.groups.index}
    place = {kind: places[kind][long["row"]] for kind in PLACES}
    placeable = np.all([where >= 0 for where in place.values()], axis=0) & long["item"].ne("").to_numpy()
    own = _own_team(long["item"], place["group"], questionnaire)
    given = placeable & numbers["base"].gt(0).to_numpy()
    keep = given & ~own
    kept = {kind: np.array(index, dtype=object)[place[kind][keep]] for kind, index in names.items()}
    base, hits = (numbers[name].to_numpy()[keep].astype(int) for name in ("base", "hits"))
    counts = pd.DataFrame(kept | {"item": long["item"].to_numpy()[keep], 1: base - hits, 2: hits})[COLUMNS]
    ledger = _account(places, long, keep, given & own)
    return counts.sort_values(CELL, kind="stable", ignore_index=True), ledger, []


def named_columns(questionnaire: Questionnaire) -> dict[str, object]:
    """List the columns of the file of shares that the questionnaire uses.

    Parameters
    ----------
    questionnaire : Questionnaire
        Its ``columns``.

    Returns
    -------
    dict of str to str or dict
        By what they hold, such as ``area`` or ``base of the item q``.
    """
    fixed = {kind: spec for kind, spec in questionnaire.columns.items() if kind != "items"}
    items = questionnaire.columns.get("items", {})
    parts = {
        f"{kind} of the item {item}": name for item, spec in items.items() for kind, name in spec.items()
    }
    return fixed | parts


def nothing() -> pd.DataFrame:
    """Give counts without rows.

    Returns
    -------
    DataFrame
        The columns of `aggregated`.

    Examples
    --------
    >>> len(nothing())
    0
    """
    return pd.DataFrame(columns=COLUMNS)


def _absent(found: dict, used: dict, file: str, raw: pd.DataFrame) -> list[Problem]:
    """Report every column that the questionnaire names and the file lacks."""
    here = f"the file has {listed(raw.columns, at_most=60)}"
    remedy = "Add the column, or correct `columns` in questionnaire.yaml"
    return [
        Problem(file, f"column '{listed([spec])}' ({what})", "the file has no such column", 0, here, remedy)
        for what, spec in used.items()
        if not isinstance(spec, Mapping) and fold(spec) not in found
    ]


def _column(raw: pd.DataFrame, found: dict, spec: object) -> pd.Series:
    """Take a column, or make one that says the same in every row."""
    if isinstance(spec, Mapping):
        return pd.Series([str(spec["constant"])] * len(raw), dtype="category", name="constant")
    return raw[found[fold(spec)]]


def _cells(
    raw: pd.DataFrame, found: dict, questionnaire: Questionnaire, file: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Give one line per cell: row, item, the text of base and value, what the value is, and its columns."""
    columns, items, problems = questionnaire.columns, questionnaire.items.index, []
    if "item" in columns:
        named = _column(raw, found, columns["item"])
        labels = questionnaire.items["label"]
        meanings = {fold(name): n for n, pair in enumerate(labels.items()) for name in pair[::-1]}
        place, unknown = match(named, meanings)
        if len(unknown):
            rows = _some(int(unknown.sum()), "row names", "rows name")
            what = f"{rows} an item that is not defined: {unknown_values(unknown)}"
            remedy = "Correct the item, or define it in questionnaire.yaml"
            where = f"column '{named.name}'"
            problems.append(Problem(file, where, what, 0, listed(items, at_most=30), remedy))
        blank = np.where(place < 0, len(items), place)
        item = np.append(items.to_numpy(dtype=object), "")[blank]
        parts = [(item, columns)]
    else:
        parts = [(np.full(len(raw), item, dtype=object), columns["items"][item]) for item in items]
    frames = []
    for item, spec in parts:
        kind = "rate" if "rate" in spec else "count"
        base, value = (_column(raw, found, spec[name]) for name in ("base", kind))
        texts = {"base": base.astype("str").to_numpy(), "value": value.astype("str").to_numpy()}
        about = {"kind": kind, "base_column": base.name, "value_column": value.name}
        frames.append(pd.DataFrame({"row": np.arange(len(raw)), "item": item} | texts | about))
    return pd.concat(frames, ignore_index=True), problems


def _some(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"


def _twice(long: pd.DataFrame, places: dict, file: str) -> list[Problem]:
    """Report cells that are given more than once."""
    cell = pd.DataFrame({kind: places[kind][long["row"]] for kind in PLACES}).assign(item=long["item"])
    known = (
        cell[list(PLACES)].ge(0).all(axis=1)
        & cell["item"].ne("")
        & (long["base"].notna() | long["value"].notna())
    )
    again = known & cell.duplicated()
    if not again.any():
        return []
    first = long.loc[again, "row"].min() + 2
    found = f"{_some(int(again.sum()), 'share is', 'shares are')} given again, first in row {first}"
    accepted = "one share for each area, wave, group and item"
    return [Problem(file, "rows", found, 0, accepted, "Remove the rows that repeat others")]


def _own_team(item: pd.Series, group: np.ndarray, questionnaire: Questionnaire) -> np.ndarray:
    """Find the cells in which a group rates the team that it belongs to."""
    members, names = questionnaire.teams["members"], questionnaire.groups.index
    team = item.map(questionnaire.items["team"]).fillna("")
    pairs = {(name, names.get_loc(one)) for name, ones in members.items() for one in ones}
    return np.array([pair in pairs for pair in zip(team, group, strict=True)], dtype=bool)


def _account(places: dict, long: pd.DataFrame, keep: np.ndarray, own: np.ndarray) -> pd.DataFrame:
    """Account for rows left out and for counts that are not as published."""
    dropped, account = np.zeros(len(places["area"]), dtype=bool), []
    for kind, reason in (("wave", "no wave"), ("area", "no area"), ("group", "no staff group")):
        here = (places[kind] == BLANK) & ~dropped
        account.append((reason, "dropped", int(here.sum()), 0, ""))
        dropped |= here
    used = np.zeros(len(dropped), dtype=bool)
    used[long["row"].to_numpy()[keep]] = True
    account.append(("no share to use", "dropped", int((~used & ~dropped).sum()), 0, ""))
    rows = int(long.loc[own, "row"].nunique())
    account.append(("rated their own team", "altered", rows, int(own.sum()), OWN))
    rated = keep & long["kind"].eq("rate").to_numpy()
    rows = int(long.loc[rated, "row"].nunique())
    account.append(("counts worked out from rates", "noted", rows, int(rated.sum()), NEAREST))
    return pd.DataFrame([row for row in account if row[2]], columns=LEDGER)
