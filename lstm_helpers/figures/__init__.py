"""Numbers -> a matplotlib Axes; drawings; the same with sliders."""

from lstm_helpers.figures.showing import describe, show
from lstm_helpers.figures.curves import (
    plot_curves,
    plot_decay,
    plot_gradient_norms,
    plot_history,
    plot_over_words,
    plot_spread,
    plot_step_sizes,
    plot_tangent,
    plot_unit,
)
from lstm_helpers.figures.bars import (
    plot_by_type,
    plot_changes,
    plot_measures,
    plot_parameters,
    plot_reliability,
    plot_shares,
    plot_tag_counts,
    plot_unit_scores,
    plot_verdicts,
    plot_word_changes,
)
from lstm_helpers.figures.histograms import plot_lengths, plot_two_groups
from lstm_helpers.figures.tables import (
    plot_confusion,
    plot_error_table,
    plot_path,
    plot_steps,
)
from lstm_helpers.figures.states import plot_life, plot_state, plot_states
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
    "plot_decay",
    "plot_gradient_norms",
    "plot_history",
    "plot_over_words",
    "plot_spread",
    "plot_step_sizes",
    "plot_tangent",
    "plot_unit",
    "plot_by_type",
    "plot_changes",
    "plot_measures",
    "plot_parameters",
    "plot_reliability",
    "plot_shares",
    "plot_tag_counts",
    "plot_unit_scores",
    "plot_verdicts",
    "plot_word_changes",
    "plot_lengths",
    "plot_two_groups",
    "plot_confusion",
    "plot_error_table",
    "plot_path",
    "plot_steps",
    "plot_life",
    "plot_state",
    "plot_states",
    "plot_chain",
    "plot_tagger",
    "browse_trace",
    "draw_cell",
    "draw_trace",
    "explore_cell",
]
