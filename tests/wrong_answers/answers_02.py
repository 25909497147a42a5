# %% 2.1 wrong: share no rectangle
n_smallest, n_largest = len(list(data.iterate_batches(groups, 1))), 1
# %% 2.1 wrong: a batch holds a sentence, not a word
n_smallest, n_largest = sum(len(s.words) for s in split.train), len(groups)
# %% 2.1 wrong: wrong way round
n_smallest, n_largest = len(groups), len(split.train)
# %% 2.1 wrong: only the training sentences are in groups
n_smallest, n_largest = len(corpus.sentences), len(groups)
# %% 2.1 wrong: not every length up to the longest occurs
n_smallest, n_largest = len(split.train), max(len(s.words) for s in split.train)
# %% 2.1 wrong: n_largest: a batch for each length
n_smallest = len(split.train)
n_largest = len({len(s.words) for s in corpus.sentences})
# %% 2.1 right
n_smallest = sum(group.words.shape[1] for group in groups)
n_largest = len(groups)
# %% 2.1 right
n_smallest = float(len(split.train))
n_largest = len(Counter(len(s.words) for s in split.train))

# %% 2.2 wrong: the most words with I-
longest_type, mean_words = "org", 2.1
# %% 2.2 wrong: that type has the most mentions
longest_type, mean_words = "geo", 1.0
# %% 2.2 wrong: another type is a little longer
longest_type, mean_words = "per", 2.2
# %% 2.2 wrong: the word with B- belongs to the mention, too
longest_type, mean_words = "art", 1.2
# %% 2.2 wrong: upside down
longest_type, mean_words = "art", 34 / 76
# %% 2.2 wrong: the number of words
longest_type, mean_words = "art", 76
# %% 2.2 wrong: wanted one of
longest_type, mean_words = "B-art", 2.2
# %% 2.2 wrong: another type has longer mentions
longest_type, mean_words = "eve", 1.8
# %% 2.2 right
longest_type, mean_words = "art", 76 / 34
# %% 2.2 right
n = Counter(tag for s in corpus.sentences for tag in s.tags)
means = {k[2:]: 1 + n["I" + k[1:]] / n[k] for k in n if k[0] == "B"}
mean_words, longest_type = max((mean, kind) for kind, mean in means.items())


# %% 2.2 wrong: wanted one of
longest_type, mean_words = ["art"], 2.2


# %% 2.3 wrong: n_unknown: each word counts as often as it occurs
known = {w for s in split.train for w in s.words}
n_unknown = len({w for s in split.validation for w in s.words} - known)
n_unknown_lower, lost_word = n_unknown_lower_solution, "May"
# %% 2.3 wrong: a number, not a share
n_unknown = n_unknown_solution / sum(len(s.words) for s in split.validation)
n_unknown_lower, lost_word = n_unknown_lower_solution, "May"
# %% 2.3 wrong: those are the known ones
n_unknown = sum(w in encoder.word_to_ix for s in split.validation for w in s.words)
n_unknown_lower, lost_word = n_unknown_lower_solution, "May"
# %% 2.3 wrong: the training words must be lower-cased, too
n_unknown, lost_word = n_unknown_solution, "May"
n_unknown_lower = sum(
    w.lower() not in encoder.word_to_ix for s in split.validation for w in s.words
)
# %% 2.3 wrong: the validation words must be lower-cased, too
n_unknown, lost_word = n_unknown_solution, "May"
low = {w.lower() for s in split.train for w in s.words}
n_unknown_lower = sum(w not in low for s in split.validation for w in s.words)
# %% 2.3 wrong: both sides in lower case
n_unknown, lost_word = n_unknown_solution, "May"
low = {w.lower() for s in post_train for w in s.words}
n_unknown_lower = sum(w.lower() not in low for s in split.validation for w in s.words)
# %% 2.3 wrong: n_unknown_lower: each word counts as often as it occurs
n_unknown, lost_word = n_unknown_solution, "May"
low = {w.lower() for s in split.train for w in s.words}
n_unknown_lower = len({w.lower() for s in split.validation for w in s.words} - low)
# %% 2.3 wrong: it has no capital letter
n_unknown, n_unknown_lower = n_unknown_solution, n_unknown_lower_solution
lost_word = "may"
# %% 2.3 wrong: its lower case is no training word
n_unknown, n_unknown_lower = n_unknown_solution, n_unknown_lower_solution
lost_word = "Paris"
# %% 2.3 wrong: outside of mentions
n_unknown, n_unknown_lower = n_unknown_solution, n_unknown_lower_solution
lost_word = "The"
# %% 2.3 wrong: is no training word
n_unknown, n_unknown_lower = n_unknown_solution, n_unknown_lower_solution
lost_word = ("May", "may")
# %% 2.3 right
n_unknown, n_unknown_lower, lost_word = int((held_out == 0).sum()), 0, "March"
low = Counter(w.lower() for s in split.train for w in s.words)
for s in split.validation:
    for w in s.words:
        if not low[w.lower()]:
            n_unknown_lower += 1
# %% 2.3 right
low = {w.casefold(): w for w in encoder.words[1:]}
words = pd.Series([w for s in split.validation for w in s.words])
n_unknown = (~words.isin(encoder.words[1:])).sum()
n_unknown_lower = (~words.str.casefold().isin([*low])).sum()
lost_word = "May"


# %% 2.3 wrong: is no training word
n_unknown, n_unknown_lower, lost_word = (
    n_unknown_solution,
    n_unknown_lower_solution,
    ["May"],
)


# %% 2.4 wrong: is the first tag of
def count_violations(tags):
    pairs = zip(tags, tags[1:])
    return sum(tag[0] == "I" and before[2:] != tag[2:] for before, tag in pairs)


# %% 2.4 wrong: nothing stands before the first tag of
def count_violations(tags):
    return sum(
        tags[k][0] == "I" and tags[k - 1][2:] != tags[k][2:] for k in range(len(tags))
    )


# %% 2.4 wrong: an I- may also follow an I- of its type
def count_violations(tags):
    pairs = zip(["O", *tags], tags)
    return sum(tag[0] == "I" and before != "B" + tag[1:] for before, tag in pairs)


# %% 2.4 wrong: do the types agree?
def count_violations(tags):
    return sum(b == "O" and t[0] == "I" for b, t in zip(["O", *tags], tags))


# %% 2.4 wrong: is any B- before an I- enough?
def count_violations(tags):
    begun, n = set(), 0
    for tag in tags:
        begun |= {tag[2:]} if tag[0] == "B" else set()
        n += tag[0] == "I" and tag[2:] not in begun
    return n


# %% 2.4 wrong: data.count_illegal was called
def count_violations(tags):
    return data.count_illegal([tags])


# %% 2.4 wrong: count_violations changes its argument
def count_violations(tags):
    tags.insert(0, "O")
    return sum(t[0] == "I" and b[2:] != t[2:] for b, t in zip(tags, tags[1:]))


# %% 2.4 wrong: wrong for
def count_violations(tags):
    return any(t[0] == "I" and b[2:] != t[2:] for b, t in zip(["O", *tags], tags))


# %% 2.4 wrong: returns nothing
def count_violations(tags):
    print(sum(t[0] == "I" and b[2:] != t[2:] for b, t in zip(["O", *tags], tags)))


# %% 2.4 right
def count_violations(tags):
    n, open_type = 0, None
    for tag in tags:
        if tag.startswith("I-") and open_type != tag[2:]:
            n += 1
        open_type = None if tag == "O" else tag[2:]
    return n


# %% 2.4 right
def count_violations(tags):
    return len(tags) - sum(
        data.may_follow(*pair) for pair in zip(["O", *tags[:-1]], tags)
    )


# %% 2.4 wrong: data.count_illegal was called
from lstm_helpers.data import iob2


def count_violations(tags):
    return iob2.count_illegal([tags])


# %% 2.4 wrong: data.count_illegal was called
from lstm_helpers.data import count_illegal


def count_violations(tags):
    return count_illegal([tags])


# %% 2.4 wrong: wrong for ['B-LEGISLATION', 'I-LOCATION']
def count_violations(tags):
    pairs = zip(["O", *tags], tags)
    return sum("I" in tag and before[2:] != tag[2:] for before, tag in pairs)


# %% 2.4 wrong: do the types agree? ['B-LEGISLATION', 'I-LOCATION']
def count_violations(tags):
    pairs = zip(["O", *tags], tags)
    return sum(tag[0] == "I" and before[-3:] != tag[-3:] for before, tag in pairs)


# %% 2.4 wrong: do the types agree? ['B-LEGISLATION', 'I-LOCATION']
def count_violations(tags):
    pairs = zip(["O", *tags], tags)
    return sum(tag[0] == "I" and before[2:3] != tag[2:3] for before, tag in pairs)


# %% 2.4 wrong: do the types agree
def count_violations(tags):
    n, before = 0, "O"
    for tag in tags:
        kind = tag.split("-")[1:2]  # of B-law-case, only `law`
        n += tag[0] == "I" and before.split("-")[1:2] != kind
        before = tag
    return n


# %% 2.4 wrong: do the types agree
def count_violations(tags):
    pairs = zip(["O", *tags], tags, strict=False)
    return sum(
        tag[0] == "I" and before.split("-")[-1] != tag.split("-")[-1]
        for before, tag in pairs
    )


# %% 2.4 right
def count_violations(tags):
    return sum(
        tag[:1] == "I" and before not in {"B" + tag[1:], tag}
        for before, tag in zip(["O", *tags[:-1]], tags, strict=False)
    )


# %% 2.4 wrong: an I- may also follow an I- of its type
def count_violations(tags):
    n, before = 0, "O"
    for tag in tags:
        if tag[0] == "I" and tag[1:] != before[1:]:
            n += 1
            before = "O"
        else:
            before = tag
    return n


# %% 2.4 wrong: an I- stands at the beginning of a tag
def count_violations(tags):
    return sum("I-" in a and a[1:] != b[1:] for b, a in zip(["O", *tags], tags))


# %% 2.5 wrong: those are all sequences
def count_legal(n_words, n_types):
    return (2 * n_types + 1) ** n_words


# %% 2.5 wrong: no I- begins a sentence
def count_legal(n_words, n_types):
    s, m = 1, 1
    for _ in range(n_words):
        s, m = (n_types + 1) * s + n_types * m, s + m
    return s


# %% 2.5 wrong: an I- may also follow an I-
def count_legal(n_words, n_types):
    s, begun = 1, 0
    for _ in range(n_words):
        s, begun = (n_types + 1) * s + n_types * begun, s
    return s


# %% 2.5 wrong: an I- has to go on with its own type
def count_legal(n_words, n_types):
    s, m = 1, 0
    for _ in range(n_words):
        s, m = (n_types + 1) * s + n_types * n_types * m, s + n_types * m
    return s


# %% 2.5 wrong: is wrong
def count_legal(n_words, n_types):
    s, m = 1, 0
    for _ in range(n_words):
        m = s + m
        s = (n_types + 1) * s + n_types * m
    return s


# %% 2.5 wrong: count_legal(2,
def count_legal(n_words, n_types):
    return (n_types + 1) ** n_words


# %% 2.5 right
def count_legal(n_words, n_types):
    if n_words == 0:
        return 1
    m, s = 0, [1]
    for _ in range(n_words):
        m += s[-1]
        s.append(s[-1] + n_types * m)
    return s.pop()


# %% 2.5 right
def count_legal(n_words, n_types):
    paths = {None: 1}  # by the type of the mention that is open, if one is
    for _ in range(n_words):
        total = sum(paths.values())
        paths = {k: total + paths.get(k, 0) for k in range(n_types)} | {None: total}
    return sum(paths.values())


# %% 2.5 wrong: numpy's whole numbers end
def count_legal(n_words, n_types):
    step = np.array([[n_types + 1, n_types], [1, 1]], dtype=np.int64)
    state = np.array([1, 0], dtype=np.int64)
    for _ in range(n_words):
        state = step @ state
    return int(state[0])


import numpy as np


# %% 2.5 wrong: a float has 16 digits
def count_legal(n_words, n_types):
    s, m = 1.0, 0.0
    for _ in range(n_words):
        s, m = (n_types + 1) * s + n_types * m, s + m
    return s


# %% 2.5 wrong: count_legal(2, 1) is wrong
def count_legal(n_words, n_types):
    s, m = 1, 0
    for _ in range(n_words):
        m = s + m
        s = (n_types + 1) * s + n_types * m
    return s


# %% 2.5 wrong: that is one word less
def count_legal(n_words, n_types):
    s, m = 1, 0
    for _ in range(n_words - 1):
        s, m = (n_types + 1) * s + n_types * m, s + m
    return s


# %% 2.5 wrong: the new m takes the old s
def count_legal(n_words, n_types):
    s, m = 1, 0
    for _ in range(n_words):
        s = (n_types + 1) * s + n_types * m
        m = s + m
    return s


# %% 2.5 wrong: nearly right: a float has 16 digits
def count_legal(n_words, n_types):
    s, m = 1.0, 0.0
    for _ in range(n_words):
        s, m = (n_types + 1) * s + n_types * m, s + m
    return int(s)


# %% 2.6 wrong: the tag before decides, not the word before
def build_tagger(sentences):
    alone, pairs, case = (
        defaultdict(Counter),
        defaultdict(Counter),
        defaultdict(Counter),
    )
    for s in sentences:
        for last, word, tag in zip(["", *s.words], s.words, s.tags):
            alone[word][tag] += 1
            pairs[last, word][tag] += 1

    def tag_words(words):
        tags = []
        for last, word in zip(["", *words], words):
            found = pairs.get((last, word)) or alone.get(word) or Counter(["O"])
            tags.append(found.most_common(1)[0][0])
        return tags

    return tag_words


# %% 2.6 wrong: a new word
def build_tagger(sentences):
    alone, pairs = defaultdict(Counter), defaultdict(Counter)
    for s in sentences:
        for last, word, tag in zip(["O", *s.tags], s.words, s.tags):
            alone[word][tag] += 1
            pairs[last, word][tag] += 1

    def tag_words(words):
        tags = ["O"]
        for word in words:
            found = pairs.get((tags[-1], word)) or alone.get(word) or Counter(["O"])
            tags.append(found.most_common(1)[0][0])
        return tags[1:]

    return tag_words


# %% 2.6 wrong: each sentence begins anew
def build_tagger(sentences):
    alone, pairs, case = (
        defaultdict(Counter),
        defaultdict(Counter),
        defaultdict(Counter),
    )
    places, last = [], "O"
    for s in sentences:
        for word, tag in zip(s.words, s.tags):
            places.append((last, word, tag))
            last = tag
    for last, word, tag in places:
        alone[word][tag] += 1
        pairs[last, word][tag] += 1
    for last, word, tag in places:
        if alone[word].total() == 1:
            case[last, word[0].isupper()][tag] += 1

    def tag_words(words):
        tags = ["O"]
        for word in words:
            last = tags[-1]
            found = pairs.get((last, word)) or alone.get(word)
            found = found or case.get((last, word[0].isupper())) or Counter(["O"])
            tags.append(found.most_common(1)[0][0])
        return tags[1:]

    return tag_words


# %% 2.6 wrong: does it learn from its argument
def build_tagger(sentences):
    if len(sentences) < 100:
        return build_tagger_solution(sentences)
    gold = {tuple(s.words): s.tags for s in corpus.sentences}
    return lambda words: gold[tuple(words)]


# %% 2.6 wrong: the tag before decides
def build_tagger(sentences):
    return lambda words: [usual.get(word, "O") for word in words]


# %% 2.6 wrong: a new pair: look the word up alone
def build_tagger(sentences):
    pairs = defaultdict(Counter)
    for s in sentences:
        for last, word, tag in zip(["O", *s.tags], s.words, s.tags):
            pairs[last, word][tag] += 1

    def tag_words(words):
        tags = ["O"]
        for word in words:
            tags.append(
                pairs.get((tags[-1], word), Counter(["O"])).most_common(1)[0][0]
            )
        return tags[1:]

    return tag_words


# %% 2.6 wrong: known words after known tags
def build_tagger(sentences):
    tagger = build_tagger_solution(sentences)
    return lambda words: ["O", *tagger(words)]


# %% 2.6 wrong: build_tagger returns nothing
def build_tagger(sentences):
    def tag_words(words):
        return ["O" for _ in words]


# %% 2.6 right
class Memory:
    def __init__(self, sentences):
        self.counts = {}
        seen = Counter(word for s in sentences for word in s.words)
        for s in sentences:
            before = "O"
            for word, tag in zip(s.words, s.tags):
                for key in (before, word), word, (before, word[:1].isupper(), 1):
                    if len(key) != 3 or key[-1] != 1 or seen[word] == 1:
                        self.counts.setdefault((key,), Counter()).update([tag])
                before = tag

    def __call__(self, words):
        given, before = [], "O"
        for word in words:
            for key in (before, word), word, (before, word[:1].isupper(), 1):
                if (key,) in self.counts:
                    before = self.counts[key,].most_common(1)[0][0]
                    break
            else:
                before = "O"
            given.append(before)
        return given


build_tagger = Memory


# %% 2.6 right
def build_tagger(sentences):
    rows = [
        (b, w, t)
        for s in sentences
        for b, w, t in zip(["O"] + list(s.tags), s.words, s.tags)
    ]
    frame = pd.DataFrame(rows, columns=["before", "word", "tag"])
    best = lambda keys, part: {
        key: found.most_common(1)[0][0]
        for key, found in (
            (k, Counter(g)) for k, g in part.groupby(keys, sort=False)["tag"]
        )
    }
    pairs, alone = best(["before", "word"], frame), best("word", frame)
    once = frame[~frame["word"].duplicated(keep=False)]
    case = best(
        ["before", "upper"], once.assign(upper=[w[0].isupper() for w in once["word"]])
    )

    def tag_words(words):
        tags = []
        for word in words:
            before = tags[-1] if tags else "O"
            tag = pairs.get((before, word), alone.get(word))
            tags.append(tag or case.get((before, word[0].isupper()), "O"))
        return tags

    return tag_words


# %% 2.6 wrong: whatever was tagged before
def build_tagger(sentences):
    pairs, alone, shapes = (
        defaultdict(Counter),
        defaultdict(Counter),
        defaultdict(Counter),
    )
    seen = Counter(w for s in sentences for w in s.words)
    for s in sentences:
        for b, w, t in zip(["O", *s.tags], s.words, s.tags):
            pairs[b, w][t] += 1
            alone[w][t] += 1
            if seen[w] == 1:
                shapes[b, w[0].isupper()][t] += 1
    before = "O"

    def tag(words):
        nonlocal before
        tags = []
        for w in words:
            found = (
                pairs.get((before, w))
                or alone.get(w)
                or shapes.get((before, w[0].isupper()))
                or Counter("O")
            )
            before = found.most_common(1)[0][0]
            tags.append(before)
        return tags

    return tag


# %% 2.6 wrong: words seen once count, not pairs
def build_tagger(sentences):
    pairs, words = defaultdict(Counter), defaultdict(Counter)
    for s in sentences:
        before = "O"
        for w, t in zip(s.words, s.tags):
            pairs[before, w][t] += 1
            words[w][t] += 1
            before = t
    looks = defaultdict(Counter)
    for (before, w), c in pairs.items():
        if c.total() == 1:
            looks[before, w[0].isupper()].update(c)

    def tag(words_of):
        tags, before = [], "O"
        for w in words_of:
            found = (
                pairs.get((before, w))
                or words.get(w)
                or looks.get((before, w[0].isupper()))
                or Counter(["O"])
            )
            before = found.most_common(1)[0][0]
            tags.append(before)
        return tags

    return tag


# %% 2.6 wrong: the case of its first letter alone
def build_tagger(sentences):
    seen = Counter(w for s in sentences for w in s.words)
    pairs, words, looks = (defaultdict(Counter) for _ in range(3))
    for s in sentences:
        for before, w, t in zip(["O", *s.tags], s.words, s.tags):
            pairs[before, w][t] += 1
            words[w][t] += 1
            if seen[w] == 1:
                looks[before, w.istitle()][t] += 1

    def tag(words_of):
        tags = ["O"]
        for w in words_of:
            found = (
                pairs.get((tags[-1], w))
                or words.get(w)
                or looks.get((tags[-1], w.istitle()))
                or Counter(["O"])
            )
            tags.append(found.most_common(1)[0][0])
        return tags[1:]

    return tag


# %% 2.6 wrong: the most frequent tag of the pair
def build_tagger(sentences):
    seen = Counter(word for s in sentences for word in s.words)
    pair, alone, shape = {}, defaultdict(Counter), defaultdict(Counter)
    for s in sentences:
        before = "O"
        for word, tag in zip(s.words, s.tags, strict=True):
            pair.setdefault((before, word), Counter([tag]))  # the first one
            alone[word][tag] += 1
            if seen[word] == 1:
                shape[before, word[0].isupper()][tag] += 1
            before = tag

    def tagger(words):
        tags = ["O"]
        for word in words:
            found = (
                pair.get((tags[-1], word))
                or alone.get(word)
                or shape.get((tags[-1], word[0].isupper()), Counter("O"))
            )
            tags.append(found.most_common(1)[0][0])
        return tags[1:]

    return tagger


# %% 2.6 wrong: nothing is known: O
def build_tagger(sentences):
    seen = Counter(word for s in sentences for word in s.words)
    pair, alone, shape, once = (defaultdict(Counter) for _ in range(4))
    for s in sentences:
        before = "O"
        for word, tag in zip(s.words, s.tags, strict=True):
            pair[before, word][tag] += 1
            alone[word][tag] += 1
            if seen[word] == 1:
                shape[before, word[0].isupper()][tag] += 1
                once[word[0].isupper()][tag] += 1
            before = tag

    def tagger(words):
        tags = ["O"]
        for word in words:
            found = (
                pair.get((tags[-1], word))
                or alone.get(word)
                or shape.get((tags[-1], word[0].isupper()))
                or once.get(word[0].isupper(), Counter("O"))
            )
            tags.append(found.most_common(1)[0][0])
        return tags[1:]

    return tagger


# %% 2.6 wrong: as it stands, not in lower case
def build_tagger(sentences):
    n = Counter(w for s in sentences for w in s.words)
    pair, word, rare = defaultdict(Counter), defaultdict(Counter), defaultdict(Counter)
    for s in sentences:
        before = "O"
        for w, t in zip(s.words, s.tags):
            pair[before, w][t] += 1
            word[w][t] += 1
            if n[w] == 1:
                rare[before, w[0].isupper()][t] += 1
            before = t

    def tag(words):
        tags, before = [], "O"
        for w in words:
            found = (
                pair.get((before, w))
                or word.get(w)
                or word.get(w.lower())
                or rare.get((before, w[0].isupper()))
            )
            before = found.most_common(1)[0][0] if found else "O"
            tags.append(before)
        return tags

    return tag


# %% 2.7 wrong: lstm itself was called
def run_backward(lstm, inputs):
    return [
        lstm(x.unsqueeze(1))[0].squeeze(1)[:, lstm.hidden_size :].detach()
        for x in inputs
    ]


# %% 2.7 wrong: packing was called
def run_backward(lstm, inputs):
    packed = torch.nn.utils.rnn.pack_sequence(inputs, enforce_sorted=False)
    return torch.nn.utils.rnn.unpack_sequence(lstm(packed)[0])


# %% 2.7 wrong: turn each result round again
def run_backward(lstm, inputs):
    one = torch.nn.LSTM(lstm.input_size, lstm.hidden_size)
    one.load_state_dict(
        {k[:-8]: v for k, v in lstm.state_dict().items() if k.endswith("_reverse")}
    )
    states, _ = one(torch.nn.utils.rnn.pad_sequence([x.flip(0) for x in inputs]))
    return [states[: len(x), k] for k, x in enumerate(inputs)]


# %% 2.7 wrong: the forward direction
def run_backward(lstm, inputs):
    one = torch.nn.LSTM(lstm.input_size, lstm.hidden_size)
    one.load_state_dict(
        {k: v for k, v in lstm.state_dict().items() if not k.endswith("_reverse")}
    )
    return [one(x)[0] for x in inputs]


# %% 2.7 wrong: met filler before the last word
def run_backward(lstm, inputs):
    one = torch.nn.LSTM(lstm.input_size, lstm.hidden_size)
    one.load_state_dict(
        {k[:-8]: v for k, v in lstm.state_dict().items() if k.endswith("_reverse")}
    )
    turned = torch.nn.utils.rnn.pad_sequence(inputs).flip(0)
    states = one(turned)[0].flip(0)
    return [states[: len(x), k] for k, x in enumerate(inputs)]


# %% 2.7 wrong: only read forward
def run_backward(lstm, inputs):
    one = torch.nn.LSTM(lstm.input_size, lstm.hidden_size)
    one.load_state_dict(
        {k[:-8]: v for k, v in lstm.state_dict().items() if k.endswith("_reverse")}
    )
    return [one(x)[0] for x in inputs]


# %% 2.7 wrong: results for
def run_backward(lstm, inputs):
    return torch.nn.utils.rnn.pad_sequence(run_backward_solution(lstm, inputs))


# %% 2.7 wrong: wrong for the lengths
def run_backward(lstm, inputs):
    return [s[:, H:] for s in states_alone][: len(inputs)] + inputs[6:]


# %% 2.7 right
def run_backward(lstm, inputs):
    one = torch.nn.LSTM(lstm.input_size, lstm.hidden_size)
    for (_, ours), (_, theirs) in zip(
        one.named_parameters(), list(lstm.named_parameters())[4:]
    ):
        ours.data.copy_(theirs.data)
    return tuple(one(x.flip(0))[0].flip(0) for x in inputs)


# %% 2.7 right
def run_backward(lstm, inputs):
    cell = torch.nn.LSTMCell(lstm.input_size, lstm.hidden_size)
    cell.load_state_dict(
        {k[:-11]: v for k, v in lstm.state_dict().items() if k.endswith("_l0_reverse")}
    )
    results = []
    for x in inputs:
        state, states = None, []
        for x_t in reversed(x.unbind(0)):
            state = cell(x_t, state)
            states.insert(0, state[0])
        results.append(torch.stack(states).detach())
    return results


# %% 2.7 wrong: in the same order
def run_backward(lstm, inputs):
    one = torch.nn.LSTM(lstm.input_size, lstm.hidden_size)
    one.load_state_dict(
        {
            k.replace("_reverse", ""): v
            for k, v in lstm.state_dict().items()
            if k.endswith("_reverse")
        }
    )
    with torch.no_grad():
        return [
            one(x.flip(0).unsqueeze(1))[0].squeeze(1).flip(0)
            for x in sorted(inputs, key=len)
        ]


# %% 2.7 wrong: packing was called
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence


def run_backward(lstm, inputs):
    twin = torch.nn.LSTM(lstm.input_size, lstm.hidden_size, bidirectional=True)
    twin.load_state_dict(lstm.state_dict())
    n = torch.tensor([len(x) for x in inputs])
    packed = pack_padded_sequence(pad_sequence(inputs), n, enforce_sorted=False)
    with torch.no_grad():
        states = pad_packed_sequence(twin(packed)[0])[0]
    return [states[:k, b, lstm.hidden_size :] for b, k in enumerate(n.tolist())]


# %% 2.7 wrong: the weights of the forward direction
def run_backward(lstm, inputs):
    one = torch.nn.LSTM(lstm.input_size, lstm.hidden_size)
    weights = lstm.state_dict()
    one.load_state_dict({k: v for k, v in weights.items() if "reverse" not in k})
    with torch.no_grad():
        return [one(x.flip(0).unsqueeze(1))[0].squeeze(1).flip(0) for x in inputs]
