"""Write data/sample.csv, the made-up corpus that the notebooks run on.

Every sentence comes from a frame that was written by hand for this project. A frame is
a line such as

    [per President <surname>] visited [geo <city>] (on [tim <weekday>]|) <reason> .

with four kinds of parts, which nest:

    word  word/POS       the word itself, its part of speech from pos.txt or given here
    <symbol>             one of the alternatives listed under that symbol
    (this|that one|)     one of these, the empty one allowed
    [type ...]           an entity mention of that type: B-type, then I-type; a
                         leading "the" stays outside of it

The files in data/sample_sources/ hold nothing but headers, ``<symbol>`` alone on a
line, and below each its alternatives, one a line; ``#`` starts a comment. The header
``<city> zipf`` makes the first names common and the last ones rare; ``<people> NNPS``
gives its capitalised words that part of speech instead of NNP. ``<sentence>`` is the
symbol that every frame stands under.

Run ``python tools/make_sample.py`` to rewrite the csv (always the same one), or
``python tools/make_sample.py --show 20 [--only frames_science.txt]`` to read examples.
"""

import argparse
import csv
import io
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lstm_helpers.files import write_whole

DATA = Path(__file__).parents[1] / "data"
SOURCES = DATA / "sample_sources"
OUTPUT = DATA / "sample.csv"
SEED = 20211114
N_SENTENCES = 4000
# The k-th alternative of a zipf symbol weighs 1 / (k + ZIPF_OFFSET); so do frames,
# in shuffled order, with an offset of their own.
ZIPF_OFFSET, FRAME_OFFSET = 3.0, 60.0
N_DRAFTS = 24  # of so many drafts the one nearest to the targets is kept
# What the real corpus has in its 47,959 sentences: entities of each type, those of one
# word, sentences without any, and sentences of up to so many words (and more than the
# row before). Drafts are chosen by these and by nothing else.
REAL_SENTENCES = 47959
REAL_COUNTS = {
    "geo": 37644,
    "tim": 20333,
    "org": 20143,
    "per": 16990,
    "gpe": 15870,
    "art": 402,
    "eve": 308,
    "nat": 201,
    "one word": 77876,
    "no entity": 7042,
    7: 896,
    10: 2354,
    13: 3964,
    16: 5391,
    19: 6629,
    22: 7273,
    25: 6729,
    28: 5456,
    32: 4836,
    36: 2538,
    43: 1481,
    55: 368,
    104: 44,
}
N_DUPLICATED, N_CONFLICTING = 25, 3  # groups of duplicates; with conflicting tags


class Token(NamedTuple):
    """One row of the csv without its sentence label."""

    word: str
    pos: str
    tag: str


class Part(NamedTuple):
    """One of the four kinds of parts that a line is made of, and where it stands."""

    kind: str  # "word", "symbol", "choice" or "mention"
    value: str | list | tuple  # text, a name, sequences of parts, (type, its parts)
    where: str  # file and line, for messages


class Symbol(NamedTuple):
    """The alternatives of one symbol."""

    alternatives: list[list[Part]]
    weights: list[float]
    pos: str


class Line(NamedTuple):
    """A line of a source file: a header, or an alternative below it."""

    symbol: str  # the header's
    flags: list[str]  # what a header says of its symbol
    text: str  # the alternative; a header has none
    where: str


def read_grammar(folder: Path = SOURCES, only: str | None = None) -> dict[str, Symbol]:
    """Read every source file into ``{symbol name: Symbol}``.

    Parameters
    ----------
    folder : Path
        Where the ``*.txt`` files lie; ``pos.txt`` is not part of the grammar.
    only : str, optional
        The name of the one file to take the ``<sentence>`` frames from.

    Raises
    ------
    ValueError
        If a line cannot be read; the message names its file and its number.
    """
    flags, alternatives = defaultdict(set), defaultdict(list)
    for path in sorted(folder.glob("*.txt")):
        if path.name == "pos.txt":
            continue
        for line in _read_lines(path):
            flags[line.symbol].update(line.flags)
            left_out = only and line.symbol == "sentence" and path.name != only
            if line.text and not left_out:
                alternatives[line.symbol].append(parse(line.text, line.where))
    grammar = {name: _make_symbol(alternatives[name], flags[name]) for name in flags}
    _check_symbols(grammar)
    return grammar


def _read_lines(path):
    """Yield a file's headers and alternatives: each a Line."""
    symbol = None
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        text, where = line.partition("#")[0].strip(), f"{path.name}, line {number}"
        header = re.fullmatch(r"<(\w+)>((?: \w+)*)", text)
        if header:
            symbol = header[1]
            yield Line(symbol, header[2].split(), "", where)
        elif text and symbol is None:
            raise ValueError(f"{where}: no <symbol> above it")
        elif text:
            yield Line(symbol, [], text, where)


def _make_symbol(alternatives, flags):
    """Weigh a symbol's alternatives, and find the part of speech of its words."""
    offsets = range(len(alternatives))
    weights = [1 / (k + ZIPF_OFFSET) if "zipf" in flags else 1.0 for k in offsets]
    return Symbol(alternatives, weights, "".join(flags - {"zipf"}) or "NNP")


def _check_symbols(grammar):
    """Refuse a symbol that is used and not listed."""
    for symbol in grammar.values():
        for where, used in symbols_in(symbol.alternatives):
            if used not in grammar:
                raise ValueError(f"{where}: got <{used}>, wanted a listed symbol")


def parse(line: str, where: str) -> list[Part]:
    """Parse one line into a list of parts.

    Raises
    ------
    ValueError
        If a bracket lacks its other half; the message begins with ``where``.
    """
    pieces = re.findall(r"\[\w+|[\]()|]|<\w+>|[^\s\[\]()|]+", line)
    position = 0

    def sequence(closing):
        nonlocal position
        parts = []
        while position < len(pieces):
            piece = pieces[position]
            position += 1
            if piece in closing:
                return parts, piece
            if piece == "(":
                choices, end = [], "|"
                while end == "|":
                    choice, end = sequence("|)")
                    choices.append(choice)
                parts.append(Part("choice", choices, where))
            elif piece.startswith("["):
                inside, _ = sequence("]")
                parts.append(Part("mention", (piece[1:], inside), where))
            elif piece in ")]|":
                raise ValueError(f"{where}: got {piece!r} without its opening bracket")
            elif piece.startswith("<"):
                parts.append(Part("symbol", piece[1:-1], where))
            else:
                parts.append(Part("word", piece, where))
        if closing:
            raise ValueError(
                f"{where}: got the end of the line, wanted {closing[-1]!r}"
            )
        return parts, None

    return sequence("")[0]


def symbols_in(alternatives: list[list[Part]]) -> Iterator[tuple[str, str]]:
    """Yield ``(where, symbol name)`` for every symbol that the parts mention."""
    for parts in alternatives:
        for kind, value, where in parts:
            if kind == "symbol":
                yield where, value
            elif kind == "choice":
                yield from symbols_in(value)
            elif kind == "mention":
                yield from symbols_in([value[1]])


def read_parts_of_speech(folder: Path = SOURCES) -> dict[str, str]:
    """Read ``{word: part of speech}``: each line a part of speech, then its words."""
    lines = (folder / "pos.txt").read_text("utf-8").splitlines()
    return {word: line.split()[0] for line in lines for word in line.split()[1:]}


class Writer:
    """Expands frames into tokens, with one random generator and one word list."""

    def __init__(
        self,
        grammar: dict[str, Symbol],
        parts_of_speech: dict[str, str],
        rng: random.Random,
    ):
        self.grammar = grammar
        self.parts_of_speech = parts_of_speech
        self.rng = rng
        self.unknown_words = Counter()

    def sentence(self, frame: list[Part]) -> list[Token]:
        """Expand one frame into a list of Token, no name used twice."""
        self.used = set()
        tokens = self.expand(frame, "NNP", mention=None)
        tokens = [
            t._replace(word="an") if t.word == "a" and takes_an(following) else t
            for t, following in zip(tokens, [*tokens[1:], None], strict=True)
        ]
        first = tokens[0].word
        return [tokens[0]._replace(word=first[0].upper() + first[1:]), *tokens[1:]]

    def expand(self, parts: list[Part], pos: str, mention: str | None) -> list[Token]:
        """Expand parts; ``pos`` is their symbol's, ``mention`` their brackets'."""
        tokens = []
        for kind, value, _ in parts:
            if kind == "word":
                tokens.append(self.token(value, pos, mention))
            elif kind == "choice":
                tokens += self.expand(self.rng.choice(value), pos, mention)
            elif kind == "symbol":
                symbol = self.grammar[value]
                tokens += self.expand(self.draw(value), symbol.pos, mention)
            else:
                kind, inside = value
                words = self.expand(inside, pos, kind)
                article = words[0].word == "the"
                tokens += words[:article]
                tokens += [
                    t._replace(tag=("I-" if k else "B-") + kind)
                    for k, t in enumerate(words[article:])
                ]
        return tokens

    def draw(self, name: str) -> list[Part]:
        """Draw an alternative of a symbol that this sentence does not hold yet."""
        symbol = self.grammar[name]
        for _ in range(20):
            k = self.rng.choices(range(len(symbol.weights)), symbol.weights)[0]
            if (name, k) not in self.used:
                break
        self.used.add((name, k))
        return symbol.alternatives[k]

    def token(self, piece: str, pos: str, mention: str | None) -> Token:
        """Give a word its part of speech: its own, the list's, or its symbol's."""
        word, _, given = piece.rpartition("/")
        if word and re.fullmatch(r"[A-Z]+\$?", given):
            return Token(word, given, "O")
        listed = self.parts_of_speech.get(piece if mention else piece.lower())
        if listed and (pos == "NNP" or not mention):
            return Token(piece, listed, "O")
        if re.fullmatch(r"[\d.,:]*\d[\d.,:]*", piece):
            return Token(piece, "CD", "O")
        if not piece[0].isupper():
            self.unknown_words[piece] += 1
        return Token(piece, pos, "O")


def takes_an(token: Token | None) -> bool:
    """Tell whether "a" becomes "an" before this token."""
    pattern = r"(?!eu|one|once|uni|u\.)[aeio]|hour|honest"
    return token is not None and bool(re.match(pattern, token.word.lower()))


def describe(tokens: list[Token]) -> Counter:
    """Count in one sentence what REAL_COUNTS counts in the real corpus."""
    counts = Counter(t.tag[2:] for t in tokens if t.tag.startswith("B-"))
    insides = [t.tag[0] == "I" for t in tokens[1:]] + [False]
    ends = zip(tokens, insides, strict=True)
    counts["one word"] = sum(t.tag[0] == "B" and not inside for t, inside in ends)
    bound = min(n for n in REAL_COUNTS if isinstance(n, int) and n >= len(tokens))
    counts["no entity"] = all(t.tag == "O" for t in tokens)
    return counts + Counter({bound: 1})


def distance(totals: Counter, counts: Counter, n_sentences: int) -> float:
    """How far the corpus is from the real one once a sentence is added (chi-square)."""
    return sum(
        (totals[name] + counts[name] - expected) ** 2 / expected
        for name, real in REAL_COUNTS.items()
        for expected in [real / REAL_SENTENCES * n_sentences]
    )


def write_sentences(writer: Writer, n_sentences: int) -> list[list[Token]]:
    """Write sentences one by one, each time keeping the draft that fits best."""
    rng, frames = writer.rng, list(writer.grammar["sentence"].alternatives)
    rng.shuffle(frames)
    weights = [1 / (k + FRAME_OFFSET) for k in range(len(frames))]
    totals, sentences, written = Counter(), [], set()
    while len(sentences) < n_sentences:
        drafts = [
            (tokens, describe(tokens))
            for frame in rng.choices(frames, weights, k=N_DRAFTS)
            for tokens in [writer.sentence(frame)]
            if tuple(tokens) not in written
        ]
        tokens, counts = min(
            drafts, key=lambda draft: distance(totals, draft[1], len(sentences) + 1)
        )
        totals += counts
        sentences.append(tokens)
        written.add(tuple(tokens))
    return sentences


def add_duplicates(
    sentences: list[list[Token]], rng: random.Random
) -> list[list[Token]]:
    """Replace some sentences by copies of others, a few with other tags."""
    sentences = list(sentences)
    places = rng.sample(range(len(sentences) - 1), 3 * N_DUPLICATED)
    originals, others = places[:N_DUPLICATED], iter(places[N_DUPLICATED:])
    with_places = [i for i in originals if any(t.tag == "B-geo" for t in sentences[i])]
    for i in originals:
        for _ in range(rng.choice([1, 1, 1, 2])):
            copy = sentences[i]
            if i in with_places[:N_CONFLICTING]:
                copy = [t._replace(tag=t.tag.replace("geo", "gpe")) for t in copy]
            sentences[next(others)] = copy
    return sentences


def make_sample(folder: Path = SOURCES) -> bytes:
    """Return the bytes of sample.csv: Windows-1252, as the real file is."""
    rng = random.Random(SEED)
    writer = Writer(read_grammar(folder), read_parts_of_speech(folder), rng)
    sentences = write_sentences(writer, N_SENTENCES)
    if writer.unknown_words:
        raise ValueError(f"not in pos.txt: {' '.join(sorted(writer.unknown_words))}")
    sentences = add_duplicates(sentences, rng)
    sentences[-1] = sentences[-1][: len(sentences[-1]) // 2]  # cut off, as the real one
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(["Sentence #", "Word", "POS", "Tag"])
    for number, tokens in enumerate(sentences, start=1):
        for k, token in enumerate(tokens):
            rows.writerow([f"Sentence: {number}" if k == 0 else "", *token])
    return text.getvalue().encode("cp1252")


def show(n_sentences: int, only: str | None) -> None:
    """Print examples of the frames, for whoever writes them."""
    writer = Writer(read_grammar(only=only), read_parts_of_speech(), random.Random())
    frames = writer.grammar["sentence"].alternatives
    lengths = []
    for k in range(n_sentences):
        tokens = writer.sentence(frames[k % len(frames)])
        lengths.append(len(tokens))
        print(" ".join(t.word if t.tag == "O" else f"{t.word}/{t.tag}" for t in tokens))
    print(f"{len(frames)} frames; mean length {sum(lengths) / len(lengths):.1f}")


def main() -> None:
    """Write the csv, or print examples."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", type=int, metavar="N", help="print N examples")
    parser.add_argument(
        "--only", metavar="FILE", help="with --show: frames of one file"
    )
    arguments = parser.parse_args()
    if arguments.show:
        show(arguments.show, arguments.only)
    else:
        write_whole(OUTPUT, make_sample())


if __name__ == "__main__":
    main()
