"""Every colour and every font of a figure is decided here, and nowhere else."""

import functools

from matplotlib import font_manager

CATEGORICAL = ("#12436D", "#28A197", "#801650", "#F46A25")
"""Up to four groups, always with a second sign such as a marker's shape or a direct label."""

PAIR = ("#12436D", "#F46A25")
"""Two groups."""

SEQUENTIAL = ("#ADD1F1", "#6BACE6", "#2073BC", "#12436D", "#092135")
"""Five steps from little to much; neighbours differ little, so each cell also carries its number."""

DIVERGING = ("#6F2B03", "#EC5E0C", "#F2F2F2", "#4090D6", "#12436D")
"""Five steps through a neutral one; every pair of neighbours differs by at least 3 to 1."""

TEXT = "#0B0C0C"
NOTES = "#505A5F"
OUTLINE = "#505A5F"
FOCUS = "#12436D"
CONTEXT = "#BFBFBF"
OTHERS = "#8F989E"
GRID = "#E3E3E3"
BAND = "#D0DAE2"
MARGIN = "#F2F2F2"
WHITE = "#FFFFFF"

FAMILIES = ("Liberation Sans", "Arial", "Helvetica", "DejaVu Sans")


@functools.cache
def fonts() -> tuple[str, ...]:
    """Name the fonts to draw with: the first of `FAMILIES` that this machine has, then matplotlib's own.

    Returns
    -------
    tuple of str
        Only fonts that are present, because matplotlib writes a warning for each that is not.

    Examples
    --------
    >>> fonts()[-1]
    'DejaVu Sans'
    """
    present = set(font_manager.fontManager.get_font_names())
    found = [family for family in FAMILIES if family in present]
    return tuple(dict.fromkeys([*found[:1], "DejaVu Sans"]))


def luminance(colour: str) -> float:
    """Compute the relative luminance of a colour as WCAG 2.2 defines it.

    Parameters
    ----------
    colour : str
        ``#RRGGBB``.

    Returns
    -------
    float
        From 0 (black) to 1 (white).

    References
    ----------
    .. [1] W3C (2023). Web Content Accessibility Guidelines 2.2, "relative luminance".

    Examples
    --------
    >>> luminance("#FFFFFF")
    1.0
    """
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Compute the contrast ratio of two colours as WCAG 2.2 defines it.

    Parameters
    ----------
    first, second : str
        ``#RRGGBB``, in either order.

    Returns
    -------
    float
        From 1 (the same) to 21 (black on white).

    Examples
    --------
    >>> round(contrast("#12436D", "#FFFFFF"), 2)
    10.25
    """
    light, dark = sorted([luminance(first), luminance(second)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink(fill: str) -> str:
    """Choose the colour of text that stands on a fill.

    Parameters
    ----------
    fill : str
        ``#RRGGBB``.

    Returns
    -------
    str
        `WHITE` or `TEXT`, whichever contrasts more.

    Examples
    --------
    >>> ink("#12436D"), ink("#F2F2F2")
    ('#FFFFFF', '#0B0C0C')
    """
    return max((WHITE, TEXT), key=functools.partial(contrast, fill))
