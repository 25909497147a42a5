"""Others' taggers, trained on the same part and scored on the same part as ours."""

import random
from collections.abc import Callable
from typing import Any

from benchmark.clock import peak_megabytes, seconds_of
from benchmark.parts import count_words, read_parts, scores_of
from benchmark.rows import Row
from lstm_helpers.data import Sentence


def _measure_crfsuite(row: Row) -> dict[str, float]:
    """Train crfsuite's CRF: lbfgs, 100 iterations, c1 = c2 = 0.1."""
    from sklearn_crfsuite import CRF

    parts = read_parts(row.split)
    with_pos = row.what.endswith("pos")

    def describe(sentences):
        return [_describe_words(sentence, with_pos) for sentence in sentences]

    def train():
        crf = CRF(
            algorithm="lbfgs",
            c1=0.1,
            c2=0.1,
            max_iterations=100,
            all_possible_transitions=True,
        )
        return crf.fit(describe(parts.train), [s.tags for s in parts.train])

    return _measure(train, lambda crf: crf.predict(describe(parts.test)), parts.test)


def _describe_words(sentence, with_pos):
    """Describe each word and its neighbours, as crfsuite's tutorial does."""
    rows = []
    for word, pos in zip(sentence.words, sentence.pos, strict=True):
        row = {
            "lower": word.lower(),
            "upper": word.isupper(),
            "title": word.istitle(),
            "digit": word.isdigit(),
        }
        rows.append(row | ({"pos": pos, "pos2": pos[:2]} if with_pos else {}))
    described = []
    for t, (word, row) in enumerate(zip(sentence.words, rows, strict=True)):
        here = {"bias": 1.0, "suffix3": word[-3:], "suffix2": word[-2:], **row}
        for offset, edge in ((-1, "first"), (1, "last")):
            if 0 <= t + offset < len(rows):
                near = rows[t + offset]
                here |= {f"{offset}:{k}": v for k, v in near.items() if k != "digit"}
            else:
                here[edge] = True
        described.append(here)
    return described


def _measure_spacy(row: Row) -> dict[str, float]:
    """Train spaCy's blank English pipeline: three passes."""
    import spacy
    from spacy.tokens import Doc
    from spacy.training import Example, iob_to_biluo
    from spacy.util import compounding, minibatch

    parts = read_parts(row.split)
    random.seed(row.seed)
    spacy.util.fix_random_seed(row.seed)
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    for kind in {tag[2:] for s in parts.train for tag in s.tags if tag != "O"}:
        ner.add_label(kind)

    def train():
        examples = [
            Example.from_dict(
                Doc(nlp.vocab, words=s.words), {"entities": iob_to_biluo(s.tags)}
            )
            for s in parts.train
        ]
        optimizer = nlp.initialize(lambda: examples[:1000])
        for _ in range(3):
            random.shuffle(examples)
            for batch in minibatch(examples, size=compounding(8.0, 64.0, 1.001)):
                nlp.update(batch, sgd=optimizer, drop=0.2)
        return nlp

    def tag(nlp):
        docs = [Doc(nlp.vocab, words=s.words) for s in parts.test]
        return [[_tag_of(t) for t in doc] for doc in nlp.pipe(docs, batch_size=256)]

    return _measure(train, tag, parts.test)


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
    "spacy": _measure_spacy,
}
