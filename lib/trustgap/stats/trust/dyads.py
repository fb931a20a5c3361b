"""Who trusts whom: groups of staff that rate each other's teams, or the same team, or the same barriers."""

from itertools import combinations

import pandas as pd

from trustgap.stats import families, results
from trustgap.stats.cells import pick
from trustgap.stats.counts import levels
from trustgap.stats.families import decide
from trustgap.stats.orders.ordinal import compare, theta
from trustgap.stats.teams import item_of_team, rates


def reciprocity(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    block: str = "trust",
    teams: pd.DataFrame | None = None,
    against: pd.DataFrame | None = None,
    permutations: int = 9999,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare, for every pair of groups, how each rates the team that the other is.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it; any number of areas and waves.
    items : DataFrame, indexed by item
        The questionnaire's items; one item of the block per team.
    groups : DataFrame, indexed by group
        ``team``: the team that the group is, or "".
    block : str
        Block of items, such as ``"trust"`` or ``"relationship"``.
    teams : DataFrame, indexed by team, optional
        ``members``: the groups that do not rate the team. Without it a group rates all teams but its
        own.
    against : DataFrame, optional
        The cells of the second group of every pair, where they are not to be taken from `counts`.
    permutations, seed : int
        As in `trustgap.stats.orders.ordinal.compare`.

    Returns
    -------
    DataFrame, rows of results
        For every area, wave and unordered pair of groups that rate each other's teams, in the order
        of `groups`: ``theta`` (above 0.5: a rates b's team higher than b rates a's),
        ``share_difference`` and ``theta_simultaneous``. ``item`` names the block, ``target`` is "". The
        rows of ``theta`` have p-values adjusted by Holm within area and wave, over all planned pairs: one
        that could not be tested counts too. The rows of ``share_difference`` are descriptive and not
        adjusted. Those of ``theta_simultaneous`` are θ again, with limits that hold for all planned pairs of
        an area and wave together (Bonferroni: 1 − 0.05 / pairs each); they have no test of their own.

    Raises
    ------
    ValueError
        If a team has several items in the block.

    Notes
    -----
    The two samples are independent: each respondent belongs to one group.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
       Journal of Statistics, 6, 65-70.

    Examples
    --------
    >>> items = pd.DataFrame({"block": "trust", "team": ["s", "t"], "top_from": 2, "scale": "agree"})
    >>> items.index = ["trust_s", "trust_t"]
    >>> groups = pd.DataFrame({"team": ["s", "t"]}, index=["a", "b"])
    >>> cells = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"],
    ...                       "item": ["trust_t", "trust_s"], 1: [32, 14], 2: [48, 56]})
    >>> reciprocity(cells, items, groups)[["estimand", "group_a", "group_b", "estimate"]]
                 estimand group_a group_b  estimate
    0               theta       a       b       0.4
    1    share_difference       a       b      -0.2
    2  theta_simultaneous       a       b       0.4
    """
    item = item_of_team(items, block)
    own = groups["team"]
    pairs = [
        (a, b, item[own[b]], item[own[a]])
        for a, b in combinations(groups.index, 2)
        if {own[a], own[b]} <= set(item.index)
        and rates(a, own[b], groups, teams)
        and rates(b, own[a], groups, teams)
    ]
    sides = _sides(counts, pairs, against=against)
    rows = compare(*sides, items, analysis="reciprocity", permutations=permutations, seed=seed)
    judged = _families(rows, f"reciprocity|{block}", ["area", "wave"], method="holm")
    together = _simultaneous(rows[rows["estimand"] == "theta"], sides, len(pairs))
    return pd.concat([judged, together], ignore_index=True).assign(item=block, target="")


def _simultaneous(rows: pd.DataFrame, sides: list[pd.DataFrame], pairs: int) -> pd.DataFrame:
    """Give the rows of θ limits that hold for all pairs of a place together."""
    if rows.empty:
        return rows
    limits = ["conf_low", "conf_high"]
    scores = sorted({*levels(sides[0]), *levels(sides[1])})
    x, y = (side.reindex(columns=scores, fill_value=0).to_numpy() for side in sides)
    wider = theta(x, y, confidence=1 - families.CONFIRM / pairs)[limits].set_axis(rows.index)
    known = rows[limits].notna().to_numpy()
    rows = rows.assign(estimand="theta_simultaneous", verdict="", material=False, **wider.where(known))
    return rows.drop(columns=["p_value", "conf_low_90", "conf_high_90", "mde80"])


def same_team(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    block: str = "trust",
    teams: pd.DataFrame | None = None,
    permutations: int = 9999,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare, for every team, how two groups that rate it see it.

    Parameters
    ----------
    counts, items, groups, block, teams, permutations, seed
        As in `reciprocity`.

    Returns
    -------
    DataFrame, rows of results
        For every area, wave, team and pair of groups that rate it, in the order of `groups`:
        ``theta`` (above 0.5: a rates the team higher than b does) and ``share_difference``. The rows
        of ``theta`` have p-values adjusted by Benjamini-Hochberg within area and wave; the verdict
        asks for an adjusted p-value below 0.10.

    Raises
    ------
    ValueError
        If a team has several items in the block.

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
       Royal Statistical Society B, 57, 289-300.

    Examples
    --------
    >>> items = pd.DataFrame({"block": "trust", "team": ["t"], "top_from": 2}, index=["trust_t"])
    >>> groups = pd.DataFrame({"team": ["", ""]}, index=["a", "b"])
    >>> cells = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"], "item": "trust_t",
    ...                       1: [14, 32], 2: [56, 48]})
    >>> same_team(cells, items, groups)[["estimand", "target", "estimate"]]
               estimand target  estimate
    0             theta      t       0.6
    1  share_difference      t       0.2
    """
    pairs = [
        (a, b, item, item)
        for team, item in item_of_team(items, block).items()
        for a, b in combinations([g for g in groups.index if rates(g, team, groups, teams)], 2)
    ]
    rows = _compare_pairs(counts, items, pairs, analysis="same_team", permutations=permutations, seed=seed)
    return _families(rows, f"same_team|{block}", ["area", "wave"], method="fdr_bh")


def group_gap(
    counts: pd.DataFrame,
    items: pd.DataFrame,
    group_a: str,
    group_b: str,
    *,
    block: str = "factor",
    permutations: int = 9999,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare, for every factor, how often two groups say that it occurs.

    Parameters
    ----------
    counts, items, permutations, seed
        As in `reciprocity`; `items` needs ``decision``.
    group_a, group_b : str
        The two groups.
    block : str
        Block of items.

    Returns
    -------
    DataFrame, rows of results
        For every area, wave and item of the block: ``theta`` (above 0.5: more frequent for a) and
        ``share_difference``. The rows of ``theta`` have p-values adjusted by Benjamini-Hochberg
        within area, wave and decision; the verdict asks for an adjusted p-value below 0.10.

    Examples
    --------
    >>> items = pd.DataFrame({"block": "factor", "team": "", "decision": "delay", "top_from": 2}, index=["f"])
    >>> cells = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"], "item": "f",
    ...                       1: [14, 32], 2: [56, 48]})
    >>> group_gap(cells, items, "a", "b")["family_id"].tolist()
    ['group_gap|a v b|X1|1|delay', '']
    """
    pairs = [(group_a, group_b, item, item) for item in items.index[items["block"] == block]]
    rows = _compare_pairs(counts, items, pairs, analysis="group_gap", permutations=permutations, seed=seed)
    rows["decision"] = rows["item"].map(items["decision"])
    name = f"group_gap|{group_a} v {group_b}"
    by = ["area", "wave", "decision"]
    return _families(rows, name, by, method="fdr_bh").drop(columns="decision")


def _compare_pairs(counts: pd.DataFrame, items: pd.DataFrame, pairs: list[tuple], **options) -> pd.DataFrame:
    """Compare in every area and wave the cells (group a, item a) and (group b, item b) of each pair."""
    return compare(*_sides(counts, pairs), items, **options)


def _sides(
    counts: pd.DataFrame, pairs: list[tuple], *, against: pd.DataFrame | None = None
) -> list[pd.DataFrame]:
    """Pick the cells of every pair in every area and wave."""
    places = counts[["area", "wave"]].drop_duplicates()
    plan = pd.DataFrame(pairs, columns=["a", "b", "item_a", "item_b"])
    plan = places.merge(plan, how="cross")
    cells = {"a": counts, "b": counts if against is None else against}
    return [
        pick(part, plan.rename(columns={side: "group", f"item_{side}": "item"}))
        for side, part in cells.items()
    ]


def _families(rows: pd.DataFrame, name: str, by: list[str], *, method: str) -> pd.DataFrame:
    """Adjust and judge the rows of θ family by family; those of the shares stay as they are."""
    main = rows["estimand"] == "theta"
    margin = results.MARGIN_THETA
    judged = decide(rows[main], by=by, name=name, method=method, null=0.5, margin=margin)
    return pd.concat([judged, rows[~main].assign(family_id="")], ignore_index=True)
