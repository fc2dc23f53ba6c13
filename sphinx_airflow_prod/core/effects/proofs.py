"""Leaves that the render of the example itself proves effective."""

from __future__ import annotations

from sphinx_airflow_prod.core.effects.model import EffectInput, Values
from sphinx_airflow_prod.core.effects.observing import Sight
from sphinx_airflow_prod.core.effects.words import (
    Output,
    chart_words,
    chunks_of,
    proves,
    release_words,
    words_of_values,
)
from sphinx_airflow_prod.core.values import Path


class Proofs:
    """What the words of one example's render prove; see the package for why they do."""

    def __init__(self, given: EffectInput, sight: Sight, lower: Sight) -> None:
        self._given = given
        self._output = Output(sight)
        self._below = Output(lower)
        of_chart = chart_words(given.chart)
        self._shared = None if of_chart is None else of_chart | release_words(given.release)

    def effective(self, path: Path, absent: Values) -> bool:
        """Whether a word in the output can only have come from what stands at *path*.

        *absent* are the values without that.  False says nothing.
        """
        if self._shared is None:
            return False
        candidates = [
            chunk
            for chunk in chunks_of(self._given.own, path)
            if self._output.holds(chunk) and not self._below.holds(chunk)
        ]
        if not candidates:
            return False
        rest = words_of_values(self._given.effective(absent))
        return any(proves(chunk, self._shared, rest) for chunk in candidates)
