# %% 5.1 wrong: my_precision: which part of 4 is right
my_precision, my_recall, my_f1 = 0.74, 3 / 5, 2 / 3
# %% 5.1 wrong: my_precision: all 3 of 3
my_precision, my_recall, my_f1 = 1.0, 0.5, 2 / 3
# %% 5.1 wrong: my_precision: that is the recall
my_precision, my_recall, my_f1 = 3 / 5, 3 / 4, 2 / 3
# %% 5.1 wrong: not the arithmetic one
my_precision, my_recall, my_f1 = 3 / 4, 3 / 5, (3 / 4 + 3 / 5) / 2
# %% 5.1 wrong: do not round
my_precision, my_recall, my_f1 = 3 / 4, 3 / 5, 0.67
# %% 5.1 wrong: only 3 are right
my_precision, my_recall, my_f1 = 3 / 4, 4 / 5, 2 / 3
# %% 5.1 wrong: four were found, not five
my_precision, my_recall, my_f1 = 4 / 5, 3 / 5, 2 / 3
# %% 5.1 right
my_precision, my_recall = 0.75, 0.6
my_f1 = 2 * my_precision * my_recall / (my_precision + my_recall)
# %% 5.1 right
my_precision, my_recall, my_f1 = np.array([3, 3, 6]) / [4, 5, 9]

# %% 5.2 wrong: that is a row
column_share = 1009 / (1 + 1009 + 3 + 4 + 1 + 1 + 29)
# %% 5.2 wrong: made up by the tagger: it counts
column_share = 1009 / (1 + 1009 + 16 + 3 + 2)
# %% 5.2 wrong: a share, not a number
column_share = 1009
# %% 5.2 wrong: of another type
column_share = 30 / 1039
# %% 5.2 wrong: another share
column_share = 1009 / (1009 + 16)
# %% 5.2 wrong: of all pairs
column_share = 1009 / len(pairs)
# %% 5.2 right
column_share = 0.971
# %% 5.2 right
column_share = counts[2, 2] / counts[:, 2].sum()


# %% 5.2 wrong: that is the precision
column_share = metrics.score_by_type(gold, predicted)["geo"].precision
# %% 5.2 wrong: that is the recall
column_share = metrics.score_by_type(gold, predicted)["geo"].recall


# %% 5.3 wrong: the mean recall, not the mean F1?
def macro_f1(gold, predicted):
    return np.mean([s.recall for s in metrics.score_by_type(gold, predicted).values()])


# %% 5.3 wrong: the mean precision
def macro_f1(gold, predicted):
    return np.mean(
        [s.precision for s in metrics.score_by_type(gold, predicted).values()]
    )


# %% 5.3 wrong: the median
def macro_f1(gold, predicted):
    return np.median([s.f1 for s in metrics.score_by_type(gold, predicted).values()])


# %% 5.3 wrong: the F1 of the mean precision
def macro_f1(gold, predicted):
    p, r, _, _ = np.mean([*metrics.score_by_type(gold, predicted).values()], axis=0)
    return 2 * p * r / (p + r)


# %% 5.3 wrong: every mention counts the same there
def macro_f1(gold, predicted):
    return metrics.entity_f1(gold, predicted)


# %% 5.3 wrong: weighted by the support
def macro_f1(gold, predicted):
    scores = metrics.score_by_type(gold, predicted).values()
    return sum(s.f1 * s.support for s in scores) / sum(s.support for s in scores)


# %% 5.3 wrong: types without a hit
def macro_f1(gold, predicted):
    return np.mean(
        [s.f1 for s in metrics.score_by_type(gold, predicted).values() if s.f1]
    )


# %% 5.3 wrong: the best and the worst
def macro_f1(gold, predicted):
    scores = [s.f1 for s in metrics.score_by_type(gold, predicted).values()]
    return (min(scores) + max(scores)) / 2


# %% 5.3 wrong: not over all eight
def macro_f1(gold, predicted):
    return sum(s.f1 for s in metrics.score_by_type(gold, predicted).values()) / 8


# %% 5.3 right
def macro_f1(gold, predicted):
    wanted, found = (
        Counter(m[3] for m in data.find_mentions(t)) for t in (gold, predicted)
    )
    both = set(data.find_mentions(gold)) & set(data.find_mentions(predicted))
    right = Counter(m.kind for m in both)
    kinds = {*wanted, *found}
    return sum(2 * right[k] / (wanted[k] + found[k]) for k in kinds) / len(kinds)


# %% 5.3 right
def macro_f1(gold, predicted):
    return np.stack([*metrics.score_by_type(gold, predicted).values()])[:, 2].mean()


# %% 5.3 wrong: types that are only predicted count
def macro_f1(gold, predicted):
    scores = metrics.score_by_type(gold, predicted).values()
    known = [s.f1 for s in scores if s.support]
    return sum(known) / len(known)


# %% 5.4 wrong: the lenient F1 is 0.67, not 1
kinder, crueller = (
    [["I-org", "I-org", "O", "I-org"]],
    [["B-org", "I-org", "O", "I-per"]],
)
# %% 5.4 wrong: two pairs of brackets
kinder, crueller = ["I-org", "I-org", "O", "O"], ["B-org", "I-org", "O", "I-per"]
# %% 5.4 wrong: kinder: with the gold tags
kinder, crueller = [["B-org", "I-org", "O", "O"]], [["B-org", "I-org", "O", "I-per"]]
# %% 5.4 wrong: crueller: both are
kinder, crueller = [["I-org", "I-org", "O", "O"]], [["B-org", "I-org", "O", "B-per"]]
# %% 5.4 wrong: no score is lower than that
kinder, crueller = [["I-org", "I-org", "O", "O"]], [["B-per", "I-per", "O", "I-per"]]
# %% 5.4 wrong: the strict F1 is 1.00, not 0
kinder, crueller = (["B-org", "I-org", "O", "O"],), [["B-org", "I-org", "O", "I-per"]]
# %% 5.4 wrong: no score is lower
kinder, crueller = [["I-org", "I-org", "O", "O"]], [["O", "O", "O", "I-org"]]
# %% 5.4 wrong: is no tag
kinder, crueller = [["org", "I-org", "O", "O"]], [["B-org", "I-org", "O", "I-per"]]
# %% 5.4 right
kinder, crueller = [["I-org", "I-org", "O", "O"]], [["B-org", "I-org", "I-per", "O"]]
# %% 5.4 right
kinder = (("I-org", "I-org", "O", "O"),)
crueller = [["B-org", "I-org", "O", "I-org"]]


# %% 5.5 wrong: no stray after
def mend(tags):
    pairs = zip(["O", *tags], tags)
    strays = [
        tag[0] == "I" and (before == "O" or before[0] == "I") for before, tag in pairs
    ]
    return ["B" + tag[1:] if stray else tag for tag, stray in zip(tags, strays)]


# %% 5.5 wrong: still a stray after
def mend(tags):
    pairs = zip(["O", *tags], tags)
    return ["B" + t[1:] if t[0] == "I" and b == "O" else t for b, t in pairs]


# %% 5.5 wrong: a mention is lost
def mend(tags):
    mended = []
    for tag in tags:
        before = mended[-1] if mended else "O"
        mended.append(tag if data.may_follow(before, tag) else "O")
    return mended


# %% 5.5 wrong: the first tag is a stray, too
def mend(tags):
    mended = tags[:1]
    for tag in tags[1:]:
        mended.append(data.from_iob1(mended[-1], tag))
    return mended


# %% 5.5 wrong: mend changes its argument
def mend(tags):
    for k, tag in enumerate(tags):
        tags[k] = data.from_iob1(tags[k - 1] if k else "O", tag)
    return tags


# %% 5.5 wrong: the type has changed
def mend(tags):
    mended = []
    for tag in tags:
        before = mended[-1] if mended else "O"
        wrong = not data.may_follow(before, tag)
        mended.append(
            "I" + before[1:] if wrong and before != "O" else data.from_iob1(before, tag)
        )
    return mended


# %% 5.5 wrong: mend returns nothing
def mend(tags):
    mended = []
    for tag in tags:
        mended.append(data.from_iob1(mended[-1] if mended else "O", tag))


# %% 5.5 right
def mend(tags):
    mended = ["O"]
    for tag in tags:
        mended.append(data.from_iob1(mended[-1], tag))
    return mended[1:]


# %% 5.5 right
def mend(tags):
    stray = lambda b, t: t.startswith("I-") and b[2:] != t[2:]
    return [
        t.replace("I-", "B-") if stray(b, t) else t for b, t in zip(["O", *tags], tags)
    ]


# %% 5.5 wrong: got B-LOCATBON, the type has changed
def mend(tags):
    mended = []
    for tag in tags:
        before = mended[-1] if mended else "O"
        stray = tag[0] == "I" and before[1:] != tag[1:]
        mended.append(tag.replace("I", "B") if stray else tag)
    return mended


# %% 5.5 wrong: still a stray after B-LEGISLATION
def mend(tags):
    mended = []
    for tag in tags:
        before = mended[-1] if mended else "O"
        stray = tag[0] == "I" and before[-3:] != tag[-3:]
        mended.append("B" + tag[1:] if stray else tag)
    return mended


# %% 5.5 wrong: word 1 of ['B-law-ACT', 'I-law-PACT']
def mend(tags):
    mended = []
    for tag in tags:
        before = mended[-1] if mended else "O"
        if tag[0] == "I" and before.split("-")[1:2] != tag.split("-")[1:2]:
            tag = "B" + tag[1:]
        mended.append(tag)
    return mended


# %% 5.5 wrong: word 1 of ['B-law-ACT', 'I-tax-ACT']
def mend(tags):
    mended = []
    for tag in tags:
        before = mended[-1] if mended else "O"
        if tag[0] == "I" and before.split("-")[-1] != tag.split("-")[-1]:
            tag = "B" + tag[1:]
        mended.append(tag)
    return mended


# %% 5.5 right
def mend(tags):
    if not tags:
        return []
    *rest, last = tags
    done = mend(rest)
    if last[0] == "I" and ["B" + last[1:]] != done[-1:] != [last]:
        last = last.replace("I-", "B-", 1)
    return [*done, last]


# %% 5.6 wrong: the whole mention goes
def hold_back(tags, confidences, threshold):
    return [t if c >= threshold else "O" for t, c in zip(tags, confidences)]


# %% 5.6 wrong: only the first word
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for _, start, end, _ in data.find_mentions([tags]):
        if confidences[start] < threshold:
            kept[start:end] = ["O"] * (end - start)
    return kept


# %% 5.6 wrong: only the last word
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for _, start, end, _ in data.find_mentions([tags]):
        if confidences[end - 1] < threshold:
            kept[start:end] = ["O"] * (end - start)
    return kept


# %% 5.6 wrong: the product decides
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for _, start, end, _ in data.find_mentions([tags]):
        if np.prod(confidences[start:end]) < threshold:
            kept[start:end] = ["O"] * (end - start)
    return kept


# %% 5.6 wrong: the mean decides
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for _, start, end, _ in data.find_mentions([tags]):
        if np.mean(confidences[start:end]) < threshold:
            kept[start:end] = ["O"] * (end - start)
    return kept


# %% 5.6 wrong: hold_back changes its argument
def hold_back(tags, confidences, threshold):
    for _, start, end, _ in data.find_mentions([tags]):
        if min(confidences[start:end]) < threshold:
            tags[start:end] = ["O"] * (end - start)
    return tags


# %% 5.6 wrong: equal to the threshold is not below
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for _, start, end, _ in data.find_mentions([tags]):
        if min(confidences[start:end]) <= threshold:
            kept[start:end] = ["O"] * (end - start)
    return kept


# %% 5.6 wrong: wrong for
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for _, start, end, _ in data.find_mentions([tags]):
        if min(confidences[start : end + 1]) < threshold:
            kept[start:end] = ["O"] * (end - start)
    return kept


# %% 5.6 wrong: wrong for
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for _, start, end, _ in reversed(data.find_mentions([tags])):
        if min(confidences[start:end]) < threshold:
            kept[start:end] = ["O"]
    return kept


# %% 5.6 right
def hold_back(tags, confidences, threshold):
    kept, mention = [], []
    for tag, confidence in [*zip(tags, confidences), ("O", 1)]:
        if mention and tag != "I" + mention[0][0][1:]:
            sure = all(c >= threshold for _, c in mention)
            kept += [t if sure else "O" for t, _ in mention]
            mention = []
        if tag[0] == "B" or mention:
            mention.append((tag, confidence))
        else:
            kept.append(tag)
    return kept[:-1]


# %% 5.6 right
def hold_back(tags, confidences, threshold):
    out = np.array(tags, dtype=object)
    low = np.asarray(confidences) < threshold
    for mention in data.find_mentions([tags]):
        here = slice(mention.start, mention.end)
        if low[here].any():
            out[here] = "O"
    return out.tolist()


# %% 5.6 right
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for _, a, b, _ in data.find_mentions([tags]):
        if min(confidences[a:b]) < threshold:
            kept[a:b] = ["O"] * (b - a)
    return tuple(kept)


# %% 5.6 wrong: a stray I- is no part of a mention
def hold_back(tags, confidences, threshold):
    kept = ["O"] * len(tags)
    for _, start, end, _ in data.find_mentions([tags]):
        if min(confidences[start:end]) >= threshold:
            kept[start:end] = tags[start:end]
    return kept


# %% 5.6 wrong: an I- of another type
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for k in range(len(tags)):
        if tags[k][0] == "B":
            end = k + 1
            while tags[end : end + 1] and tags[end][-3:] == tags[k][-3:]:
                if tags[end][0] != "I":
                    break
                end += 1
            if min(confidences[k:end]) < threshold:
                kept[k:end] = ["O"] * (end - k)
    return kept


# %% 5.6 wrong: wrong for ['B-per', 'I-per', 'I-per', 'O', 'B-geo'
def hold_back(tags, confidences, threshold):
    kept = list(tags)
    for k in range(len(tags)):
        if "B" in tags[k]:
            end = k + 1
            while tags[end : end + 1] == ["I" + tags[k][1:]]:
                end += 1
            if min(confidences[k:end]) < threshold:
                kept[k:end] = ["O"] * (end - k)
    return kept


# %% 5.6 wrong: an I- of another type
def hold_back(tags, confidences, threshold):
    kept, k = list(tags), 0
    while k < len(tags):
        end = k + 1
        if tags[k][0] == "B":
            while end < len(tags) and tags[end][0] == "I":
                end += 1
            if min(confidences[k:end]) < threshold:
                kept[k:end] = ["O"] * (end - k)
        k = end
    return kept


# %% 5.6 wrong: an I- of another type
def hold_back(tags, confidences, threshold):
    kept, k = list(tags), 0
    while k < len(tags):
        end = k + 1
        if tags[k][0] == "B":
            kind = tags[k].split("-")[1]
            while end < len(tags) and tags[end].split("-")[:2] == ["I", kind]:
                end += 1
            if min(confidences[k:end]) < threshold:
                kept[k:end] = ["O"] * (end - k)
        k = end
    return kept


# %% 5.7 wrong: p > 1/2 is too strict
def is_worth_it(tp, fp, fn, p):
    return p > 0.5


# %% 5.7 wrong: half of the F1, not all of it
def is_worth_it(tp, fp, fn, p):
    return p > 2 * tp / (2 * tp + fp + fn)


# %% 5.7 wrong: not of the precision
def is_worth_it(tp, fp, fn, p):
    return p > tp / (tp + fp) / 2


# %% 5.7 wrong: not of the recall
def is_worth_it(tp, fp, fn, p):
    return p > tp / (tp + fn) / 2


# %% 5.7 wrong: when the precision rises
def is_worth_it(tp, fp, fn, p):
    return p > tp / (tp + fp)


# %% 5.7 wrong: the wrong way round
def is_worth_it(tp, fp, fn, p):
    return p <= tp / (2 * tp + fp + fn)


# %% 5.7 wrong: not always worth it
def is_worth_it(tp, fp, fn, p):
    return True


# %% 5.7 wrong: of 300 cases
def is_worth_it(tp, fp, fn, p):
    return p > tp / (tp + fp + fn) / 2


# %% 5.7 right
def is_worth_it(tp, fp, fn, p):
    now = 2 * tp / (2 * tp + fp + fn)
    if_right = 2 * (tp + 1) / (2 * (tp + 1) + fp + fn - 1)
    if_wrong = 2 * tp / (2 * tp + fp + 1 + fn)
    return p * if_right + (1 - p) * if_wrong > now


# %% 5.7 right
def is_worth_it(tp, fp, fn, p):
    return np.sign(p * (2 * tp + fp + fn) - tp) == 1


# %% 5.7 wrong: is half of the F1: no rise
def is_worth_it(tp, fp, fn, p):
    return p >= tp / (2 * tp + fp + fn)


# %% 5.7 wrong: is_worth_it returns nothing
def is_worth_it(tp, fp, fn, p):
    print(p > tp / (2 * tp + fp + fn))


# %% 5.7 wrong: with TP, FP, FN = (0, 2, 3) it divides by 0
def is_worth_it(tp, fp, fn, p):
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return bool(p > precision * recall / (precision + recall))


# %% 5.7 right
def is_worth_it(tp, fp, fn, p):
    return p * (2 * tp + fp + fn) > tp
