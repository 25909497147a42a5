"""Helpers for the notebooks: from the LSTM's equations to a named-entity tagger.

A room for each product, in the order in which the data flows; imports only ever point
up this list:

``files``       an address, a checksum -> a file; a state <-> a folder
``data``        a file -> sentences -> train, validation, test -> ids -> batches
``equations``   the LSTM in numpy: forward, backward, inside a trained ``nn.LSTM``
``models``      ids -> tag scores -> tags; a tagger with its encoder <-> a folder
``metrics``     gold and predicted tags -> scores, and where the mistakes are
``training``    a model and sentences -> a trained model and its history
``style``       names -> colours and titles
``prediction``  text -> words with tags -> entities -> HTML or plain text
``figures``     numbers -> a matplotlib Axes; drawings; the same with sliders
``post``        the blog post's whole system, as it was published

From a corpus to the entities of a sentence, in less than a minute:

>>> from lstm_helpers import data, prediction, training
>>> corpus = data.read_corpus("sample")  # or the path of a file of your own
>>> train, validation, test = data.benchmark_split(corpus.sentences)
>>> fast = training.RUNGS["fast"]
>>> tagger, history = training.train_rung(fast, train, validation, progress=False)
>>> text = "Ms. Jordan flew from Paris to Jordan on Monday."
>>> for entity in prediction.find_entities(text, prediction.tag_text(tagger, text)):
...     print(entity.kind, entity.mention)
per Ms. Jordan
geo Paris
geo Jordan
tim Monday
"""

import importlib
from types import ModuleType

__all__ = [
    "files",
    "data",
    "equations",
    "models",
    "metrics",
    "training",
    "style",
    "prediction",
    "figures",
    "post",
]


def __getattr__(name: str) -> ModuleType:
    """Import a room when it is first asked for."""
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
