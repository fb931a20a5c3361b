"""Scales: the answers that an item offers, from low to high."""

from dataclasses import dataclass, replace

from trustgap.stats.counts import MISSING
from trustgap.survey.checks import listed
from trustgap.survey.matching import fold


@dataclass(frozen=True)
class Scale:
    """A set of answers from low to high.

    Parameters
    ----------
    id : str
        As items name it.
    labels : tuple of str
        One for each score from 1, low to high.
    top_from : int
        Lowest score that counts as positive.
    low_to : int
        Highest score that counts as negative; 0 if none does.
    numeric : bool
        Whether scores are read as numbers and a mean is reported.
    positive_phrase, negative_phrase : str
        Completes "% of staff who ..."; the second is "" if no score is negative.
    codes : dict of str to int
        Folded text (see `matching.fold`) to score or missing code.
    accepted : str
        The labels and codes that a file may hold, for messages.
    """

    id: str
    labels: tuple[str, ...]
    top_from: int
    low_to: int
    numeric: bool
    positive_phrase: str
    negative_phrase: str
    codes: dict[str, int]
    accepted: str


def build_scale(name: str, entry: dict) -> Scale:
    """Work out scores, direction and accepted codes of a scale.

    Parameters
    ----------
    name : str
        Its id.
    entry : dict
        ``categories`` from low to high, ``positive`` and perhaps ``negative missing numeric`` and phrases,
        as in a questionnaire without problems.

    Returns
    -------
    Scale
        With every default filled in.

    Examples
    --------
    >>> yes_no = [{"code": "0", "label": "No"}, {"code": "1", "label": "Yes"}]
    >>> scale = build_scale("yes_no", {"categories": yes_no, "positive": ["1"]})
    >>> scale.codes, scale.top_from, scale.positive_phrase
    ({'0': 1, 'no': 1, '1': 2, 'yes': 2}, 2, 'answered “Yes”')
    """
    categories, missing = entry["categories"], entry.get("missing", [])
    labels = tuple(str(category["label"]) for category in categories)
    top, low = len(set(map(fold, entry["positive"]))), len(set(map(fold, entry.get("negative", []))))
    codes = {}
    for value, answer in [*enumerate(categories, start=1), *((MISSING[m["kind"]], m) for m in missing)]:
        for code in [answer["code"], answer.get("label", answer["code"]), *answer.get("aliases", [])]:
            codes[fold(code)] = value
    shown = [f"{a['code']} ({a['label']})" if "label" in a else a["code"] for a in [*categories, *missing]]
    return Scale(
        id=name,
        labels=labels,
        top_from=len(labels) - top + 1,
        low_to=low,
        numeric=entry.get("numeric", False),
        positive_phrase=str(entry.get("positive_phrase", _phrase(labels[-top:]))),
        negative_phrase=str(entry.get("negative_phrase", _phrase(labels[:low]))) if low else "",
        codes=codes,
        accepted=listed([*shown, "an empty cell"], at_most=20),
    )


def in_two(scale: Scale) -> Scale:
    """Leave of a scale what a published share tells: how many gave a positive answer, and how many did not.

    Parameters
    ----------
    scale : Scale
        Of any number of answers.

    Returns
    -------
    Scale
        Of two; without codes, for shares come without answers.

    Examples
    --------
    >>> categories = [{"code": str(n), "label": label} for n, label in enumerate(["No", "Rather", "Yes"])]
    >>> in_two(build_scale("s", {"categories": categories, "positive": ["1", "2"]})).labels
    ('No', 'Rather or Yes')
    """
    others, positive = scale.labels[: scale.top_from - 1], scale.labels[scale.top_from - 1 :]
    labels = " or ".join(others) if len(others) < 3 else "Any other answer", " or ".join(positive)
    two = {"labels": labels, "top_from": 2, "low_to": 0, "numeric": False, "negative_phrase": ""}
    return replace(scale, **two, codes={}, accepted="")


def _phrase(labels: tuple[str, ...]) -> str:
    """Name some answers in a sentence."""
    return "answered " + " or ".join(f"“{label}”" for label in labels)
