"""Interventions in an order that says what is not known: first the evidence on barriers, then rank sets."""

from zlib import crc32

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.stats.counts import ALL
from trustgap.stats.diagnostic.barriers import VERDICTS
from trustgap.stats.ranking.means import pooled, scores
from trustgap.stats.ranking.rankings import MIN_RANKED, members
from trustgap.stats.ranking.ranks import rank_sets
from trustgap.stats.results import MIN_N, ROUNDING

CONFIDENCE = 0.95
EVIDENCE_ONLY = "order of the evidence on its barriers"
METHOD = (
    "order of the evidence on its barriers, within it simultaneous rank sets of how often the linked "
    "factors are named, equal weights of groups"
)
COLUMNS = (
    "area wave analysis estimand item group_a n_a estimate conf_low conf_high method reason rests_on"
).split()


def states(addressed: pd.DataFrame, verdicts: pd.DataFrame, *, area: str) -> pd.DataFrame:
    """Say for every intervention what the evidence says of the barriers that it addresses.

    Parameters
    ----------
    addressed : DataFrame
        ``intervention``, ``barrier``: one row per pair, interventions in the order wanted.
    verdicts : DataFrame
        ``item`` (barrier) and ``verdict``, as `barriers.barriers` gives them for one area.
    area : str
        The area.

    Returns
    -------
    DataFrame, one row per intervention
        Analysis ``intervention_barriers``; ``estimand`` is ``barriers_verified`` and ``estimate`` how many of
        its barriers are verified; ``verdict`` is the most telling among its barriers, in the order of
        `barriers.VERDICTS`: a barrier without evidence is not tested, and so comes before a disproved one.

    Examples
    --------
    >>> addressed = pd.DataFrame({"intervention": ["p", "p", "q"], "barrier": ["x", "y", "z"]})
    >>> verdicts = pd.DataFrame({"item": ["x", "y"], "verdict": ["disproved", "verified"]})
    >>> states(addressed, verdicts, area="X1")[["item", "verdict"]]
      item     verdict
    0    p    verified
    1    q  not_tested
    """
    place = _verdicts(addressed, verdicts)
    first = place.groupby(addressed["intervention"], sort=False).min()
    verified = place.eq(VERDICTS.index("verified")).groupby(addressed["intervention"], sort=False).sum()
    return pd.DataFrame(
        {
            "area": area,
            "analysis": "intervention_barriers",
            "estimand": "barriers_verified",
            "item": list(first.index),
            "estimate": verified.to_numpy(float),
            "verdict": [VERDICTS[one] for one in first],
            "method": "the most telling verdict among its barriers",
        }
    )


def linked(addressed: pd.DataFrame, links: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Find the questions that stand behind every intervention.

    Parameters
    ----------
    addressed, verdicts
        As for `states`.
    links : DataFrame
        ``barrier``, ``item``: the questions that speak to a barrier.

    Returns
    -------
    DataFrame
        ``intervention``, ``item``: questions on those of its barriers that have the verdict by which it is
        placed; an intervention against a verified barrier does not rise by questions on a disproved one.

    Examples
    --------
    >>> addressed = pd.DataFrame({"intervention": ["p", "p"], "barrier": ["x", "y"]})
    >>> verdicts = pd.DataFrame({"item": ["x", "y"], "verdict": ["disproved", "verified"]})
    >>> links = pd.DataFrame({"barrier": ["x", "y"], "item": ["q1", "q2"]})
    >>> linked(addressed, links, verdicts)["item"].tolist()
    ['q2']
    """
    found = _verdicts(addressed, verdicts)
    best = found.groupby(addressed["intervention"], sort=False).transform("min")
    pairs = addressed[found.eq(best)].merge(links[["barrier", "item"]], on="barrier")
    return pairs[["intervention", "item"]].drop_duplicates(ignore_index=True)


def _verdicts(addressed: pd.DataFrame, verdicts: pd.DataFrame) -> pd.Series:
    """Give the place of each barrier's verdict in `VERDICTS`; one without evidence is not tested."""
    known = verdicts[verdicts["verdict"].ne("")].drop_duplicates("item").set_index("item")["verdict"]
    order = {verdict: place for place, verdict in enumerate(VERDICTS)}
    return addressed["barrier"].map(known).fillna("not_tested").map(order).astype(int)


def places(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    factors: pd.DataFrame,
    stated: pd.DataFrame,
    *,
    area: str,
    wave: str,
    seed: int,
) -> pd.DataFrame:
    """Find the places that every intervention could take in the order of what is known.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        The canonical frame of the area; without rows the evidence alone decides.
    items : DataFrame, indexed by item
        The factors; needs ``top_from``.
    factors : DataFrame
        ``intervention``, ``item``, as `linked` gives them. Items not in `items` are not used.
    stated : DataFrame
        As `states` gives it.
    area, wave : str
        Whose answers.
    seed : int
        Of the survey. The draws depend on it, the area and the state, not on what ran before.

    Returns
    -------
    DataFrame
        Analysis ``interventions``, two rows per intervention. ``rank``: ``estimate`` is its place (1 is
        first; equal places are ties), ``conf_low`` and ``conf_high`` the places that it could take, together
        for all interventions. ``linked_share``: how often its factors are named, the mean over respondents
        of the share of them that they name, with t limits.

        An intervention whose barriers are of another state never changes places: the order of states is
        given, and its own uncertainty is that of the verdicts. Reasons: ``not_linked`` (no factor of the
        survey speaks to it), ``n_lt_min`` (fewer than `results.MIN_N` people of every group named or not
        named its factors, or fewer than `MIN_RANKED` people in all), ``evidence_only`` (no answers); then it
        could take any place among those of its state. ``constant``: all gave the same answers.

    Notes
    -----
    The rank sets of each state hold with confidence 1 − 0.05 / s, s being the number of states with two
    interventions or more to rank, so that all sets hold together with 95% confidence. An intervention that
    cannot be ranked could stand anywhere among those of its state and so widens every set there by one
    place. Two that rest on the same factors are ties whose order nobody can tell.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "a",
    ...                         "p": rng.integers(4, 6, 60), "q": rng.integers(1, 5, 60)})
    >>> items = pd.DataFrame({"top_from": 4}, index=["p", "q"])
    >>> factors = pd.DataFrame({"intervention": ["i", "j"], "item": ["q", "p"]})
    >>> stated = pd.DataFrame({"item": ["i", "j", "k"], "verdict": ["verified", "verified", "disproved"]})
    >>> rows = places(answers, items, factors, stated, area="X1", wave="1", seed=1)
    >>> rows.query("estimand == 'rank'")[["item", "conf_low", "conf_high"]]
      item  conf_low  conf_high
    0    i       2.0        2.0
    1    j       1.0        1.0
    2    k       3.0        3.0
    """
    used = factors[factors["item"].isin(items.index)]
    own = used.groupby("intervention", sort=False)["item"].agg(tuple).to_dict()
    parts = members(answers, area=area, wave=wave, group=ALL) if len(answers) else {}
    numbers = {name: _named(part, items, stated["item"], own) for name, part in parts.items()}
    rows = _identity(stated, own, area, wave, numbers)
    told, ready = _shares(rows, numbers), rows["reason"].eq("")
    ranked = rows.assign(estimand="rank", estimate=np.nan, conf_low=np.nan, conf_high=np.nan)
    tiers = [(state, np.flatnonzero(stated["verdict"].eq(state))) for state in VERDICTS]
    share = sum(ready.iloc[tier].sum() > 1 for _, tier in tiers)
    before = 0
    for state, tier in tiers:
        inside = tier[ready.iloc[tier].to_numpy()]
        key = [seed, crc32(area.encode()), crc32(b"interventions"), crc32(state.encode())]
        found = _sets(
            [part[:, inside] for part in numbers.values()], key, 1 - (1 - CONFIDENCE) / max(share, 1)
        )
        wide = len(tier) - len(inside)
        limits = ["estimate", "conf_low", "conf_high"]
        ranked.loc[tier, limits[1:]] = before + 1.0, before + float(len(tier))
        if len(inside):
            ranked.loc[inside, limits] = before + found + [0, 0, wide]
        before += len(tier)
    return pd.concat([ranked, told], ignore_index=True)[COLUMNS]


def _named(part: pd.DataFrame, items: pd.DataFrame, interventions: pd.Series, own: dict) -> np.ndarray:
    """Give the share of each intervention's factors that a respondent names; NaN where none was answered."""
    values = scores(part, items)
    out = np.full((len(part), len(interventions)), np.nan)
    for place, one in enumerate(interventions):
        mine = values[:, items.index.get_indexer(own.get(one, ()))]
        answered = (~np.isnan(mine)).sum(axis=1)
        np.divide(np.nansum(mine, axis=1), answered, out=out[:, place], where=answered > 0)
    return out


def _identity(
    stated: pd.DataFrame, own: dict, area: str, wave: str, numbers: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Name every intervention, its base, the cells that it rests on, and why it cannot be ranked."""
    answered = [(~np.isnan(part)).sum(axis=0) for part in numbers.values()]
    base = sum((np.where(n >= MIN_N, n, 0) for n in answered), np.zeros(len(stated)))
    people = sum((~np.isnan(part)).any(axis=1).sum() for part in numbers.values())
    without = ~stated["item"].isin(own).to_numpy()
    reason = np.select(
        [without, not numbers, (base == 0) | (people < MIN_RANKED)],
        ["not_linked", "evidence_only", "n_lt_min"],
        "",
    )
    cells = [tuple((area, wave, ALL, item) for item in own.get(one, ())) for one in stated["item"]]
    return pd.DataFrame(
        {
            "area": area,
            "wave": wave,
            "analysis": "interventions",
            "item": stated["item"].to_numpy(),
            "group_a": ALL,
            "n_a": np.where(reason == "", base, np.nan),
            "method": np.where(reason == "", METHOD, EVIDENCE_ONLY),
            "reason": reason.astype(object),
            "rests_on": [cell if why == "" else () for cell, why in zip(cells, reason, strict=True)],
        }
    )


def _shares(rows: pd.DataFrame, numbers: dict[str, np.ndarray]) -> pd.DataFrame:
    """Estimate how often the factors of each intervention are named."""
    ready = np.flatnonzero(rows["reason"].eq(""))
    values, reason = np.full((len(rows), 3), np.nan), rows["reason"].to_numpy(object).copy()
    for place in ready:
        mean, covariance, n = pooled([part[:, [place]] for part in numbers.values()])
        error = float(np.sqrt(covariance[0, 0]))
        values[place, 0] = mean[0]
        if error > ROUNDING:
            half = error * stats.t.ppf(0.975, n - 1)
            values[place, 1:] = np.clip([mean[0] - half, mean[0] + half], 0, 1)
        else:
            reason[place] = "constant"
    limits = dict(zip(("estimate", "conf_low", "conf_high"), values.T, strict=True))
    method = "mean over respondents, t interval, equal weights of groups"
    return rows.assign(estimand="linked_share", method=method, reason=reason, **limits)


def _sets(numbers: list[np.ndarray], key: list[int], confidence: float) -> np.ndarray:
    """Rank the interventions of one state: place, first and last place that cannot be excluded."""
    size = numbers[0].shape[1] if numbers else 0
    if size < 2:
        return np.ones((size, 3))
    mean, covariance, n = pooled(numbers)
    if not np.diag(covariance).max() > ROUNDING**2:
        low, high = np.ones(size), np.full(size, float(size))
        return np.column_stack([1 + (mean[:, None] < mean).sum(axis=1), low, high])
    found = rank_sets(mean, covariance, n=n, seed=key, confidence=confidence)
    return found[["rank", "low", "high"]].to_numpy(float)
