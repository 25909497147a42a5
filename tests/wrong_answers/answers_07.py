# %% 7.1 wrong: rows are the tag before
alpha_2, Z_by_hand = (5, 12), 17
# %% 7.1 wrong: where are the emissions
alpha_2, Z_by_hand = (11, 4), 15
# %% 7.1 wrong: not the largest
alpha_2, Z_by_hand = (9, 6), 15
# %% 7.1 wrong: reached from both tags
alpha_2, Z_by_hand = (2, 6), 8
# %% 7.1 wrong: where is alpha_1
alpha_2, Z_by_hand = (5, 4), 9
# %% 7.1 wrong: Z itself, not its logarithm
alpha_2, Z_by_hand = (11, 8), float(np.log(19))
# %% 7.1 wrong: not multiplied
alpha_2, Z_by_hand = (11, 8), 88
# %% 7.1 right
alpha_2, Z_by_hand = [11.0, 8.0], 19.0
# %% 7.1 right
alpha_2 = np.array([1, 3]) @ [[2, 1], [3, 1]] * [1, 2]
Z_by_hand = alpha_2.sum()

# %% 7.2 wrong: that are forbidden
n_allowed = 5 * 9
# %% 7.2 wrong: the map of 8 types
n_allowed = 17 * 17 - 120
# %% 7.2 wrong: an I- of its own type
n_allowed = 6 * 11 + 5
# %% 7.2 wrong: a B- may stand anywhere
n_allowed = 11 + 10 * 2
# %% 7.2 wrong: O is a tag, too
n_allowed = 5 * 10 + 5 * 2
# %% 7.2 wrong: some columns have crosses
n_allowed = 121
# %% 7.2 wrong: which columns have no cross
n_allowed = 77
# %% 7.2 right
n_allowed = 76.0
# %% 7.2 right
n_allowed = sum(11 - 9 * (tag[0] == "I") for tag in ["O", *5 * ["B-x", "I-x"]])


# %% 7.3 wrong: a mention is still open after
def may_follow_bioes(before, after):
    return after[0] not in "IE" or (before[0] in "BI" and before[1:] == after[1:])


# %% 7.3 wrong: the types differ
def may_follow_bioes(before, after):
    return (before[0] in "BI") == (after[0] in "IE")


# %% 7.3 wrong: no mention is open
def may_follow_bioes(before, after):
    if before[0] in "BI":
        return after[0] in "IE" and before[1:] == after[1:]
    return True


# %% 7.3 wrong: wanted a bool
def may_follow_bioes(before, after):
    if (before[0] in "BI") == (after[0] in "IE"):
        return before[0] not in "BI" or before[1:] == after[1:]


# %% 7.3 wrong: the types differ
def may_follow_bioes(before, after):
    right = may_follow_bioes_solution(before, after)
    return bool(right or (before[0] == "B" and after[0] == "I"))


# %% 7.3 wrong: is allowed
def may_follow_bioes(before, after):
    return may_follow_bioes_solution(before, after) and not (
        before[0] == after[0] == "S"
    )


# %% 7.3 wrong: no mention is open
def may_follow_bioes(before, after):
    return data.may_follow(before, after)


# %% 7.3 right
def may_follow_bioes(before, after):
    mark, _, kind = before.partition("-")
    if mark in ("B", "I"):
        return after in (f"I-{kind}", f"E-{kind}")
    return after == "O" or after.startswith(("B-", "S-"))


# %% 7.3 right
def may_follow_bioes(before, after):
    follow = {"O": "OBS", "E": "OBS", "S": "OBS", "B": "IE", "I": "IE"}
    if after[0] not in follow[before[0]]:
        return False
    return after[0] in "OBS" or before.partition("-")[2] == after.partition("-")[2]


# %% 7.3 wrong: O after E-law-NATION is allowed
def may_follow_bioes(before, after):
    is_open = "B" in before or "I" in before
    continues = after[0] in "IE"
    return is_open == continues and (not is_open or before[1:] == after[1:])


# %% 7.3 wrong: the types differ
def may_follow_bioes(before, after):
    is_open, continues = before[0] in "BI", after[0] in "IE"
    return is_open == continues and (not is_open or before[-3:] == after[-3:])


# %% 7.3 wrong: the types differ
def may_follow_bioes(before, after):
    goes_on = after[0] in "IE"
    if before[0] in "BI":
        return goes_on and before.split("-")[1] == after.split("-")[1]
    return not goes_on


# %% 7.3 wrong: the types differ
def may_follow_bioes(before, after):
    goes_on = after[0] in "IE"
    if before[0] in "BI":
        return goes_on and before.split("-")[-1] == after.split("-")[-1]
    return not goes_on


# %% 7.4 wrong: looks like a year
def looks_like_a_year(word):
    return (
        word[:2] in ("19", "20")
        and len(word) == 4
        and word.isdigit()
        and word.isascii()
    )


share_of_times = share_of_times_solution


# %% 7.4 wrong: is no year from 1000 to 2099
def looks_like_a_year(word):
    return len(word) == 4 and word.isascii() and word.isdigit() and word <= "2100"


share_of_times = share_of_times_solution


# %% 7.4 wrong: is no year from 1000 to 2099
def looks_like_a_year(word):
    return word[:2] in ("19", "20") or "1000" <= word < "2100"


share_of_times = share_of_times_solution


# %% 7.4 wrong: digits of another script
def looks_like_a_year(word):
    return len(word) == 4 and word.isdecimal() and 1000 <= int(word) < 2100


share_of_times = share_of_times_solution


# %% 7.4 wrong: plain digits alone
def looks_like_a_year(word):
    try:
        return (
            1000 <= int(word) < 2100 and word.isascii() and len(word.strip("0+")) <= 6
        )
    except ValueError:
        return False


share_of_times = share_of_times_solution


# %% 7.4 wrong: looks like a year
def looks_like_a_year(word):
    return word in ("1999", "2026")


share_of_times = lambda sentences: 1.0
# %% 7.4 wrong: does not look at its argument
looks_like_a_year = looks_like_a_year_solution
share_of_times = lambda sentences: share_of_times_solution(split.train)
# %% 7.4 wrong: B-tim alone is not enough
looks_like_a_year = looks_like_a_year_solution


def share_of_times(sentences):
    hits = [
        t == "B-tim"
        for s in sentences
        for w, t in zip(s.words, s.tags)
        if looks_like_a_year(w)
    ]
    return sum(hits) / len(hits)


# %% 7.4 wrong: a share, not per cent
looks_like_a_year = looks_like_a_year_solution
share_of_times = lambda sentences: 100 * share_of_times_solution(sentences)
# %% 7.4 wrong: of the years, not of all words
looks_like_a_year = looks_like_a_year_solution


def share_of_times(sentences):
    n = sum(len(s.words) for s in sentences)
    return (
        sum(
            looks_like_a_year(w) and t[2:] == "tim"
            for s in sentences
            for w, t in zip(s.words, s.tags)
        )
        / n
    )


# %% 7.4 right
YEARS = {str(year) for year in range(1000, 2100)}
looks_like_a_year = YEARS.__contains__


def share_of_times(sentences):
    tags = [t for s in sentences for w, t in zip(s.words, s.tags) if w in YEARS]
    return np.isin(tags, ["B-tim", "I-tim"]).mean()


# %% 7.4 right
def looks_like_a_year(word):
    if len(word) != 4 or not set(word) <= set("0123456789"):
        return False
    return word[0] == "1" or word[:2] == "20"


def share_of_times(sentences):
    counts = Counter()
    for sentence in sentences:
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            if looks_like_a_year(word):
                counts[tag.endswith("-tim")] += 1
    return counts[True] / counts.total()


# %% 7.4 wrong: before a line's end
import re


def looks_like_a_year(word):
    return bool(re.match(r"(1\d\d\d|20\d\d)$", word))


def share_of_times(sentences):
    pairs = [
        (w, t)
        for s in sentences
        for w, t in zip(s.words, s.tags)
        if looks_like_a_year(w)
    ]
    return sum(t.endswith("-tim") for _, t in pairs) / len(pairs)


share = share_of_times(split.train)


# %% 7.4 wrong: of the years, not of the times
def looks_like_a_year(word):
    return (
        len(word) == 4
        and word.isascii()
        and word.isdigit()
        and 1000 <= int(word) <= 2099
    )


def share_of_times(sentences):
    times = [w for s in sentences for w, t in zip(s.words, s.tags) if t[2:] == "tim"]
    return sum(map(looks_like_a_year, times)) / len(times)


# %% 7.4 wrong: digits of another script
import re


def looks_like_a_year(word):
    return re.fullmatch(r"1\d\d\d|20\d\d", word)


share_of_times = share_of_times_solution


# %% 7.4 wrong: is no year, but fails
def looks_like_a_year(word):
    return 1000 <= int(word) <= 2099 and len(word) == 4


share_of_times = share_of_times_solution


# %% 7.4 wrong: share_of_times: B-victim is of another type
def looks_like_a_year(word):
    return word in map(str, range(1000, 2100))


def share_of_times(sentences):
    pairs = [pair for s in sentences for pair in zip(s.words, s.tags)]
    found = [tag for word, tag in pairs if looks_like_a_year(word)]
    return sum("tim" in tag for tag in found) / len(found)


# %% 7.5 wrong: two paths are best
e_odd, A_odd = torch.zeros(2, 2), torch.tensor([[0.0, 1.0], [1.0, 0.0]])
# %% 7.5 wrong: both are the path
e_odd, A_odd = torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.zeros(2, 2)
# %% 7.5 wrong: finite numbers are wanted
e_odd, A_odd = torch.zeros(2, 2), torch.tensor([[torch.nan, 0.0], [0.0, 0.0]])
# %% 7.5 wrong: finite numbers are wanted
e_odd, A_odd = torch.zeros(2, 2), torch.tensor([[1.0, -torch.inf], [0.7, 0.7]])
# %% 7.5 wrong: the shapes are
e_odd, A_odd = torch.zeros(3, 2), torch.tensor([[1.0, -10.0], [0.7, 0.7]])
# %% 7.5 wrong: equally probable
e_odd = torch.zeros(2, 2)
A_odd = torch.tensor([[0.4, 0.1], [0.2, 0.3]]).log()
# %% 7.5 wrong: the best path leads by 0.0050
e_odd, A_odd = torch.zeros(2, 2), torch.tensor([[0.705, -10.0], [0.7, 0.7]])
# %% 7.5 right
e_odd = np.zeros((2, 2))
A_odd = np.log([[0.35, 0.05], [0.32, 0.28]])
# %% 7.5 right
shares = torch.tensor([[0.36, 0.06], [0.33, 0.25]])
e_odd = torch.tensor([[0.5, 0.5], [1.0, -1.0]])
A_odd = shares.log() - e_odd[1]


# %% 7.5 wrong: the best path leads by 0.0010
e_odd = torch.tensor([[0.501, 0.0], [0.0, 0.0]])
A_odd = torch.tensor([[0.5, -9.0], [1.0, 1.0]])
# %% 7.5 wrong: differ by 0.0021 in probability
e_odd = torch.zeros(2, 2)
A_odd = torch.tensor([[1.0, -10.0], [0.311, 0.311]])


# %% 7.6 wrong: that is the transpose
def expected_steps(e, start, end, A):
    return expected_steps_solution(e, start, end, A).T


# %% 7.6 wrong: neighbours are not independent
def expected_steps(e, start, end, A):
    alpha, beta, _ = models.forward_backward(e.unsqueeze(1), start, end, A)
    p = (alpha * beta)[:, 0]
    p = p / p.sum(dim=1, keepdim=True)
    return p[:-1].T @ p[1:]


# %% 7.6 wrong: not yet divided by Z
def expected_steps(e, start, end, A):
    log_z = models.forward_backward(e.unsqueeze(1), start, end, A)[2]
    return expected_steps_solution(e, start, end, A) * log_z.exp()


# %% 7.6 wrong: where does `end` come in
def expected_steps(e, start, end, A):
    return expected_steps_solution(e, start, torch.zeros_like(end), A)


# %% 7.6 wrong: not shares of a row
def expected_steps(e, start, end, A):
    steps = expected_steps_solution(e, start, end, A)
    return steps / steps.sum(dim=1, keepdim=True)


# %% 7.6 wrong: not its share of all steps
def expected_steps(e, start, end, A):
    return expected_steps_solution(e, start, end, A) / max(1, len(e) - 1)


# %% 7.6 wrong: wrong for e of the shape (3, 2)
def expected_steps(e, start, end, A):
    return expected_steps_solution(e[:2], start, end, A)


# %% 7.6 wrong: expected_steps changes its argument
def expected_steps(e, start, end, A):
    steps = expected_steps_solution(e, start, end, A)
    A.exp_()
    return steps


# %% 7.6 right
def expected_steps(e, start, end, A):
    free = A.clone().requires_grad_()
    log_alpha = start + e[0]
    for row in e[1:]:
        log_alpha = torch.logsumexp(log_alpha.unsqueeze(1) + free, dim=0) + row
    log_z = torch.logsumexp(log_alpha + end, dim=0)
    if len(e) == 1:
        return torch.zeros_like(A)
    return torch.autograd.grad(log_z, free)[0]


# %% 7.6 right
def expected_steps(e, start, end, A):
    alpha, beta, _ = models.forward_backward(e.unsqueeze(1), start, end, A)
    total = torch.zeros_like(A)
    for a, row, b in zip(alpha[:-1, 0], e[1:], beta[1:, 0]):
        pairs = a[:, None] * A.exp() * row.exp() * b
        total += pairs / pairs.sum()
    return total


# %% 7.6 wrong: one word takes no step
def expected_steps(e, start, end, A):
    alpha, beta = [(start + e[0]).exp()], [end.exp()]
    for t in range(1, len(e)):
        alpha.append((alpha[-1] @ A.exp()) * e[t].exp())
        beta.insert(0, A.exp() @ (e[-t].exp() * beta[0]))
    Z = (alpha[-1] * end.exp()).sum()
    steps = [
        alpha[t].unsqueeze(1) * (A + e[t + 1]).exp() * beta[t + 1]
        for t in range(len(e) - 1)
    ]
    return torch.stack(steps).sum(dim=0) / Z


# %% 7.6 right
def expected_steps(e, start, end, A):
    A = A.detach().clone().requires_grad_()
    log_alpha = start + e[0] + 0 * A.sum()
    for row in e[1:]:
        log_alpha = torch.logsumexp(log_alpha.unsqueeze(1) + A, dim=0) + row
    log_z = torch.logsumexp(log_alpha + end, dim=0)
    return torch.autograd.grad(log_z, A)[0]


# %% 7.6 wrong: beta begins with it as well
def expected_steps(e, start, end, A):
    alpha = [(start + e[0]).exp()]
    for row in e[1:]:
        alpha.append((alpha[-1] @ A.exp()) * row.exp())
    beta = [torch.ones_like(end)]
    for row in e[1:].flip(0):
        beta.insert(0, (A + row).exp() @ beta[0])
    Z = (alpha[-1] * end.exp()).sum()
    return (
        sum(
            alpha[t][:, None] * (A + e[t + 1]).exp() * beta[t + 1]
            for t in range(len(e) - 1)
        )
        / Z
    )


# %% 7.6 wrong: not the first one alone
def expected_steps(e, start, end, A):
    alpha = [(start + e[0]).exp()]
    for row in e[1:]:
        alpha.append((alpha[-1] @ A.exp()) * row.exp())
    beta = [end.exp()]
    for row in e[1:].flip(0):
        beta.insert(0, (A + row).exp() @ beta[0])
    Z = (alpha[-1] * end.exp()).sum()
    return alpha[0][:, None] * (A + e[1]).exp() * beta[1] / Z


# %% 7.7 wrong: where is beta
def draw(e, start, end, A, generator):
    weights, path = (start + e[0]).exp(), []
    for t in range(len(e)):
        path.append(int(torch.multinomial(weights, 1, generator=generator)))
        if t + 1 < len(e):
            weights = (A[path[-1]] + e[t + 1]).exp()
    return tuple(path)


# %% 7.7 wrong: beta ends with `end`
def draw(e, start, end, A, generator):
    return draw_solution(e, start, torch.zeros_like(end), A, generator)


# %% 7.7 wrong: the first tag has its `start`
def draw(e, start, end, A, generator):
    return draw_solution(e, torch.zeros_like(start), end, A, generator)


# %% 7.7 wrong: rows of A are the tag before
def draw(e, start, end, A, generator):
    return draw_solution(e, start, end, A.T, generator)


# %% 7.7 wrong: the paths were listed
def draw(e, start, end, A, generator):
    every = list(itertools.product(range(len(A)), repeat=len(e)))
    weights = torch.stack([path_score(path) for path in every]).softmax(dim=0)
    return every[int(torch.multinomial(weights, 1, generator=generator))]


# %% 7.7 wrong: other frequencies
def draw(e, start, end, A, generator):
    return paths[int(torch.multinomial(probs, 1, generator=generator))]


# %% 7.7 wrong: all chance from it
def draw(e, start, end, A, generator):
    return draw_solution(e, start, end, A, torch.default_generator)


# %% 7.7 wrong: always one path: the best
def draw(e, start, end, A, generator):
    v, back = start + e[0], []
    for row in e[1:]:
        ways = v.unsqueeze(1) + A
        back.append(ways.argmax(dim=0))
        v = ways.amax(dim=0) + row
    path = [int((v + end).argmax())]
    for step in reversed(back):
        path.insert(0, int(step[path[0]]))
    return tuple(path)


# %% 7.7 wrong: where are the emissions
def draw(e, start, end, A, generator):
    return draw_solution(torch.zeros_like(e), start, end, A, generator)


# %% 7.7 right
def draw(e, start, end, A, generator):
    # from right to left: alpha first, then backwards
    alpha = [(start + e[0]).exp()]
    for row in e[1:]:
        alpha.append(alpha[-1] @ A.exp() * row.exp())
    path = [torch.multinomial(alpha[-1] * end.exp(), 1, generator=generator).item()]
    for a in alpha[-2::-1]:
        weights = a * A[:, path[0]].exp()
        path.insert(0, torch.multinomial(weights, 1, generator=generator).item())
    return path


# %% 7.7 right
def draw(e, start, end, A, generator):
    ahead = [end]
    for row in e[1:].flip(0):
        ahead.append(torch.logsumexp(A + row + ahead[-1], dim=1))
    ahead.reverse()
    path, logits = [], start + e[0] + ahead[0]
    for t in range(len(e)):
        u = torch.rand((), generator=generator, dtype=torch.float64)
        k = int((logits.softmax(dim=0).cumsum(dim=0) <= u).sum())
        path.append(k)
        if t + 1 < len(e):
            logits = A[k] + e[t + 1] + ahead[t + 1]
    return tuple(path)


# %% 7.7 wrong: draw returns nothing
def draw(e, start, end, A, generator):
    print(draw_solution(e, start, end, A, generator))


# %% 7.7 wrong: draw changes its argument
def draw(e, start, end, A, generator):
    beta = [end.exp()]
    for row in e[1:].flip(0):
        beta.insert(0, A.exp() @ (row.exp() * beta[0]))
    start += e[0]
    path = [int(torch.multinomial(start.exp() * beta[0], 1, generator=generator))]
    for t in range(1, len(e)):
        weights = (A[path[-1]] + e[t]).exp() * beta[t]
        path.append(int(torch.multinomial(weights, 1, generator=generator)))
    return tuple(path)


# %% 7.7 wrong: were the paths listed
from itertools import product


def draw(e, start, end, A, generator):
    T, K = e.shape
    paths = list(product(range(K), repeat=T))
    scores = torch.stack(
        [
            start[p[0]]
            + end[p[-1]]
            + sum(e[t, p[t]] for t in range(T))
            + sum(A[p[t - 1], p[t]] for t in range(1, T))
            for p in paths
        ]
    )
    return paths[torch.multinomial(scores.softmax(0), 1, generator=generator).item()]


# %% 7.7 wrong: does `generator` start anew
def draw(e, start, end, A, generator):
    generator = torch.Generator().manual_seed(0)
    T = len(e)
    beta = [end.exp()]
    for t in range(T - 1, 0, -1):
        beta.insert(0, A.exp() @ (e[t].exp() * beta[0]))
    path = [
        int(torch.multinomial((start + e[0]).exp() * beta[0], 1, generator=generator))
    ]
    for t in range(1, T):
        w = (A[path[-1]] + e[t]).exp() * beta[t]
        path.append(int(torch.multinomial(w, 1, generator=generator)))
    return tuple(path)


# %% 7.7 wrong: each word by itself
def draw(e, start, end, A, generator):
    alpha, beta = [(start + e[0]).exp()], [end.exp()]
    for t in range(1, len(e)):
        alpha.append((alpha[-1] @ A.exp()) * e[t].exp())
        beta.insert(0, A.exp() @ (e[-t].exp() * beta[0]))
    return tuple(
        torch.multinomial(a * b, 1, generator=generator).item()
        for a, b in zip(alpha, beta, strict=True)
    )


# %% 7.7 right
def draw(e, start, end, A, generator):
    ways_on = [end]
    for row in e[1:].flip(0):
        ways_on.insert(0, torch.logsumexp(A + row + ways_on[0], dim=1))
    path, scores = (), start
    for row, way in zip(e, ways_on, strict=True):
        chances = (scores + row + way).softmax(dim=0)
        path += (int(torch.multinomial(chances, 1, generator=generator)),)
        scores = A[path[-1]]
    return path


# %% 7.7 wrong: which e and which beta
def draw(e, start, end, A, generator):
    beta = [end.exp()]
    for row in e[:-1]:  # not turned round: beta of the words before
        beta.insert(0, A.exp() @ (row.exp() * beta[0]))
    weights, path = (start + e[0]).exp() * beta[0], []
    for t in range(len(e)):
        path.append(int(torch.multinomial(weights, 1, generator=generator)))
        if t + 1 < len(e):
            weights = (A[path[-1]] + e[t + 1]).exp() * beta[t + 1]
    return tuple(path)


# %% 7.7 wrong: which e and which beta
def draw(e, start, end, A, generator):
    beta = [end.exp()]
    for row in e.flip(0)[:-1]:
        beta.insert(0, A.exp() @ (row.exp() * beta[0]))
    weights, path = (start + e[0]).exp() * beta[0], []
    for t in range(len(e)):
        path.append(int(torch.multinomial(weights, 1, generator=generator)))
        weights = (A[path[-1]] + e[(t + 1) % len(e)]).exp() * beta[t]  # beta too early
    return tuple(path)


# %% 7.7 wrong: which e and which beta
def draw(e, start, end, A, generator):
    beta = [end.exp()]
    for t in range(len(e) - 2, -1, -1):
        beta.insert(0, A.exp() @ (e[t].exp() * beta[0]))  # e of the word itself
    weights, path = (start + e[0]).exp() * beta[0], []
    for t in range(len(e)):
        path.append(int(torch.multinomial(weights, 1, generator=generator)))
        if t + 1 < len(e):
            weights = (A[path[-1]] + e[t + 1]).exp() * beta[t + 1]
    return tuple(path)
