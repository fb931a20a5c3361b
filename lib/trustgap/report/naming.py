"""What everything that a survey can name is called on its pages."""

import pandas as pd

from trustgap.report.themes.batteries import batteries
from trustgap.report.themes.hypotheses import hypotheses
from trustgap.report.vocabulary import EVIDENCE, LEVELS, SIGNALS
from trustgap.report.wording import Words
from trustgap.survey import catalogue
from trustgap.survey.programme import cases, delays
from trustgap.survey.questionnaire import Questionnaire


def words(asked: Questionnaire, areas: pd.DataFrame, files: dict[str, pd.DataFrame]) -> Words:
    """Give the labels of a survey.

    Parameters
    ----------
    asked : Questionnaire
        What was asked.
    areas : DataFrame, indexed by code
        ``name``.
    files : dict of str to DataFrame
        ``evidence`` and ``metrics``, which name things of their own.

    Returns
    -------
    Words
        For everything that a page of these areas can speak of.
    """
    evidence = hypotheses(files["evidence"])
    return Words(
        survey=f"{asked.survey} (synthetic)" if asked.synthetic else asked.survey,
        whole=asked.names["whole"],
        respondents=asked.names["respondents"],
        areas=areas["name"].to_dict(),
        waves=asked.waves["label"].to_dict(),
        groups=LEVELS | asked.roles["label"].to_dict() | asked.groups["label"].to_dict(),
        teams=evidence | EVIDENCE | asked.teams["label"].to_dict(),
        items=SIGNALS
        | cases.LABELS
        | evidence
        | catalogue.claims()["label"].to_dict()
        | _metrics(files["metrics"])
        | delays.labels(asked)
        | asked.items["label"].to_dict()
        | _class_pairs(asked.classes)
        | {battery.name: battery.label for battery in batteries(asked)},
    )


def _metrics(metrics: pd.DataFrame) -> dict[str, str]:
    """Label the metrics that have a label."""
    labels = metrics.loc[metrics["label"].ne(""), ["metric", "label"]].drop_duplicates("metric")
    return dict(labels.itertuples(index=False, name=None))


def _class_pairs(classes: dict[str, str]) -> dict[str, str]:
    return {
        f"{a} v {b}": f"{one} against {other}" for a, one in classes.items() for b, other in classes.items()
    }
