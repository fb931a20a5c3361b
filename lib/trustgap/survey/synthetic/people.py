"""Who answers a synthetic survey, what they are asked, and what they leave unanswered."""

import zlib

import numpy as np
import pandas as pd

KINDS = ["answer", "blank", "not_asked", "dont_know", "no_contact", "refused"]
"""What may stand in a cell of the answers; its code is its position."""


def item_table(asked: dict) -> pd.DataFrame:
    """Set out the items of a questionnaire with what their scales say.

    Read here directly, not through the reader of questionnaires: the truth must not share its faults.

    Parameters
    ----------
    asked : dict
        The content of ``questionnaire.yaml``.

    Returns
    -------
    DataFrame, indexed by item
        ``block scale team decision factor_class top_from low_to numeric``; "" where an item has none.
    """
    rows = []
    for item in asked["items"]:
        scale = asked["scales"][item["scale"]]
        rows.append(
            {
                "item": item["id"],
                "block": item["block"],
                "scale": item["scale"],
                "team": item.get("team", ""),
                "decision": item.get("decision", ""),
                "factor_class": item.get("class", ""),
                "top_from": len(scale["categories"]) - len(scale["positive"]) + 1,
                "low_to": len(scale["negative"]),
                "numeric": scale["numeric"],
            }
        )
    return pd.DataFrame(rows).set_index("item")


def stream(seed: int, name: str) -> np.random.Generator:
    """Open a stream of random numbers of its own for one purpose, so that one draw cannot shift another.

    Parameters
    ----------
    seed : int
        Of the whole survey.
    name : str
        The purpose.

    Returns
    -------
    Generator
    """
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def respondents(model: dict, *, areas: list, waves: list, groups: list, seed: int) -> pd.DataFrame:
    """Draw how many people of each staff group answer in each area and wave.

    Parameters
    ----------
    model : dict
        The settings; ``respondents`` and ``hard_areas`` are used.
    areas, waves, groups : list of str
        Ids, in the order of the axes.
    seed : int
        Of the whole survey.

    Returns
    -------
    DataFrame, one row per respondent
        ``area wave group`` as positions on the axes, ``role`` as text; waves, then areas, then groups.
    """
    plan, draw = model["respondents"], stream(seed, "respondents")
    hard = model["hard_areas"]
    shares = np.array([plan["mix"][group] for group in groups])
    own_mean = draw.gamma(plan["area_shape"], plan["mean"] / plan["area_shape"], len(areas))
    rate = draw.gamma(plan["wave_shape"], 1 / plan["wave_shape"], (len(areas), len(waves)))
    size = np.clip(draw.poisson(own_mean[:, None] * rate), plan["lowest"], plan["highest"])
    mix = draw.dirichlet(shares * plan["mix_concentration"], len(areas))
    drifts = draw.random(len(areas)) < plan["drift_share"]
    slope = draw.normal(0, plan["drift_size"], mix.shape) * drifts[:, None]
    counts = np.zeros((len(areas), len(waves), len(groups)), dtype=int)
    for a, area in enumerate(areas):
        special = hard.get(area, {})
        for w, wave in enumerate(waves):
            weight = mix[a] * np.exp(slope[a] * w / max(len(waves) - 1, 1))
            weight = np.where(np.array(groups) == special.get("absent_group"), 0, weight)
            drawn = draw.multinomial(special.get("size", size[a, w]), weight / weight.sum())
            counts[a, w] = [special["counts"][group] for group in groups] if "counts" in special else drawn
            counts[a, w] *= wave != special.get("absent_wave")
    flat = np.repeat(np.arange(counts.size), counts.transpose(1, 0, 2).ravel())
    place = np.unravel_index(flat, (len(waves), len(areas), len(groups)))
    people = pd.DataFrame({"area": place[1], "wave": place[0], "group": place[2]})
    senior = np.array([plan["senior"][group] for group in groups])[place[2]]
    return people.assign(role=np.where(draw.random(len(people)) < senior, "senior", "front_line"))


def kinds(
    people: pd.DataFrame,
    items: pd.DataFrame,
    model: dict,
    teams: list[dict],
    *,
    areas: list[str],
    groups: list[str],
    seed: int,
) -> np.ndarray:
    """Draw which items each respondent answers, and why the others are not answered.

    Nobody rates a team of their own; whether an item is answered has nothing to do with the answer.

    Parameters
    ----------
    people : DataFrame
        As `respondents` returns it.
    items : DataFrame, indexed by item
        ``block team decision``.
    model : dict
        The settings; ``unanswered`` and ``hard_areas`` are used.
    teams : list of dict
        As the questionnaire lists them: ``id`` and ``members``.
    areas, groups : list of str
        Ids, in the order of the axes.
    seed : int
        Of the whole survey.

    Returns
    -------
    ndarray of int8, shape (respondents, items)
        Positions in `KINDS`.
    """
    plan = model["unanswered"]
    group = people["group"].to_numpy()
    chance = _chances(plan, items, groups)
    kind = np.zeros((len(people), len(items)), dtype=np.int8)
    uniform = stream(seed, "unanswered").random(kind.shape)
    outcome = np.array([*map(KINDS.index, ["blank", "dont_know", "no_contact", "refused", "answer"])])
    members = {team["id"]: team["members"] for team in teams}
    for j, item in enumerate(items.index):
        edges = np.cumsum(chance[:, j], axis=1)
        cause = (uniform[:, j, None] >= edges[group]).sum(axis=1)
        kind[:, j] = outcome[cause]
        own = [groups.index(member) for member in members.get(items["team"][item], ())]
        kind[np.isin(group, own), j] = KINDS.index("not_asked")
    for area, special in model["hard_areas"].items():
        if "never_answered" in special:
            rows = people["area"].to_numpy() == areas.index(area)
            kind[rows, items.index.get_loc(special["never_answered"])] = KINDS.index("blank")
    return kind


def _chances(plan: dict, items: pd.DataFrame, groups: list[str]) -> np.ndarray:
    """Set out the chances of a blank, a don't know, no contact and a refusal, per group and item."""
    chance = np.zeros((len(groups), len(items), 4))
    chance[..., 0] = np.linspace(plan["blank_first"], plan["blank_last"], len(items))
    team = items["team"].map(plan["dont_know_team"]).fillna(0.0).to_numpy()
    chance[..., 1] = items["block"].map(plan["dont_know"]).to_numpy() + team
    for group, more in plan["dont_know_factor"].items():
        chance[groups.index(group), :, 1] += items["decision"].map(more).fillna(0.0).to_numpy()
    chance[..., 2] = items["block"].map(plan["no_contact"]).to_numpy()
    chance[..., 3] = plan["refused"]
    return chance
