"""The same people in several waves: how far the estimates of two waves move together.

All that is needed are counts of pairs of answers by the same person. Variances of changes and slopes are
sums over people of squares; what ties two answers of one person together is a sum over such pairs.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustgap.stats.cube import Cube

SIDES = ("wave_a", "group_a", "score_a", "wave_b", "group_b", "score_b")
PAIR = ["area", "item", *SIDES]
"""The columns that name a kind of pair of answers."""

CLUSTERS = ", respondents as clusters"
"""What ``method`` says where the same people answered in several waves, and this was allowed for."""


def pairs(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Count the pairs of answers that the same respondent gave to an item in two waves.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``respondent``, ``area``, ``wave``, ``group`` and one column per item.
    items : DataFrame, indexed by item
        The items to count.

    Returns
    -------
    DataFrame
        ``area``, ``item``, then ``wave``, ``group`` and ``score`` of the one answer (``_a``) and of the
        other (``_b``), and ``n``, the respondents who gave both. Each pair stands there once, in either
        order; only valid answers count. Empty where nobody answered twice.

    Raises
    ------
    KeyError
        If an item has no column in `answers`.

    Notes
    -----
    A respondent who changed group between the waves is a pair of two groups: it does not tie the waves
    of either group together, but those of the whole, in which both count. One who moved to another area
    gave one answer to each area's estimates, which ties nothing within an area; in the answers of the
    whole country, all under one area, the pair counts.

    Examples
    --------
    >>> answers = pd.DataFrame({"respondent": ["r", "s", "r", "s"], "area": "X1", "group": "a",
    ...                         "wave": ["1", "1", "2", "2"], "q": [2, 1, 2, -2]})
    >>> pairs(answers, pd.DataFrame(index=["q"]))[["wave_a", "score_a", "wave_b", "score_b", "n"]]
      wave_a  score_a wave_b  score_b  n
    0      1        2      2        2  1
    """
    absent = [item for item in items.index if item not in answers.columns]
    if absent:
        raise KeyError(f"answers lack the item columns {absent}; they have {sorted(answers.columns)}")
    several = answers.duplicated(["area", "respondent"], keep=False)
    if not several.any():
        return pd.DataFrame({name: pd.Series(dtype=object) for name in PAIR} | {"n": pd.Series(dtype=int)})
    again = answers[several].sort_values("wave", kind="stable")
    place = pd.DataFrame({"person": again.groupby(["area", "respondent"], observed=True).ngroup()})
    place["row"] = np.arange(len(place))
    both = place.merge(place, on="person", suffixes=("_a", "_b"))
    wave = again["wave"].astype(str).to_numpy()
    both = both[(both["row_a"] < both["row_b"]) & (wave[both["row_a"]] != wave[both["row_b"]])]
    first, second = both["row_a"].to_numpy(), both["row_b"].to_numpy()
    named = {"area": again["area"].astype(str).to_numpy()[first]}
    for side, rows in (("a", first), ("b", second)):
        named |= {f"{name}_{side}": again[name].astype(str).to_numpy()[rows] for name in ("wave", "group")}
    kinds = pd.DataFrame(named)
    kind = kinds.groupby(list(kinds), sort=True).ngroup().to_numpy()
    kinds = kinds.assign(kind=kind).drop_duplicates("kind").set_index("kind")
    scores = {item: again[item].to_numpy() for item in items.index}
    frames = [_counted(own[first], own[second], kind, kinds, item) for item, own in scores.items()]
    return pd.concat(frames, ignore_index=True)


def _counted(
    one: np.ndarray, other: np.ndarray, kind: np.ndarray, kinds: pd.DataFrame, item: str
) -> pd.DataFrame:
    one, other = one.astype(np.int64), other.astype(np.int64)
    valid = (one > 0) & (other > 0)
    size = int(max(one.max(initial=0), other.max(initial=0))) + 1
    codes, n = np.unique((kind[valid] * size + one[valid]) * size + other[valid], return_counts=True)
    named = kinds.loc[codes // size**2].reset_index(drop=True)
    found = named.assign(item=item, score_a=codes // size % size, score_b=codes % size, n=n)
    return found[[*PAIR, "n"]]


def _placed(links: pd.DataFrame, grid: Cube) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Find where each kind of pair belongs on the axes of a grid, and how often it occurs."""
    axes = {"area": grid.areas, "item": grid.items}
    for side in "ab":
        axes |= {f"wave_{side}": grid.waves, f"group_{side}": grid.groups}
    at = {name: pd.Index(axis).get_indexer(links[name].astype(str)) for name, axis in axes.items()}
    at |= {name: links[name].to_numpy(int) - 1 for name in ("score_a", "score_b")}
    inside = np.all([at[name] >= 0 for name in axes], axis=0)
    return {name: place[inside] for name, place in at.items()}, links["n"].to_numpy(float)[inside]


def _none(links: pd.DataFrame | None) -> bool:
    return links is None or links.empty


def between(links: pd.DataFrame | None, grid: Cube, now: np.ndarray, then: np.ndarray) -> np.ndarray | None:
    """Lay out the pairs of answers that link two waves, another two for each area and item.

    Parameters
    ----------
    links : DataFrame, optional
        As `pairs` returns it; pairs that are not on the grid are left out.
    grid : Cube
        The counts.
    now, then : array of int, shape (areas, items)
        Positions of the two waves.

    Returns
    -------
    array of float, shape (areas, items, groups, groups, scores, scores), or None
        Respondents by group and score in the wave `now` (first of each two axes) and in the wave `then`;
        None where there are no links.

    Examples
    --------
    >>> from trustgap.stats.cube import cube
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2"], "group": "a", "item": "q", 1: 1, 2: 1})
    >>> grid = cube(cells, pd.DataFrame({"top_from": [2]}, index=["q"]))
    >>> links = pd.DataFrame([["X1", "q", "1", "a", 2, "2", "a", 1, 1]], columns=[*PAIR, "n"])
    >>> between(links, grid, np.array([[1]]), np.array([[0]]))[0, 0, 0, 0].tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    if _none(links):
        return None
    at, n = _placed(links, grid)
    size, scores = len(grid.groups), grid.table.shape[-1]
    joint = np.zeros((len(grid.areas), len(grid.items), size, size, scores, scores))
    where = (at["area"], at["item"])
    for one, other in ("ab", "ba"):
        here = (at[f"wave_{one}"] == now[where]) & (at[f"wave_{other}"] == then[where])
        names = ("area", "item", f"group_{one}", f"group_{other}", f"score_{one}", f"score_{other}")
        np.add.at(joint, tuple(at[name][here] for name in names), n[here])
    return joint


def over_waves(links: pd.DataFrame | None, grid: Cube, tops: Sequence[int]) -> np.ndarray | None:
    """Lay out the pairs of positive and other answers that link any two waves.

    Parameters
    ----------
    links, grid
        As for `between`.
    tops : sequence of int
        The lowest positive score of each item of the grid.

    Returns
    -------
    array of float, shape (areas, items, groups, waves, 2, groups, waves, 2), or None
        Respondents by group, wave and whether the answer was positive, of either answer: symmetric in the
        two, zero where both waves are the same; None where there are no links.

    Examples
    --------
    >>> from trustgap.stats.cube import cube
    >>> cells = pd.DataFrame({"area": "X1", "wave": ["1", "2"], "group": "a", "item": "q", 1: 1, 2: 1})
    >>> grid = cube(cells, pd.DataFrame({"top_from": [2]}, index=["q"]))
    >>> links = pd.DataFrame([["X1", "q", "1", "a", 2, "2", "a", 1, 1]], columns=[*PAIR, "n"])
    >>> over_waves(links, grid, [2])[0, 0, 0, 0, 1, 0, 1].tolist()
    [1.0, 0.0]
    """
    if _none(links):
        return None
    at, n = _placed(links, grid)
    size = (len(grid.groups), len(grid.waves), 2)
    joint = np.zeros((len(grid.areas), len(grid.items), *size, *size))
    positive = {
        side: (at[f"score_{side}"] + 1 >= np.asarray(tops, int)[at["item"]]).astype(int) for side in "ab"
    }
    sides = {side: (at[f"group_{side}"], at[f"wave_{side}"], positive[side]) for side in "ab"}
    for one, other in ("ab", "ba"):
        np.add.at(joint, (at["area"], at["item"], *sides[one], *sides[other]), n)
    return joint


def collapsed(joint: np.ndarray | None, tops: Sequence[int]) -> np.ndarray | None:
    """Sum the scores of both answers into positive ones and others.

    Parameters
    ----------
    joint : array, shape (areas, items, groups, groups, scores, scores), or None
        As `between` returns it.
    tops : sequence of int
        The lowest positive score of each item.

    Returns
    -------
    array of float, shape (areas, items, groups, groups, 2, 2), or None

    Examples
    --------
    >>> collapsed(np.arange(9.0).reshape(1, 1, 1, 1, 3, 3), [3]).ravel().tolist()
    [8.0, 7.0, 13.0, 8.0]
    """
    if joint is None:
        return None
    positive = np.arange(1, joint.shape[-1] + 1) >= np.asarray(tops, int)[:, None]
    sort = np.stack([~positive, positive], axis=1).astype(float)
    return np.einsum("aighkl,ipk,iql->aighpq", joint, sort, sort, optimize=True)
