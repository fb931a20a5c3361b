"""Make the synthetic survey of a folder, and hand out what is true in it."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from trustgap.survey.synthetic import cases, evidence, metrics
from trustgap.survey.synthetic import truth as expectations
from trustgap.survey.synthetic.model import World, build
from trustgap.survey.synthetic.people import KINDS, stream

NATIONAL_TRUTH = "synthetic_truth.csv"
AREA_TRUTH = "synthetic_truth_areas.parquet"

BROUGHT = {"cases": cases, "evidence": evidence, "metrics": metrics}
"""Who makes what areas bring beside answers, by the section of ``model.yaml`` and the name of the file."""


def generate(folder: str | Path, *, seed: int | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the answers of a synthetic survey, and the truth behind them.

    The latent answer of a respondent is a mean for area, wave, staff group and item, plus effects that the
    respondent's answers have in common, plus noise; total variance 1. Cut at fixed thresholds, every
    category has an exactly known probability.

    Parameters
    ----------
    folder : path
        Holds ``questionnaire.yaml``, ``areas.csv`` and ``model.yaml``, which says everything about the law.
    seed : int, optional
        Starts the random numbers; default: the one in ``model.yaml``.

    Returns
    -------
    answers : DataFrame, one row per respondent
        In the format of an answers file: ``respondent wave area group role`` and a column per item, all
        codes as text (categorical); missing where left blank.
    truth : DataFrame
        Of the whole country, as `truth` describes it.
    """
    world = build(folder, seed=seed)
    seed = world.model["seed"] if seed is None else seed
    return _answers(folder, world, seed), expectations.national(world)


def ensure(folder: str | Path) -> Path:
    """Make the answers file of a synthetic survey unless it is there.

    Parameters
    ----------
    folder : path
        As for `generate`.

    Returns
    -------
    Path
        The answers file. It appears whole or not at all, so that several processes may ask at once.
    """
    folder = Path(folder)
    target = folder / _questionnaire(folder)["answers"]
    if not target.exists():
        world = build(folder)
        _put(target, lambda path: _write_answers(_answers(folder, world, world.model["seed"]), path))
    return target


def ensure_brought(folder: str | Path) -> None:
    """Make the files that the areas of a synthetic survey bring, and what is true in them, unless there.

    Parameters
    ----------
    folder : path
        Holds ``areas.csv`` and ``model.yaml``; a section of it that is not there is a file that is not made.
    """
    folder = Path(folder)
    model = yaml.safe_load((folder / "model.yaml").read_text(encoding="utf-8"))
    for name in [name for name in BROUGHT if name in model and not (folder / f"{name}.csv").exists()]:
        areas = pd.read_csv(folder / "areas.csv", dtype=str).set_index("code")
        frame, known = BROUGHT[name].make(areas, model[name], seed=model[name]["seed"])
        _put(folder / f"synthetic_truth_{name}.csv", partial(_write_truth, known))
        _put(folder / f"{name}.csv", partial(_write_truth, frame))


def truth(folder: str | Path, *, areas: bool = False) -> pd.DataFrame:
    """Read what is true in a synthetic survey; on first use, work it out and keep it beside the answers.

    Values are expectations over the survey's actual respondents, computed exactly from the law of the
    answers, not simulated and not estimated.

    Parameters
    ----------
    folder : path
        As for `generate`.
    areas : bool
        False: the whole country (area "national"). True: every area.

    Returns
    -------
    DataFrame
        ``area wave analysis estimand item group_a group_b target value is_null``, in the vocabulary of the
        results. Shares in [0, 1], differences in [-1, 1], means in units of the scale. ``is_null`` says
        that by design there is no effect in the area, or in any area; a national value may then still
        differ from none by less than .005, because the areas' weights differ between groups and waves.
        Cells without a valid answer have no row.

    Examples
    --------
    >>> demo = Path(__file__).parents[4] / "data" / "demo"
    >>> known = truth(demo).query("wave == '2019' and group_a == 'hospital' and item == 'trust_asc'")
    >>> known.query("estimand == 'top2_share'")["value"].round(9).tolist()
    [0.56]
    """
    folder = Path(folder)
    path = folder / (AREA_TRUTH if areas else NATIONAL_TRUTH)
    if not path.exists():
        world = build(folder)
        rows = expectations.local(world) if areas else expectations.national(world)
        _put(path, lambda place: _write_truth(rows, place))
    if areas:
        return pd.read_parquet(path)
    text = dict.fromkeys(["wave", "item", "group_a", "group_b", "target"], str)
    return pd.read_csv(path, dtype=text, keep_default_na=False)


def _answers(folder: str | Path, world: World, seed: int) -> pd.DataFrame:
    people, asked = world.respondents, _questionnaire(Path(folder))
    score = _scores(world, seed)
    frame = {"respondent": [f"R{number:06d}" for number in range(1, len(people) + 1)]}
    for axis, ids in (("wave", world.waves), ("area", world.areas), ("group", world.groups)):
        frame[axis] = pd.Categorical.from_codes(people[axis].to_numpy(), ids)
    frame["role"] = pd.Categorical(people["role"], ["front_line", "senior"])
    for j, (item, scale) in enumerate(world.items["scale"].items()):
        codes = [row["code"] for row in asked["scales"][scale]["categories"]]
        missing = {row["kind"]: row["code"] for row in asked["scales"][scale]["missing"]}
        place = np.full(len(KINDS), -1)
        for number, kind in enumerate(KINDS):
            if kind in missing:
                place[number] = len(codes) + list(missing).index(kind)
        code = np.where(world.kind[:, j] == 0, score[:, j] - 1, place[world.kind[:, j]])
        frame[item] = pd.Categorical.from_codes(code, [*codes, *missing.values()])
    return pd.DataFrame(frame)


def _scores(world: World, seed: int) -> np.ndarray:
    people, shared = world.respondents, world.model["correlation"]
    draw = stream(seed, "answers")
    block, team = world.items["block"], world.items["team"]
    parts = [block.map(shared["common"]), block.map(shared["block"]), team.map(shared["team"]).fillna(0.0)]
    common, own, rated = (part.to_numpy(dtype=float) for part in parts)
    effects = np.sqrt(common) * draw.standard_normal((len(people), 1))
    for labels, size in ((block, own), (team, rated)):
        number, names = pd.factorize(labels)
        effects = effects + np.sqrt(size) * draw.standard_normal((len(people), len(names)))[:, number]
    noise = np.sqrt(1 - common - own - rated) * draw.standard_normal((len(people), len(world.items)))
    place = tuple(people[axis].to_numpy() for axis in ("area", "wave", "group"))
    latent = world.mean[place] + effects + noise
    return 1 + sum((latent > cut).astype(np.int8) for cut in world.cuts.T)


def _questionnaire(folder: Path) -> dict:
    return yaml.safe_load((folder / "questionnaire.yaml").read_text(encoding="utf-8"))


def _write_answers(answers: pd.DataFrame, path: Path) -> None:
    # In place of the metadata of pandas, whose version would change the bytes.
    note = {"description": "Synthetic answers made by trustgap; no person gave them"}
    table = pa.Table.from_pandas(answers, preserve_index=False).replace_schema_metadata(note)
    dictionaries = [column for column in answers.columns if column != "respondent"]
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=dictionaries,
        column_encoding={"respondent": "DELTA_BYTE_ARRAY"},
        write_statistics=False,
    )


def _write_truth(rows: pd.DataFrame, path: Path) -> None:
    if ".csv" in path.suffixes:
        rows.to_csv(path, index=False, lineterminator="\n")
    else:
        rows.to_parquet(path, index=False, compression="zstd")


def _put(target: Path, write: Callable[[Path], None]) -> None:
    draft = target.with_name(f"{target.stem}.{os.getpid()}{target.suffix}")
    try:
        write(draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
