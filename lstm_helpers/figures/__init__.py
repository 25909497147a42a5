"""Numbers -> a matplotlib Axes; drawings; the same with sliders."""

from lstm_helpers.figures.showing import describe, show
from lstm_helpers.figures.curves import (
    plot_curves,
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
from lstm_helpers.figures.intervals import plot_intervals
from lstm_helpers.figures.histograms import plot_lengths, plot_two_groups
from lstm_helpers.figures.owncorpus import (
    plot_by_count,
    plot_check_up,
    plot_learning_curve,
)
from lstm_helpers.figures.tables import (
    plot_confusion,
    plot_error_table,
    plot_transitions,
)
from lstm_helpers.figures.trellis import plot_trellis, plot_weights
from lstm_helpers.figures.states import (
    plot_all_states,
    plot_life,
    plot_memory,
    plot_state,
    plot_stretches,
)
from lstm_helpers.figures.drawings import plot_chain, plot_mentions, plot_tagger
from lstm_helpers.figures.step import draw_step, plot_cell, plot_step
from lstm_helpers.figures.widgets import (
    browse_trace,
    draw_cell,
    draw_trace,
    explore_cell,
    play_step,
)
from lstm_helpers.figures.widgets_vocabulary import draw_unknown, explore_unknown
from lstm_helpers.figures.widgets_directions import draw_directions, explore_directions
from lstm_helpers.figures.widgets_rates import draw_rates, explore_rates
from lstm_helpers.figures.widgets_tagging import type_and_tag
from lstm_helpers.figures.widgets_viterbi import draw_viterbi, explore_viterbi
from lstm_helpers.figures.widgets_learning import draw_learning, explore_learning

__all__ = [
    "describe",
    "show",
    "plot_curves",
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
    "plot_intervals",
    "plot_lengths",
    "plot_two_groups",
    "plot_by_count",
    "plot_check_up",
    "plot_learning_curve",
    "plot_confusion",
    "plot_error_table",
    "plot_transitions",
    "plot_trellis",
    "plot_weights",
    "plot_all_states",
    "plot_life",
    "plot_memory",
    "plot_state",
    "plot_stretches",
    "plot_chain",
    "plot_mentions",
    "plot_tagger",
    "draw_step",
    "plot_cell",
    "plot_step",
    "browse_trace",
    "draw_cell",
    "draw_trace",
    "explore_cell",
    "play_step",
    "draw_unknown",
    "explore_unknown",
    "draw_directions",
    "explore_directions",
    "draw_rates",
    "explore_rates",
    "type_and_tag",
    "draw_viterbi",
    "explore_viterbi",
    "draw_learning",
    "explore_learning",
]


def __dir__() -> list[str]:
    return __all__
