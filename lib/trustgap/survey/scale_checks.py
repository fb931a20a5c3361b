"""Whether the scales of a questionnaire make sense: direction clear, one meaning for each code."""

from collections.abc import Iterator

from trustgap.survey.checks import listed
from trustgap.survey.matching import fold


def scales(document: dict) -> Iterator[tuple]:
    """Hold the positive and negative codes to the order of the categories, which gives the direction.

    Parameters
    ----------
    document : dict
        A questionnaire with ``scales``.

    Yields
    ------
    tuple
        The parts of a `Problem` after its file.
    """
    for name, scale in document["scales"].items():
        place = f"scales, {name}"
        codes = [fold(category["code"]) for category in scale["categories"]]
        positive = [fold(code) for code in scale["positive"]]
        negative = [fold(code) for code in scale.get("negative", [])]
        stray = [code for code in [*positive, *negative] if code not in codes]
        if stray:
            remedy = "Correct positive or negative"
            yield place, f"names the codes {listed(stray)}, which are no category", 0, listed(codes), remedy
            continue
        remedy = "List the categories from low to high"
        if set(positive) != set(codes[-len(set(positive)) :]):
            yield (
                f"{place}, positive",
                f"these are not the top codes: {listed(positive)}",
                0,
                "the last",
                remedy,
            )
        if negative and set(negative) != set(codes[: len(set(negative))]):
            yield f"{place}, negative", f"not the lowest codes: {listed(negative)}", 0, "the first", remedy
        if len(set(positive)) >= len(set(codes)) or set(positive) & set(negative):
            found = "the positive codes are all codes, or also negative ones"
            yield place, found, 0, "a share of them", "Take codes out of positive or negative"
        yield from _meanings(place, scale)


def _meanings(place: str, scale: dict) -> Iterator[tuple]:
    """Find codes or labels of a scale that stand for more than one answer."""
    owners: dict[str, set] = {}
    entries = [(str(n), category) for n, category in enumerate(scale["categories"])]
    entries += [(entry["kind"], entry) for entry in scale.get("missing", [])]
    for owner, entry in entries:
        for code in [entry["code"], entry.get("label", entry["code"]), *entry.get("aliases", [])]:
            owners.setdefault(fold(code), set()).add(owner)
    for code, meant in owners.items():
        if not code or len(meant) > 1:
            found = (
                f"'{listed([code])}' stands for {len(meant)} different answers" if code else "a code is blank"
            )
            yield place, found, 0, "one meaning for each code, label and alias", "Change one of them"
