"""The weights of a survey: worked out once for everybody, with an account of how and at what cost."""

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL, NATIONAL, numbered
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
    if given:
        kind = _kinds(np.full(len(answers), KINDS.index("given")))
        flags = dict.fromkeys(["merged", "left_out", "trimmed"], False)
        return pd.DataFrame({"weight": answers["weight"], "kind": kind} | flags, index=answers.index)
    place, places = numbered(answers, PLACE)
    cell, named = numbered(answers, [*PLACE, "group"])
    people = named.assign(n=np.bincount(cell, minlength=len(named)))
    cells = poststratify(people, headcounts, merge=merge)
    # Everything but roles is the same for all of a cell: it is looked up once for each and then handed out.
    of_cell = named.merge(cells, on=[*PLACE, "group"], how="left")
    base = pd.Series(of_cell["weight"].to_numpy()[cell], index=answers.index)
    known = base.notna()
    somewhere = cells.groupby(PLACE)[["merged", "left_out"]].any().reset_index()
    flags = places.merge(somewhere, on=PLACE, how="left")
    factor = None
    if margin is not None and len(margin.columns):
        joined = pd.factorize(of_cell["cell"])[0][cell]
        factor = _raked(base, joined, answers["role"], margin, place, places)
    raked = pd.Series(False, index=answers.index) if factor is None else factor.notna()
    weight = base * (1.0 if factor is None else factor.fillna(1.0))
    cut = known & weight.gt(CAP * weight.groupby(place).transform("median") * (1 + 1e-9))
    weight = trim(weight, pd.Series(place))
    # An area where hardly anybody answered must not sway the whole: all of its weights are cut alike.
    wave = pd.factorize(answers["wave"])[0]
    usual = weight.groupby(wave).transform("median")
    mean = weight.groupby(place).transform("mean")
    weight = weight * (CAP * usual / mean).clip(upper=1.0)
    cut |= known & mean.gt(CAP * usual * (1 + 1e-9))
    # Per wave, so that an area of unknown size has the same part in the whole as its respondents have.
    average = weight.groupby(wave).transform("mean")
    weight = weight.fillna(average).fillna(1.0)
    kind = _kinds(np.select([raked, known], [KINDS.index("raked"), KINDS.index("poststratified")], 0))
    return pd.DataFrame({"weight": weight, "kind": kind}).assign(
        merged=flags["merged"].to_numpy()[place], left_out=flags["left_out"].to_numpy()[place], trimmed=cut
    )


def _kinds(codes: np.ndarray) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=list(KINDS))


def _raked(
    base: pd.Series,
    joined: np.ndarray,
    role: pd.Series,
    margin: pd.DataFrame,
    place: np.ndarray,
    places: pd.DataFrame,
) -> pd.Series:
    """Give the factors that meet both margins; missing where the place is not raked."""
    roles = list(margin.columns)
    at, order = pd.factorize(place)
    cell, cells = pd.factorize(joined)
    own = pd.Categorical(role)
    role = np.append(pd.Index(roles).get_indexer(own.categories.astype(str)), -1)[own.codes]
    shape = (len(order), len(cells), len(roles))
    has = (role >= 0) & base.notna().to_numpy()
    spot = np.ravel_multi_index((at[has], cell[has], role[has]), shape)
    n, staff = (
        np.bincount(spot, weights=part, minlength=np.prod(shape)).reshape(shape).astype(float)
        for part in (None, base.to_numpy()[has])
    )
    everybody = np.bincount(at[~has], minlength=len(order)) == 0
    heads = margin.reindex(places["area"].to_numpy()[order]).to_numpy(float)
    usable = everybody & (heads > 0).all(axis=1) & (n.sum(axis=1) >= LEAST).all(axis=1)
    heads = np.where(usable[:, None], heads, 1.0)
    totals = staff.sum(axis=2)
    second = heads * (totals.sum(axis=1) / heads.sum(axis=1))[:, None]
    factors, missed = np.ones(shape), [np.ones(len(order))]
    if usable.any():
        factors[usable], missed = fit(staff[usable], [totals[usable], second[usable]])
        usable[usable] = np.max(missed, axis=0) < MET
    result = np.full(len(base), np.nan)
    chosen = has & usable[at]
    result[chosen] = factors[at[chosen], cell[chosen], role[chosen]]
    return pd.Series(result, index=base.index)


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
        squares=weighed["weight"] ** 2,
        known=weighed["kind"].ne("none") & weighed["weight"].notna(),
        place=weighed["kind"].cat.codes,
    )
    how = {
        "kind": ("place", "max"), "n": ("weight", "count"), "total": ("weight", "sum"),
        "squares": ("squares", "sum"), "largest": ("weight", "max"), "known": ("known", "mean"),
        "merged": ("merged", "any"), "left_out": ("left_out", "any"), "trimmed": ("trimmed", "any"),
    }  # fmt: skip
    tables = []
    for keys in (PLACE, ["wave"]):
        number, names = numbered(answers, keys)
        table = frame.groupby(number, sort=False).agg(**how)
        named = names.iloc[table.index].reset_index(drop=True)
        tables.append(pd.concat([named, table.reset_index(drop=True)], axis=1))
    table = pd.concat([tables[0], tables[1].assign(area=NATIONAL)], ignore_index=True)
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
