"""Numbers -> a matplotlib Axes; drawings; the same with sliders."""

from lstm_helpers.figures.showing import describe, show
from lstm_helpers.figures.curves import (
    plot_curves,
    plot_history,
    plot_spread,
    plot_tangent,
)
from lstm_helpers.figures.bars import (
    plot_ablations,
    plot_bars,
    plot_by_type,
    plot_measures,
    plot_reliability,
    plot_separation,
    plot_tag_counts,
    plot_word_changes,
)
from lstm_helpers.figures.histograms import plot_lengths, plot_two_groups
from lstm_helpers.figures.tables import (
    plot_confusion,
    plot_error_table,
    plot_path,
    plot_transitions,
)
from lstm_helpers.figures.states import plot_all_states, plot_life, plot_state
from lstm_helpers.figures.drawings import plot_chain, plot_tagger
from lstm_helpers.figures.widgets import (
    browse_trace,
    draw_cell,
    draw_trace,
    explore_cell,
)

__all__ = [
    "describe",
    "show",
    "plot_curves",
    "plot_history",
    "plot_spread",
    "plot_tangent",
    "plot_ablations",
    "plot_bars",
    "plot_by_type",
    "plot_measures",
    "plot_reliability",
    "plot_separation",
    "plot_tag_counts",
    "plot_word_changes",
    "plot_lengths",
    "plot_two_groups",
    "plot_confusion",
    "plot_error_table",
    "plot_path",
    "plot_transitions",
    "plot_all_states",
    "plot_life",
    "plot_state",
    "plot_chain",
    "plot_tagger",
    "browse_trace",
    "draw_cell",
    "draw_trace",
    "explore_cell",
]


def __dir__() -> list[str]:
    return __all__
