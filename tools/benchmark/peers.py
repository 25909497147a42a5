"""Others' taggers, trained on the same part and scored on the same part as ours."""

import random
import time
from collections.abc import Callable
from typing import Any

from benchmark.clock import peak_megabytes, repeat_until, seconds_of
from benchmark.ours import seconds_of_training
from benchmark.parts import count_words, read_fold, read_parts, scores_of
from benchmark.rows import Row
from benchmark.tuning import AS_IT_IS, GRID, TUNED, Settings
from lstm_helpers.data import FEATURES, Sentence


def _measure_crfsuite(row: Row) -> dict[str, float]:
    """Train crfsuite's CRF with its usual settings, or with the best of the grid."""
    settings = GRID[TUNED if "tuned" in row.what else AS_IT_IS]
    return _train_crfsuite(settings, read_parts(row.split), "pos" in row.what)


def _measure_grid(row: Row) -> dict[str, float]:
    """Train crfsuite's CRF with changed settings on four folds, score the fifth one."""
    return _train_crfsuite(GRID[row.of], read_fold(row.fold))


def _train_crfsuite(settings, parts, with_pos=False):
    """Train crfsuite's CRF, by lbfgs; score it."""
    from sklearn_crfsuite import CRF

    def describe(sentences):
        return [describe_words(sentence, settings, with_pos) for sentence in sentences]

    def train():
        crf = CRF(
            algorithm="lbfgs",
            c1=settings.c1,
            c2=settings.c2,
            max_iterations=settings.max_iterations,
            all_possible_transitions=True,
        )
        return crf.fit(describe(parts.train), [s.tags for s in parts.train])

    return _measure(train, lambda crf: crf.predict(describe(parts.test)), parts.test)


def describe_words(
    sentence: Sentence, settings: Settings, with_pos: bool
) -> list[dict[str, str | bool | float]]:
    """Describe each word and its neighbours, as crfsuite's tutorial does, or more.

    Parameters
    ----------
    sentence : Sentence
    settings : Settings
        Its ``features`` and its ``window`` are looked at.
    with_pos : bool
        Whether the corpus's part-of-speech tags are told, too.

    Returns
    -------
    list of dict
        For each word, what crfsuite takes as its attributes.
    """
    rows = []
    for word, pos in zip(sentence.words, sentence.pos, strict=True):
        row = {
            "lower": word.lower(),
            "upper": word.isupper(),
            "title": word.istitle(),
            "digit": word.isdigit(),
        }
        rows.append(row | ({"pos": pos, "pos2": pos[:2]} if with_pos else {}))
    offsets = [k for k in range(-settings.window, settings.window + 1) if k]
    described = []
    for t, (word, row) in enumerate(zip(sentence.words, rows, strict=True)):
        here = {"bias": 1.0, "suffix3": word[-3:], "suffix2": word[-2:], **row}
        here |= {f"own {name}": FEATURES[name](word) for name in settings.features}
        for offset in offsets:
            if 0 <= t + offset < len(rows):
                near = rows[t + offset]
                here |= {f"{offset}:{k}": v for k, v in near.items() if k != "digit"}
            elif abs(offset) == 1:
                here["first" if offset < 0 else "last"] = True
        described.append(here)
    return described


def _measure_spacy(row: Row) -> dict[str, float]:
    """Train spaCy's blank English pipeline: three passes, or for as long as "best"."""
    import spacy
    from spacy.tokens import Doc
    from spacy.training import Example, iob_to_biluo
    from spacy.util import compounding, minibatch

    parts, n_passes = read_parts(row.split), 0
    is_long = row.what == "spacy-long"
    seconds = seconds_of_training(*row.trained_by) if is_long else 0.0
    random.seed(row.seed)
    spacy.util.fix_random_seed(row.seed)
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    for kind in sorted({tag[2:] for s in parts.train for tag in s.tags} - {""}):
        ner.add_label(kind)

    def train():
        nonlocal n_passes
        end = time.process_time() + seconds
        examples = [
            Example.from_dict(
                Doc(nlp.vocab, words=s.words), {"entities": iob_to_biluo(s.tags)}
            )
            for s in parts.train
        ]
        optimizer = nlp.initialize(lambda: examples[:1000])
        for _ in repeat_until(end) if is_long else range(3):
            n_passes += 1
            random.shuffle(examples)
            for batch in minibatch(examples, size=compounding(8.0, 64.0, 1.001)):
                nlp.update(batch, sgd=optimizer, drop=0.2)
        return nlp

    def tag(nlp):
        docs = [Doc(nlp.vocab, words=s.words) for s in parts.test]
        return [[_tag_of(t) for t in doc] for doc in nlp.pipe(docs, batch_size=256)]

    return {**_measure(train, tag, parts.test), "epochs": n_passes}


def _tag_of(token):
    """Give the IOB2 tag of one of spaCy's tokens."""
    outside = token.ent_iob_ == "O"
    return "O" if outside else f"{token.ent_iob_}-{token.ent_type_}"


def _measure(
    train: Callable[[], Any],
    tag: Callable[[Any], list[list[str]]],
    test: list[Sentence],
) -> dict[str, float]:
    """Train a peer, let it tag the test part; its scores and what it costs."""
    trained, seconds = seconds_of(train)
    predicted, tagging = seconds_of(tag, trained)
    return {
        **scores_of(test, predicted),
        "seconds": seconds,
        "tagged_a_second": count_words(test) / tagging,
        "megabytes": peak_megabytes(),
    }


MEASURES = {
    "crfsuite": _measure_crfsuite,
    "crfsuite-pos": _measure_crfsuite,
    "crfsuite-tuned": _measure_crfsuite,
    "crfsuite-pos-tuned": _measure_crfsuite,
    "crfsuite-grid": _measure_grid,
    "spacy": _measure_spacy,
    "spacy-long": _measure_spacy,
}
