"""The questions of the discovery workshop, each with what the data can say and room to write."""

from html import escape

from trustgap.report.sentences.base import Sentence


class Worksheet(tuple):
    """Questions, each with what the data can say of it, and room to write on paper."""

    def _repr_mimebundle_(self, **_: object) -> tuple[dict, dict]:
        lines = [f"<strong>{escape(question)}</strong> {escape(str(said))}" for question, said in self]
        html = '<ul class="room">' + "".join(f"<li><p>{line}</p></li>" for line in lines) + "</ul>"
        plain = "\n".join(f"{question} {said}" for question, said in self)
        return {"text/html": html, "text/plain": plain}, {"trustgap": {"kind": "sentence"}}


QUESTIONS = {
    "surprise": "Is this surprising?",
    "holds": "Does it hold here?",
    "reframe": "Would it reframe the conversation?",
    "effort": "How much of our effort goes into culture and behaviour, and is it working?",
}
"""The questions that are put to the partners in the discovery workshop."""


def worksheet(**said: Sentence) -> Worksheet:
    """Put the questions of the workshop under one another, each with what the data can say.

    Parameters
    ----------
    **said : Sentence
        For each of `QUESTIONS`.

    Returns
    -------
    Worksheet
        In the order of `QUESTIONS`.

    Raises
    ------
    KeyError
        If a question has no sentence.
    """
    return Worksheet((question, said.get(name, "")) for name, question in QUESTIONS.items())
