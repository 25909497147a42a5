# %% 8.1 wrong: not yet above 0.80
n_above, next_gain = 3614, 0.025
# %% 8.1 wrong: there is a smaller one
n_above, next_gain = 14459, 0.015
# %% 8.1 wrong: a much smaller one
n_above, next_gain = 28918, 0.0
# %% 8.1 wrong: not of the size
n_above, next_gain = 4, 0.025
# %% 8.1 wrong: sentences, not an F1
n_above, next_gain = 0.8, 0.025
# %% 8.1 wrong: the gain, not the score
n_above, next_gain = 7229, 0.836
# %% 8.1 wrong: not per cent
n_above, next_gain = 7229, 2.5
# %% 8.1 wrong: the score rises
n_above, next_gain = 7229, -0.025
# %% 8.1 wrong: less the score at this one
n_above, next_gain = 7229, 0.012
# %% 8.1 wrong: not the one before
n_above, next_gain = 7229, 0.031
# %% 8.1 right
n_above, next_gain = 7229.0, 0.02
# %% 8.1 right
row = json.loads((files.BUNDLED_FOLDER / "own_figures.json").read_text("utf-8"))
row = row["rows"]["learning curve"]
above = [n for n, f1 in zip(row["sizes"], zip(*row["f1"])) if min(f1) > 0.8]
n_above = above[0]
k = row["sizes"].index(n_above)
next_gain = sum(f1[k + 1] - f1[k] for f1 in row["f1"]) / len(row["f1"])

# %% 8.2 wrong: a straight line
n_for_90 = 3000
# %% 8.2 wrong: brings less than 0.05
n_for_90 = 4000
# %% 8.2 wrong: its error is
n_for_90 = 1000 * 2 ** (np.log(0.9 / 0.8) / np.log(0.85 / 0.8))
# %% 8.2 wrong: how many more
n_for_90 = 3313
# %% 8.2 wrong: count from 1,000
n_for_90 = 2000 * 2 ** (np.log(0.5) / np.log(0.75))
# %% 8.2 wrong: how many sentences
n_for_90 = np.log(0.5) / np.log(0.75)
# %% 8.2 wrong: a part of a doubling
n_for_90 = 8000
# %% 8.2 wrong: see the hint
n_for_90 = 5000
# %% 8.2 right
n_for_90 = 5313
# %% 8.2 right
b = -(np.log(0.15) - np.log(0.2)) / (np.log(2000) - np.log(1000))
c = 0.2 * 1000**b
n_for_90 = (c / 0.1) ** (1 / b)


# %% 8.3 wrong: further pieces have no label
def align_labels(word_of_piece, labels):
    return [-100 if w is None else labels[w] for w in word_of_piece]


# %% 8.3 wrong: the same label and be two words
def align_labels(word_of_piece, labels):
    given = [-100 if w is None else labels[w] for w in word_of_piece]
    return [
        -100 if k and given[k - 1] == label else label for k, label in enumerate(given)
    ]


# %% 8.3 wrong: not the last
def align_labels(word_of_piece, labels):
    after = [*word_of_piece[1:], None]
    return [
        -100 if w is None or w == nxt else labels[w]
        for w, nxt in zip(word_of_piece, after)
    ]


# %% 8.3 wrong: word 0 is a word
def align_labels(word_of_piece, labels):
    before = [None, *word_of_piece]
    return [
        labels[w] if w and w != last else -100 for last, w in zip(before, word_of_piece)
    ]


# %% 8.3 wrong: not 0
def align_labels(word_of_piece, labels):
    before = [None, *word_of_piece]
    return [
        0 if w is None else -100 if w == last else labels[w]
        for last, w in zip(before, word_of_piece)
    ]


# %% 8.3 wrong: also for marks
def align_labels(word_of_piece, labels):
    found = align_labels_solution(word_of_piece, labels)
    return [label for label, w in zip(found, word_of_piece) if w is not None]


# %% 8.3 wrong: is a `return` missing
def align_labels(word_of_piece, labels):
    [labels[w] for w in word_of_piece if w is not None]


# %% 8.3 wrong: changes its argument
def align_labels(word_of_piece, labels):
    found = align_labels_solution(word_of_piece, labels)
    word_of_piece[:] = found
    return found


# %% 8.3 right
def align_labels(word_of_piece, labels):
    seen, found = None, []
    for word in word_of_piece:
        if word is None or word == seen:
            found.append(-100)
        else:
            found.append(labels[word])
        seen = word
    return found


# %% 8.3 right
def align_labels(word_of_piece, labels):
    first = {w: k for k, w in reversed([*enumerate(word_of_piece)]) if w is not None}
    return [
        labels[w] if first.get(w) == k else -100 for k, w in enumerate(word_of_piece)
    ]


# %% 8.3 wrong: nothing stands before the first piece
def align_labels(word_of_piece, labels):
    return [
        -100 if w is None or w == word_of_piece[k - 1] else labels[w]
        for k, w in enumerate(word_of_piece)
    ]


# %% 8.3 wrong: wanted a list
def align_labels(word_of_piece, labels):
    before, result = None, []
    for word in word_of_piece:
        result.append(labels[word] if word is not None and word != before else -100)
        before = word
    return np.array(result)


# %% 8.3 wrong: a word may have no piece
def align_labels(word_of_piece, labels):
    rest, before, result = iter(labels), None, []
    for word in word_of_piece:
        result.append(next(rest) if word is not None and word != before else -100)
        before = word
    return result


# %% 8.3 wrong: all other pieces have -100
def align_labels(word_of_piece, labels):
    before, result = None, []
    for word in word_of_piece:
        result.append(labels[word] if word is not None and word != before else 0)
        before = word
    return result


# %% 8.3 wrong: 0 is a label as well
def align_labels(word_of_piece, labels):
    before, result = None, []
    for word in word_of_piece:
        first = word is not None and word != before
        result.append((first and labels[word]) or -100)
        before = word
    return result


# %% 8.3 wrong: words are counted from 0
def align_labels(word_of_piece, labels):
    before, result = None, []
    for word in word_of_piece:
        result.append(labels[word - 1] if word is not None and word != before else -100)
        before = word
    return result


# %% 8.4 wrong: not the place of the last, from 0
def n_to_read(is_wrong, share):
    needed = int(np.ceil(share * sum(is_wrong)))
    return [n for n, flag in enumerate(is_wrong) if flag][needed - 1] if needed else 0


# %% 8.4 wrong: round up
def n_to_read(is_wrong, share):
    needed = int(share * sum(is_wrong))
    return [n + 1 for n, flag in enumerate(is_wrong) if flag][needed - 1] * (needed > 0)


# %% 8.4 wrong: not of all sentences
def n_to_read(is_wrong, share):
    return int(np.ceil(share * len(is_wrong)))


# %% 8.4 wrong: not how many are found
def n_to_read(is_wrong, share):
    return int(np.ceil(share * sum(is_wrong)))


# %% 8.4 wrong: not of those read
def n_to_read(is_wrong, share):
    for n in range(1, len(is_wrong)):
        if sum(is_wrong[:n]) / n >= share:
            return n
    return len(is_wrong)


# %% 8.4 wrong: nothing is read
def n_to_read(is_wrong, share):
    found_after = np.cumsum(is_wrong)
    return 1 + int(np.argmax(found_after >= share * sum(is_wrong)))


# %% 8.4 right
def n_to_read(is_wrong, share):
    needed, found = share * sum(is_wrong), 0
    if needed == 0:
        return 0
    for n, flag in enumerate(is_wrong, start=1):
        found += flag
        if found >= needed:
            return n


# %% 8.4 right
def n_to_read(is_wrong, share):
    found_after = np.concatenate([[0], np.cumsum(is_wrong)])
    return np.searchsorted(found_after, share * found_after[-1])


# %% 8.4 wrong: at least this share, not more than it
def n_to_read(is_wrong, share):
    if not share or not any(is_wrong):
        return 0
    found, wanted = 0, share * sum(is_wrong)
    for k, wrong in enumerate(is_wrong, start=1):
        found += wrong
        if found > wanted:
            return k
    return len(is_wrong)


# %% 8.5 wrong: is another entity
def tags_from_places(words, entities):
    tags = tags_from_places_solution(words, entities)
    for k in range(1, len(tags)):
        if tags[k] != "O" and tags[k - 1][1:] == tags[k][1:]:
            tags[k] = f"I{tags[k][1:]}"
    return tags


# %% 8.5 wrong: not only a whole one
def tags_from_places(words, entities):
    tags = ["O"] * len(words)
    for start, end, kind in entities:
        mark = "B"
        for n, (_, first, last) in enumerate(words):
            if start <= first and last <= end:
                tags[n], mark = f"{mark}-{kind}", "I"
    return tags


# %% 8.5 wrong: one behind the last
def tags_from_places(words, entities):
    tags = ["O"] * len(words)
    for start, end, kind in entities:
        mark = "B"
        for n, (_, first, last) in enumerate(words):
            if first <= end and start <= last:
                tags[n], mark = f"{mark}-{kind}", "I"
    return tags


# %% 8.5 wrong: the further words of an entity
def tags_from_places(words, entities):
    found = tags_from_places_solution(words, entities)
    return [tag if tag == "O" else f"B-{tag[2:]}" for tag in found]


# %% 8.5 wrong: the first word of an entity
def tags_from_places(words, entities):
    found = tags_from_places_solution(words, entities)
    return [tag if tag == "O" else f"I-{tag[2:]}" for tag in found]


# %% 8.5 wrong: begins before its entity
def tags_from_places(words, entities):
    tags = ["O"] * len(words)
    for start, end, kind in entities:
        mark = "B"
        for n, (_, first, _) in enumerate(words):
            if start <= first < end:
                tags[n], mark = f"{mark}-{kind}", "I"
    return tags


# %% 8.5 right
def tags_from_places(words, entities):
    tags = []
    for _, first, last in words:
        tag = "O"
        for start, end, kind in entities:
            if max(first, start) < min(last, end):
                earlier = any(
                    max(f, start) < min(e, end) for _, f, e in words if e <= first
                )
                tag = f"{'I' if earlier else 'B'}-{kind}"
        tags.append(tag)
    return tags


# %% 8.5 right
def tags_from_places(words, entities):
    tags, previous = [], None
    for word in words:
        places = {*range(word[1], word[2])}
        inside = [e for e in entities if places & {*range(e[0], e[1])}]
        mark = "I" if inside and inside[0] == previous else "B"
        tags.append(f"{mark}-{inside[0][2]}" if inside else "O")
        previous = inside[0] if inside else None
    return tags


# %% 8.5 wrong: an entity may lie inside a word
def tags_from_places(words, entities):
    tags = ["O"] * len(words)
    for start, end, kind in entities:
        begun = False
        for k, (_, s, e) in enumerate(words):
            if start <= s < end or start < e <= end:
                tags[k] = f"{'I' if begun else 'B'}-{kind}"
                begun = True
    return tags


# %% 8.6 wrong: scale it to sum to 1
def weighted_optimum(p, w):
    return p * w


least_p = least_p_solution


# %% 8.6 wrong: without weights, that is p
def weighted_optimum(p, w):
    return p


least_p = least_p_solution


# %% 8.6 wrong: not p_k / w_k
def weighted_optimum(p, w):
    return p / w / (p / w).sum()


least_p = least_p_solution


# %% 8.6 wrong: no softmax
def weighted_optimum(p, w):
    product = np.exp(p * w)
    return product / product.sum()


least_p = least_p_solution


# %% 8.6 wrong: not of w
def weighted_optimum(p, w):
    return p * w / w.sum()


least_p = least_p_solution


# %% 8.6 wrong: the weights are no probabilities
def weighted_optimum(p, w):
    return w / w.sum()


least_p = least_p_solution
# %% 8.6 wrong: one half is without weights
weighted_optimum = weighted_optimum_solution


def least_p(w_O, w_N):
    return 0.5


# %% 8.6 wrong: which of the two is heavier
weighted_optimum = weighted_optimum_solution


def least_p(w_O, w_N):
    return w_N / (w_O + w_N)


# %% 8.6 wrong: the O has 1 - p
weighted_optimum = weighted_optimum_solution


def least_p(w_O, w_N):
    return w_O / w_N


# %% 8.6 right
def weighted_optimum(p, w):
    q = torch.as_tensor(p) * torch.as_tensor(w)
    return q / q.sum()


def least_p(w_O, w_N):
    return 1 / (1 + w_N / w_O)


# %% 8.6 right
def weighted_optimum(p, w):
    total = sum(a * b for a, b in zip(p, w))
    return [a * b / total for a, b in zip(p, w)]


def least_p(w_O, w_N):
    return 1 - w_N / (w_N + w_O)
