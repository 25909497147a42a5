"""The LSTM in numpy: forward, backward, and inside a trained ``nn.LSTM``."""

from lstm_helpers.equations.cell import (
    Step,
    Weights,
    bilstm_sequence,
    lstm_sequence,
    lstm_step,
    rnn_sequence,
    rnn_step,
    sigmoid,
    weights_from_torch,
)
from lstm_helpers.equations.tracing import separation, trace
from lstm_helpers.equations.gradients import (
    LSTMGradients,
    RNNGradients,
    gradient_errors,
    lstm_backward,
    module_backward,
    numeric_gradient,
    relative_error,
    rnn_backward,
)

__all__ = [
    "Step",
    "Weights",
    "bilstm_sequence",
    "lstm_sequence",
    "lstm_step",
    "rnn_sequence",
    "rnn_step",
    "sigmoid",
    "weights_from_torch",
    "separation",
    "trace",
    "LSTMGradients",
    "RNNGradients",
    "gradient_errors",
    "lstm_backward",
    "module_backward",
    "numeric_gradient",
    "relative_error",
    "rnn_backward",
]


def __dir__() -> list[str]:
    return __all__
