"""Whether every line of an example matters: each leaf taken away, and the renders compared.

A leaf is *effective* when the chart, given the same values without it, renders
something else: other resources (checksum annotations apart), other notes, or a
refusal.  That is settled by observation, and most leaves cost no render of
their own:

* A leaf without which the chart's templates would see equal values restates
  what lies beneath it.  Equal values render equally.
* A leaf that brings a *word of its own* is proved by the example's own render,
  however many there are: all words of a rendered text come from the values,
  from the chart's files or from the release.  Where a word stands in the
  output, and neither the chart's files nor the values that remain without the
  leaf hold it, only the leaf can have brought it there, and without the leaf it
  is gone.  So the author's own values serve as markers.  Markers put in their
  place would prove less: they turn ``eq .Values.mode "a"`` the other way, and
  they cannot tell a value from what the template would have used anyway
  (``.Values.port | default 8080``).  Words are letters only: numbers can be
  computed, and joined texts such as ``airflow-config`` can be put together from
  a release's name and a template's words.
* The only leaf of an example, taken away, leaves what lies beneath it, which is
  rendered already.

Every other leaf, a switch, a number, a common word, is taken away by itself and
costs one render.  Leaves are never taken away together: two of which each alone
suffices would both look needed, two that cancel out would both look idle, and
what a leaf does that another one switches on would be put down to both.

A leaf whose removal changes nothing is looked into further, which costs renders
only where something is wrong: another value in its place (is it read at all?),
the leaf alone (does another line overrule it?), and the switches of the chart
beside it, flipped with and without it (does it lack a companion?).  The questions
of all examples are put to the engine together, in a few rounds.
"""

from sphinx_airflow_prod.core.effects.holes import schema_holes
from sphinx_airflow_prod.core.effects.measuring import measure
from sphinx_airflow_prod.core.effects.model import EffectInput, LeafEffect, Verdict

__all__ = ["EffectInput", "LeafEffect", "Verdict", "measure", "schema_holes"]
