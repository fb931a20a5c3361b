"""What is true in a synthetic survey: expectations worked out from the law of its answers.

The code is its own: nothing here uses the statistics of the library, because these values judge them.
"""

from itertools import combinations, permutations

import numpy as np
import pandas as pd

from trustgap.survey.synthetic.law import ALL, View, look, rows, theta
from trustgap.survey.synthetic.model import World

COLUMNS = "area wave analysis estimand item group_a group_b target value is_null".split()
TIE = 1e-12  # shares closer than this are the same share, computed in another order


def national(world: World) -> pd.DataFrame:
    """Work out what is true of the country as a whole.

    Parameters
    ----------
    world : World
        The law and the respondents.

    Returns
    -------
    DataFrame
        `COLUMNS`; see `trustgap.survey.synthetic.truth`. Rank rows: 1 + the number of items with a greater
        share of positive answers (analysis "least": with a smaller one); ``target`` names the decision
        whose factors are ranked, "" for all; group "all" weights groups equally in rankings, is mixed as
        answered in shares, and is held at the mix of all waves in "wave_share" and "change". Class
        contrasts hold for respondents who answer every factor. ``latent_sd`` is the standard deviation
        between areas on the latent scale.
    """
    view = look(world, pooled=True)
    keep = np.ones((1, 1), dtype=bool)
    labels = {"analysis": "spread", "estimand": "latent_sd", "wave": world.model["published_wave"]}
    spread = [rows(view, sd, keep, sd == 0, item=item, **labels) for item, sd in world.spread.items()]
    return _tidy([*_common(view), *_class_contrasts(view), *spread])


def local(world: World) -> pd.DataFrame:
    """Work out what is true of every area.

    Parameters
    ----------
    world : World
        The law and the respondents.

    Returns
    -------
    DataFrame
        As `national`, and for every group the difference between the area and the rest of the country.
    """
    view = look(world, pooled=False)
    return _tidy([*_common(view), *_against_rest(view)])


def _common(view: View) -> list[dict]:
    return [*_shares(view), *_pairs(view), *_rankings(view), *_changes(view)]


def _tidy(parts: list[dict]) -> pd.DataFrame:
    parts = [part for part in parts if len(part["area"])]
    blank = [np.full(len(part["area"]), "", dtype=object) for part in parts]
    return pd.DataFrame(
        {
            column: np.concatenate([part.get(column, none) for part, none in zip(parts, blank, strict=True)])
            for column in COLUMNS
        }
    )


def _shares(view: View) -> list[dict]:
    category = np.arange(1, view.law.shape[-1] + 1)
    frames = []
    for j, (item, about) in enumerate(view.world.items.iterrows()):
        scores = {"top2_share": category >= about["top_from"]}
        if about["low_to"]:
            scores["low_share"] = category <= about["low_to"]
        if about["numeric"]:
            scores["mean"] = category
        for g, group in enumerate(view.groups):
            keep = view.base[:, :, g, j] > 0
            labels = {"analysis": "shares", "item": item, "group_a": group, "target": about["team"]}
            for estimand, score in scores.items():
                value = view.law[:, :, g, j] @ score.astype(float)
                frames.append(rows(view, value, keep, estimand=estimand, **labels))
    return frames


def _compared(view: View, a: tuple[int, int], b: tuple[int, int], **labels: str) -> list[dict]:
    """Compare two (group, item) places wave by wave."""
    keep = (view.base[:, :, *a] > 0) & (view.base[:, :, *b] > 0)
    null = view.same((slice(None), *a), (slice(None), *b))
    values = {
        "theta": theta(view.law[:, :, *a, :], view.law[:, :, *b, :]),
        "share_difference": view.positive[:, :, *a] - view.positive[:, :, *b],
    }
    return [rows(view, value, keep, null, estimand=name, **labels) for name, value in values.items()]


def _pairs(view: View) -> list[dict]:
    items, groups, frames = view.world.items, view.world.groups, []
    position = {item: j for j, item in enumerate(items.index)}
    for (g, a), (h, b) in combinations(enumerate(groups), 2):
        names = {"group_a": a, "group_b": b}
        for block in ("trust", "relationship"):
            rated = {row.team: position[row.Index] for row in items[items["block"] == block].itertuples()}
            of_a, of_b = rated.get(view.world.teams.get(a)), rated.get(view.world.teams.get(b))
            if of_a is not None and of_b is not None:
                labels = {"analysis": "reciprocity", "item": block, **names}
                frames += _compared(view, (g, of_b), (h, of_a), **labels)
            for team, j in rated.items():
                labels = {"analysis": "same_team", "item": items.index[j], "target": team, **names}
                frames += _compared(view, (g, j), (h, j), **labels)
        for item in items.index[items["block"] == "factor"]:
            j = position[item]
            frames += _compared(view, (g, j), (h, j), analysis="group_gap", item=item, **names)
    return frames


def _ranked(view: View, share: np.ndarray, items: pd.Index, **labels: str) -> list[dict]:
    """Rank items by a share of shape (areas, waves, items), greatest first; unanswered items have no rank."""
    ahead = share[..., None, :] > share[..., :, None] + TIE
    rank = 1 + ahead.sum(axis=-1)
    return [
        rows(view, rank[..., j].astype(float), ~np.isnan(share[..., j]), item=item, estimand="rank", **labels)
        for j, item in enumerate(items)
    ]


def _rankings(view: View) -> list[dict]:
    items, share, frames = view.world.items, view.positive, []
    groups = share[:, :, :-1]
    answered = np.maximum((~np.isnan(groups)).sum(axis=2), 1)
    equal = np.where(np.isnan(groups).all(axis=2), np.nan, np.nansum(groups, axis=2) / answered)
    factor, trust = (items["block"] == block for block in ("factor", "trust"))
    for g, group in enumerate(view.groups):
        own = equal if group == ALL else share[:, :, g]
        for decision in ["", *items.loc[factor, "decision"].unique()]:
            chosen = (factor & (items["decision"].eq(decision) | (decision == ""))).to_numpy()
            labels = {"analysis": "ranking", "group_a": group, "target": decision}
            frames += _ranked(view, own[..., chosen], items.index[chosen], **labels)
        least = -share[:, :, g, trust.to_numpy()]
        frames += _ranked(view, least, items.index[trust], analysis="least", group_a=group)
    return frames


def _class_contrasts(view: View) -> list[dict]:
    classes, share, frames = view.world.items["factor_class"], view.positive, []
    for a, b in permutations([name for name in classes.unique() if name], 2):
        for g, group in enumerate(view.groups):
            means = [share[:, :, g, (classes == name).to_numpy()].mean(axis=-1) for name in (a, b)]
            labels = {"analysis": "class_contrast", "estimand": "mean_difference", "item": f"{a} v {b}"}
            gap = means[0] - means[1]
            frames.append(rows(view, gap, ~np.isnan(gap), group_a=group, **labels))
    return frames


def _changes(view: View) -> list[dict]:
    world, share, frames = view.world, view.positive, []
    mix = view.base[:, :, :-1].sum(axis=1) / np.maximum(view.base[:, :, -1].sum(axis=1), 1)[:, None]
    # A group that has a share of the mix but no answer in a wave leaves that wave without a fixed-mix share.
    fixed = (np.where(mix[:, None] > 0, share[:, :, :-1], 0) * mix[:, None]).sum(axis=2)
    fixed = np.where(view.base[:, :, -1] > 0, fixed, np.nan)
    for j, (item, about) in enumerate(world.items.iterrows()):
        comparable = world.comparable.get(item, world.waves)
        first, last = world.waves.index(comparable[0]), world.waves.index(comparable[-1])
        labels = {"item": item, "target": about["team"], "wave": f"{comparable[0]}/{comparable[-1]}"}
        never = np.ones((len(view.areas), 1), dtype=bool)
        for g, group in enumerate(world.groups):
            keep = ((view.base[:, first, g, j] > 0) & (view.base[:, last, g, j] > 0))[:, None]
            null = view.same((first, g, j), (last, g, j))[:, None]
            never &= null
            own = {"analysis": "change", "group_a": group, **labels}
            ends = [view.law[:, wave, g, j] for wave in (last, first)]
            value = (share[:, last, g, j] - share[:, first, g, j])[:, None]
            frames.append(rows(view, value, keep, null, estimand="share_difference", **own))
            frames.append(rows(view, theta(*ends)[:, None], keep, null, estimand="theta", **own))
        value = (fixed[:, last, j] - fixed[:, first, j])[:, None]
        own = {"analysis": "change", "estimand": "share_difference", "group_a": ALL, **labels}
        frames.append(rows(view, value, ~np.isnan(value), never, **own))
        own = {"analysis": "wave_share", "estimand": "standardised_share", "group_a": ALL}
        labels = {"item": item, "target": about["team"]}
        frames.append(rows(view, fixed[..., j], ~np.isnan(fixed[..., j]), **own, **labels))
    return frames


def _against_rest(view: View) -> list[dict]:
    world, share, frames = view.world, view.positive, []
    count = np.where(view.base > 0, share, 0) * view.base
    rest = view.base.sum(axis=0) - view.base
    elsewhere = (count.sum(axis=0) - count) / np.maximum(rest, 1)
    alike = (world.mean == world.mean[:1]).all(axis=0)
    for j, (item, about) in enumerate(world.items.iterrows()):
        for g, group in enumerate(world.groups):
            keep = (view.base[:, :, g, j] > 0) & (rest[:, :, g, j] > 0)
            value = share[:, :, g, j] - elsewhere[:, :, g, j]
            labels = {"analysis": "against_rest", "estimand": "share_difference", "group_b": "rest"}
            labels |= {"item": item, "group_a": group, "target": about["team"]}
            frames.append(rows(view, value, keep, alike[:, g, j], **labels))
    return frames
