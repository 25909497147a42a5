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
``exercises``   an answer and what judges it -> "right", or what went wrong
``post``        the blog post's whole system, as it was published
``scale``       files of any number -> tags, on a cluster; of an optional group
``commands``    a command line -> what the rooms above make of it, told in lines

From a corpus to the entities of a sentence, in less than a minute:

>>> from lstm_helpers import RUNGS, benchmark_split, find_entities
>>> from lstm_helpers import read_corpus, tag_text, train_rung
>>> corpus = read_corpus("sample")  # or the path of a file of your own
>>> train, validation, test = benchmark_split(corpus.sentences)
>>> tagger, history = train_rung(RUNGS["fast"], train, validation, progress=False)
>>> text = "Ms. Jordan flew from Paris to Jordan on Monday."
>>> for entity in find_entities(text, tag_text(tagger, text)):
...     print(entity.kind, entity.mention)
per Ms. Jordan
geo Paris
geo Jordan
tim Monday

The rooms hold all else: ``lstm_helpers.training.Plan``.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lstm_helpers.data import benchmark_split, describe, read_corpus, read_split
    from lstm_helpers.metrics import entity_f1
    from lstm_helpers.models import load_tagger, predict_tags, save_tagger
    from lstm_helpers.prediction import find_entities, tag_text
    from lstm_helpers.training import RUNGS, evaluate, train_rung

_HOMES = {  # what a program needs most -> the room that has it
    "read_corpus": "data",
    "read_split": "data",
    "benchmark_split": "data",
    "describe": "data",
    "load_tagger": "models",
    "predict_tags": "models",
    "save_tagger": "models",
    "entity_f1": "metrics",
    "RUNGS": "training",
    "evaluate": "training",
    "train_rung": "training",
    "find_entities": "prediction",
    "tag_text": "prediction",
}
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
    "exercises",
    "post",
    "scale",
    "commands",
    "read_corpus",
    "read_split",
    "benchmark_split",
    "describe",
    "load_tagger",
    "predict_tags",
    "save_tagger",
    "entity_f1",
    "RUNGS",
    "evaluate",
    "train_rung",
    "find_entities",
    "tag_text",
]


def __getattr__(name: str) -> Any:
    """Import a room when it, or what it has, is first asked for."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
