"""The weights of a survey: worked out once for everybody, with an account of how and at what cost."""

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL, NATIONAL
from trustgap.stats.weighting.weights import CAP, KINDS, LEAST, MET, fit, poststratify, trim

PLACE = ["area", "wave"]


def weigh(
    answers: pd.DataFrame,
    *,
    headcounts: pd.DataFrame,
    margin: pd.DataFrame | None = None,
    merge: dict[str, str] | None = None,
    given: bool = False,
) -> pd.DataFrame:
    """Give every respondent a weight.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame: ``area wave group role weight``.
    headcounts : DataFrame, indexed by area, one column per group
        As for `weights.poststratify`.
    margin : DataFrame, indexed by area, one column per role, optional
        Head-counts by role; scaled to the sum of the groups', should the two differ.
    merge : dict of str to str, optional
        As for `weights.poststratify`.
    given : bool
        The answers file has weights: they are kept as they are.

    Returns
    -------
    DataFrame, index as `answers`
        ``weight``: staff that the respondent stands for, so that within an area groups count by head-count
        and over all areas each area counts by its own; missing where the file gave none. ``kind`` (one of
        `weights.KINDS`), ``merged``, ``left_out`` and ``trimmed`` say how the respondent's area and wave,
        and for ``trimmed`` the respondent, came by it.

    Notes
    -----
    Groups are post-stratified within area and wave; then raked to groups and roles where the head-count of
    every role is known, every respondent has a role, every role has `weights.LEAST` respondents and both
    margins can be met; then trimmed, within the area and, all weights of an area alike, where their mean is
    more than `weights.CAP` times the median of the wave. In an area whose head-counts are not known everybody
    counts as many staff as a respondent of the other areas does on average in that wave. Without any
    head-count every weight is 1.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a"] * 12 + ["b"] * 24, "role": ""})
    >>> heads = pd.DataFrame({"a": [240], "b": [240]}, index=["X1"])
    >>> weigh(answers, headcounts=heads)["weight"].iloc[[0, -1]].tolist()
    [20.0, 10.0]
    """
    text = answers[[*PLACE, "group", "role"]].astype(str)
    if given:
        flags = dict.fromkeys(["merged", "left_out", "trimmed"], False)
        return pd.DataFrame({"weight": answers["weight"], "kind": "given"} | flags, index=answers.index)
    people = text.groupby([*PLACE, "group"], as_index=False).size().rename(columns={"size": "n"})
    cells = poststratify(people, headcounts, merge=merge)
    found = text.merge(cells, on=[*PLACE, "group"], how="left").set_axis(answers.index)
    known = found["weight"].notna()
    somewhere = cells.groupby(PLACE)[["merged", "left_out"]].any().reset_index()
    flags = text[PLACE].merge(somewhere, on=PLACE, how="left").set_axis(answers.index)
    place = text["area"] + "|" + text["wave"]
    factor = _raked(found, margin, place) if margin is not None and len(margin.columns) else None
    raked = pd.Series(False, index=answers.index) if factor is None else factor.notna()
    weight = found["weight"] * (1.0 if factor is None else factor.fillna(1.0))
    cut = known & weight.gt(CAP * weight.groupby(place).transform("median") * (1 + 1e-9))
    weight = trim(weight, place)
    # An area where hardly anybody answered must not sway the whole: all of its weights are cut alike.
    usual = weight.groupby(text["wave"]).transform("median")
    mean = weight.groupby(place).transform("mean")
    weight = weight * (CAP * usual / mean).clip(upper=1.0)
    cut |= known & mean.gt(CAP * usual * (1 + 1e-9))
    # Per wave, so that an area of unknown size has the same part in the whole as its respondents have.
    average = weight.groupby(text["wave"]).transform("mean")
    kind = np.select([raked, known], ["raked", "poststratified"], "none")
    weight = weight.fillna(average).fillna(1.0)
    return pd.DataFrame({"weight": weight, "kind": kind}).assign(
        merged=flags["merged"], left_out=flags["left_out"], trimmed=cut
    )


def _raked(found: pd.DataFrame, margin: pd.DataFrame, place: pd.Series) -> pd.Series:
    """Give the factors that meet both margins; missing where the place is not raked."""
    roles = list(margin.columns)
    at, places = pd.factorize(place)
    cell, cells = pd.factorize(found["cell"])
    role = pd.Index(roles).get_indexer(found["role"])
    shape = (len(places), len(cells), len(roles))
    n, base = np.zeros(shape), np.zeros(shape)
    has = (role >= 0) & found["weight"].notna().to_numpy()
    spot = (at[has], cell[has], role[has])
    np.add.at(n, spot, 1.0)
    np.add.at(base, spot, found["weight"].to_numpy()[has])
    everybody = np.bincount(at[~has], minlength=len(places)) == 0
    heads = margin.reindex([name.rsplit("|", 1)[0] for name in places]).to_numpy(float)
    usable = everybody & (heads > 0).all(axis=1) & (n.sum(axis=1) >= LEAST).all(axis=1)
    heads = np.where(usable[:, None], heads, 1.0)
    totals = base.sum(axis=2)
    second = heads * (totals.sum(axis=1) / heads.sum(axis=1))[:, None]
    factors, missed = np.ones(shape), [np.ones(len(places))]
    if usable.any():
        factors[usable], missed = fit(base[usable], [totals[usable], second[usable]])
        usable[usable] = np.max(missed, axis=0) < MET
    result = np.full(len(found), np.nan)
    chosen = has & usable[at]
    result[chosen] = factors[at[chosen], cell[chosen], role[chosen]]
    return pd.Series(result, index=found.index)


def account(answers: pd.DataFrame, weighed: pd.DataFrame) -> pd.DataFrame:
    """Account for the weights of every area and wave, and of the whole.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame.
    weighed : DataFrame, index as `answers`
        As `weigh` returns it.

    Returns
    -------
    DataFrame, one row per area and wave with a respondent, and per wave of the whole
        ``area wave kind n deff n_eff largest`` (in multiples of the mean weight) ``known`` (share of
        respondents whose weight rests on head-counts or was given) ``merged left_out trimmed`` (flags). The
        whole has the kind of its most refined area. ``n`` counts respondents with a weight.

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a"] * 12 + ["b"] * 24, "role": ""})
    >>> heads = pd.DataFrame({"a": [240], "b": [240]}, index=["X1"])
    >>> account(answers, weigh(answers, headcounts=heads))[["area", "kind", "n", "deff"]]
           area            kind   n   deff
    0        X1  poststratified  36  1.125
    1  national  poststratified  36  1.125
    """
    frame = weighed.assign(
        area=answers["area"].astype(str),
        wave=answers["wave"].astype(str),
        squares=weighed["weight"] ** 2,
        known=weighed["kind"].ne("none") & weighed["weight"].notna(),
        place=weighed["kind"].map(KINDS.index),
    )
    how = {
        "kind": ("place", "max"), "n": ("weight", "count"), "total": ("weight", "sum"),
        "squares": ("squares", "sum"), "largest": ("weight", "max"), "known": ("known", "mean"),
        "merged": ("merged", "any"), "left_out": ("left_out", "any"), "trimmed": ("trimmed", "any"),
    }  # fmt: skip
    both = pd.concat([frame, frame.assign(area=NATIONAL)])
    table = both.groupby(PLACE, sort=False).agg(**how).reset_index()
    some = table["n"].gt(0)
    total, squares = table["total"].where(some), table["squares"].where(some)
    n_eff = total**2 / squares
    largest = table["largest"] * table["n"] / total
    table = table.assign(
        kind=[KINDS[place] for place in table["kind"]], deff=table["n"] / n_eff, n_eff=n_eff, largest=largest
    )
    return table[[*PLACE, "kind", "n", "deff", "n_eff", "largest", "known", "merged", "left_out", "trimmed"]]


def described(weighting: pd.DataFrame, *, groups: list[str]) -> pd.DataFrame:
    """Put the account of weights into the vocabulary of results.

    Parameters
    ----------
    weighting : DataFrame
        As `account` returns it, of any areas and waves.
    groups : list of str
        The groups; each row rests on all of them, because weights and head-counts together tell how many of
        a group answered.

    Returns
    -------
    DataFrame, rows of results
        Analysis ``weighting``: ``design_effect``, ``effective_n``, ``largest_weight`` (in multiples of the
        mean) and ``weight_known`` (share of respondents). ``method`` is the kind, followed by ``+merged``,
        ``+left_out`` and ``+trimmed`` where that was done. No row for places without weights.

    Examples
    --------
    >>> row = {"area": "X1", "wave": "1", "kind": "raked", "n": 90, "deff": 1.25, "n_eff": 72.0,
    ...        "largest": 2.0, "known": 1.0, "merged": False, "left_out": False, "trimmed": True}
    >>> described(pd.DataFrame([row]), groups=["a", "b"])[["estimand", "estimate", "method"]]
             estimand  estimate         method
    0   design_effect      1.25  raked+trimmed
    1     effective_n     72.00  raked+trimmed
    2  largest_weight      2.00  raked+trimmed
    3    weight_known      1.00  raked+trimmed
    """
    some = weighting[weighting["kind"].ne("none") & weighting["n"].gt(0)].reset_index(drop=True)
    method = some["kind"].astype(object)
    for flag in ("merged", "left_out", "trimmed"):
        method = method + np.where(some[flag], f"+{flag}", "")
    rests_on = [
        tuple((area, wave, group, "") for group in (ALL, *groups))
        for area, wave in some[PLACE].itertuples(index=False)
    ]
    named = some[PLACE].assign(
        analysis="weighting",
        group_a=ALL,
        n_a=some["n"],
        n_eff=some["n_eff"],
        method=method,
        reason="",
        rests_on=pd.Series(rests_on, dtype=object),
    )
    estimands = {
        "design_effect": "deff", "effective_n": "n_eff", "largest_weight": "largest", "weight_known": "known"
    }  # fmt: skip
    frames = [named.assign(estimand=name, estimate=some[column]) for name, column in estimands.items()]
    return pd.concat(frames, ignore_index=True)
