"""Sentences for text alternatives, made of labels and shown texts."""

from trustgap.report import wording

HIDDEN_WORDS = "too few people answered for it to be shown"
ALL_HIDDEN = (
    "no value can be drawn: each one is not available, or hidden because too few people answered or nearly "
    "everyone answered alike"
)


def listing(names: list[str]) -> str:
    """Join names into a phrase.

    Parameters
    ----------
    names : list of str
        At least one.

    Returns
    -------
    str

    Examples
    --------
    >>> listing(["GPs", "nurses", "hospital staff"])
    'GPs, nurses and hospital staff'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def extremes(names: list[str], values: list[float], texts: list[str]) -> str:
    """Say in words where values are highest and lowest.

    Parameters
    ----------
    names, texts : list of str
        Label and shown text of each value.
    values : list of float
        Shown numbers.

    Returns
    -------
    str
        A sentence without full stop; ties are named together, up to three.

    Examples
    --------
    >>> extremes(["GPs", "Nurses"], [0.3, 0.6], ["30%", "60%"])
    'highest for Nurses (60%), lowest for GPs (30%)'
    >>> extremes(["GPs"], [0.3], ["30%"])
    'GPs: 30%'
    """
    if len(values) == 1:
        return f"{names[0]}: {texts[0]}"
    if max(values) == min(values):
        return f"all at {texts[0]}"
    parts = []
    for word, value in (("highest", max(values)), ("lowest", min(values))):
        tied = [number for number, other in enumerate(values) if other == value]
        who = listing([names[number] for number in tied]) if len(tied) <= 3 else f"{len(tied)} of them"
        parts.append(f"{word} for {who} ({texts[tied[0]]})")
    return ", ".join(parts)


def hidden_words(pairs: list[tuple[str, str]]) -> str:
    """Say which values are not drawn, and why; "" if all are.

    Parameters
    ----------
    pairs : list of tuple
        Label and shown text of each value that is not drawn.

    Returns
    -------
    str

    Examples
    --------
    >>> hidden_words([("GPs", "[c]")])
    ' Not drawn for GPs: too few people answered for it to be shown.'
    """
    said = ""
    for hidden, why in ((True, HIDDEN_WORDS), (False, "no value is available")):
        names = [name for name, text in pairs if (text == wording.HIDDEN) is hidden]
        if names:
            who = listing(list(dict.fromkeys(names))) if len(set(names)) <= 4 else f"{len(names)} values"
            said += f" Not drawn for {who}: {why}."
    return said
