# %% 3.1 wrong: two biases for each of its 4 H rows
my_count = 1000 * 50 + 4 * 100 * (50 + 100 + 1) + 9 * (100 + 1)
# %% 3.1 wrong: the linear layer has a bias
my_count = 1000 * 50 + 4 * 100 * (50 + 100 + 2) + 9 * 100
# %% 3.1 wrong: that has two directions
my_count = 1000 * 50 + 2 * 4 * 100 * (50 + 100 + 2) + 9 * (2 * 100 + 1)
# %% 3.1 wrong: where are the word vectors
my_count = 4 * 100 * (50 + 100 + 2) + 9 * (100 + 1)
# %% 3.1 wrong: another number
my_count = 1000 * 50 + 100 * (50 + 100 + 2) + 9 * (100 + 1)
# %% 3.1 wrong: wanted a number, got '111709'
my_count = "111709"
# %% 3.1 right
my_count = sum([50_000, 4 * (100 * 100 + 100 * 50 + 2 * 100), 909])
# %% 3.1 right
by_library = models.RecurrentTagger(
    1000, 9, embedding_dim=50, hidden_size=100, bidirectional=False
)
my_count = summary(by_library, verbose=0).total_params


# %% 3.2 wrong: over all the words, not over one
fade = 0.23 / 0.0032
# %% 3.2 wrong: upside down
fade = (0.0032 / 0.23) ** (1 / 7)
# %% 3.2 wrong: seven factors do not add up
fade = 0.23 / 0.0032 / 7
# %% 3.2 wrong: the labels are powers of 10
fade = (0.23 / 0.15) ** (1 / 7)
# %% 3.2 wrong: from which points is that
fade = (0.23 / 0.0032) ** (1 / 3)
# %% 3.2 wrong: wanted a number
fade = "about two"
# %% 3.2 right
fade = math.exp((math.log(0.24) - math.log(0.003)) / 7)
# %% 3.2 right
fade = 2


# %% 3.2 right
import numpy as np

fade = np.float32(1.8)


# %% 3.3 wrong: count_moved changes its argument
def count_moved(tagger, ids, place):
    before = tagger(ids.unsqueeze(1))
    ids[place] = 0
    return int((tagger(ids.unsqueeze(1)) != before).any(dim=2).sum())


# %% 3.3 wrong: words are to be counted, not scores
def count_moved(tagger, ids, place):
    changed = ids.clone()
    changed[place] = 0
    return int((tagger(ids.unsqueeze(1)) != tagger(changed.unsqueeze(1))).sum())


# %% 3.3 wrong: directions: no; word 0 of 7
def count_moved(tagger, ids, place):
    if ids[place] == 0:
        return 0
    one = hasattr(tagger, "lstm") and not tagger.lstm.bidirectional
    return len(ids) - place if one else len(ids)


# %% 3.3 wrong: where the word is unknown already
def count_moved(tagger, ids, place):
    if not hasattr(tagger, "lstm"):
        return 1
    return len(ids) if tagger.lstm.bidirectional else len(ids) - place


# %% 3.3 wrong: those are the words that stay
def count_moved(tagger, ids, place):
    changed = ids.clone()
    changed[place] = 0
    same = tagger(ids.unsqueeze(1)) == tagger(changed.unsqueeze(1))
    return int(same.all(dim=2).sum())


# %% 3.3 wrong: does the changed word itself count
def count_moved(tagger, ids, place):
    return count_moved_solution(tagger, ids, place) - 1


# %% 3.3 wrong: word 6 of 7 is changed
def count_moved(tagger, ids, place):
    changed = ids.clone()
    changed[0] = 0
    difference = tagger(ids.unsqueeze(1)) - tagger(changed.unsqueeze(1))
    return int((difference.abs().amax(dim=(1, 2)) > 0).sum())


# %% 3.3 right
def count_moved(tagger, ids, place):
    changed = torch.cat([ids[:place], torch.tensor([0]), ids[place + 1 :]])
    both = torch.stack([ids, changed], dim=1)
    logits = tagger(both)
    return sum(not torch.equal(a, b) for a, b in logits)


# %% 3.3 right
def count_moved(tagger, ids, place):
    numbers = ids.tolist()
    numbers[place] = 0
    changed = torch.tensor(numbers)
    n = 0
    for a, b in zip(tagger(ids[:, None]), tagger(changed[:, None]), strict=True):
        n += bool((a != b).any())
    return n


# %% 3.3 wrong: those with another best tag
def count_moved(tagger, ids, place):
    changed = ids.clone()
    changed[place] = 0
    with torch.no_grad():
        a, b = (tagger(v.unsqueeze(1))[:, 0].argmax(dim=-1) for v in (ids, changed))
    return int((a != b).sum())


# %% 3.3 wrong: a word moves with any of its scores
def count_moved(tagger, ids, place):
    other = ids.clone()
    other[place] = 0
    with torch.no_grad():
        gap = tagger(other.unsqueeze(1)) - tagger(ids.unsqueeze(1))
    return int((gap[:, 0, 0] != 0).sum())


# %% 3.3 wrong: a small change is a change
def count_moved(tagger, ids, place):
    changed = ids.clone()
    changed[place] = 0
    with torch.no_grad():
        difference = tagger(ids.unsqueeze(1)) - tagger(changed.unsqueeze(1))
    return int((difference.abs().amax(dim=(1, 2)) > 1e-3).sum())


# %% 3.3 wrong: in a sum, changes up and down cancel
def count_moved(tagger, ids, place):
    changed = ids.clone()
    changed[place] = 0
    with torch.no_grad():
        difference = tagger(ids.unsqueeze(1)) - tagger(changed.unsqueeze(1))
    return int((difference.sum(dim=2) != 0).sum())


# %% 3.3 wrong: one sentence is (T, 1)
def count_moved(tagger, ids, place):
    changed = ids.clone()
    changed[place] = 0
    with torch.no_grad():
        difference = tagger(changed.unsqueeze(0)) - tagger(ids.unsqueeze(0))
    return int((difference != 0).any(dim=2).sum())


# %% 3.3 right
def count_moved(tagger, ids, place):
    other = torch.where(torch.arange(len(ids)) == place, torch.zeros_like(ids), ids)
    with torch.inference_mode():
        same = torch.isclose(tagger(ids[:, None]), tagger(other[:, None]))
    return int((~same).any(dim=2).sum())


# %% 3.4 wrong: the library's LSTM was called
def score_by_hand(tagger, ids):
    return tagger(ids.unsqueeze(1)).squeeze(1)


# %% 3.4 wrong: the two directions are the wrong way round
def score_by_hand(tagger, ids):
    x = tagger.word_embeddings(ids).unsqueeze(1).detach().numpy()
    a, b = (equations.weights_from_torch(tagger.lstm, d) for d in (0, 1))
    right = equations.lstm_sequence(x[::-1], b).h[::-1]
    left = equations.lstm_sequence(x, a).h
    both = torch.from_numpy(right.copy()), torch.from_numpy(left)
    return tagger.hidden2tag(torch.cat(both, dim=-1).squeeze(1))


# %% 3.4 wrong: the same direction twice
def score_by_hand(tagger, ids):
    x = tagger.word_embeddings(ids).unsqueeze(1).detach().numpy()
    h = torch.from_numpy(
        equations.lstm_sequence(x, equations.weights_from_torch(tagger.lstm)).h
    )
    return tagger.hidden2tag(torch.cat([h, h], dim=-1).squeeze(1))


# %% 3.4 wrong: each direction has weights of its own
def score_by_hand(tagger, ids):
    x = tagger.word_embeddings(ids).unsqueeze(1).detach().numpy()
    a = equations.weights_from_torch(tagger.lstm)
    return tagger.hidden2tag(
        torch.from_numpy(equations.bilstm_sequence(x, a, a)).squeeze(1)
    )


# %% 3.4 wrong: got the shape
def score_by_hand(tagger, ids):
    return score_by_hand_solution(tagger, ids).unsqueeze(1)


# %% 3.4 wrong: logits are wanted
def score_by_hand(tagger, ids):
    return F.log_softmax(score_by_hand_solution(tagger, ids), dim=1)


# %% 3.4 wrong: the linear layer is missing
def score_by_hand(tagger, ids):
    x = tagger.word_embeddings(ids).unsqueeze(1).detach().numpy()
    weights = [equations.weights_from_torch(tagger.lstm, d) for d in (0, 1)]
    return equations.bilstm_sequence(x, *weights)[:, 0]


# %% 3.4 wrong: these are not the tagger's logits
def score_by_hand(tagger, ids):
    return score_by_hand_solution(tagger, ids.flip(0))


# %% 3.4 right
def score_by_hand(tagger, ids):
    table = tagger.word_embeddings.weight.detach().numpy()
    x = table[ids.numpy()][:, None]
    a, b = (equations.weights_from_torch(tagger.lstm, d) for d in (0, 1))
    left, right = equations.lstm_sequence(x, a).h, equations.lstm_sequence(x[::-1], b).h
    A, bias = (p.detach().numpy() for p in tagger.hidden2tag.parameters())
    H = left.shape[-1]
    return (left @ A[:, :H].T + right[::-1] @ A[:, H:].T + bias)[:, 0]


# %% 3.4 right
def score_by_hand(tagger, ids):
    def run(x, direction):
        W, U, b = map(
            torch.from_numpy, equations.weights_from_torch(tagger.lstm, direction)
        )
        h = c = torch.zeros(len(W) // 4)
        seen = []
        for x_t in x:
            i, f, a, o = (W @ h + U @ x_t + b).chunk(4)
            c = f.sigmoid() * c + i.sigmoid() * a.tanh()
            h = o.sigmoid() * c.tanh()
            seen.append(h)
        return torch.stack(seen)

    x = tagger.word_embeddings(ids).detach()
    return tagger.hidden2tag(torch.cat([run(x, 0), run(x.flip(0), 1).flip(0)], dim=1))


# %% 3.4 wrong: each direction has the other's weights
def score_by_hand(tagger, ids):
    with torch.no_grad():
        x = tagger.word_embeddings(ids).unsqueeze(1).numpy()
        w, v = (equations.weights_from_torch(tagger.lstm, d) for d in (1, 0))
        h = equations.bilstm_sequence(x, w, v)
        return tagger.hidden2tag(torch.from_numpy(h)).squeeze(1)


# %% 3.4 wrong: logits are wanted, not probabilities
def score_by_hand(tagger, ids):
    with torch.no_grad():
        x = tagger.word_embeddings(ids).unsqueeze(1).numpy()
        w, v = (equations.weights_from_torch(tagger.lstm, d) for d in (0, 1))
        h = equations.bilstm_sequence(x, w, v)
        return tagger.hidden2tag(torch.from_numpy(h)).squeeze(1).softmax(dim=-1)


# %% 3.4 wrong: (1, T, E) is T sentences of one word
def score_by_hand(tagger, ids):
    with torch.no_grad():
        x = tagger.word_embeddings(ids).unsqueeze(0).numpy()
        w, v = (equations.weights_from_torch(tagger.lstm, d) for d in (0, 1))
        h = equations.bilstm_sequence(x, w, v)
        return tagger.hidden2tag(torch.from_numpy(h)).squeeze(0)


# %% 3.5 wrong: is not seen by all of
class WindowTagger(WindowTagger_solution):
    def forward(self, words):
        x = self.word_embeddings(words)
        nothing = torch.zeros_like(x[:1])
        after = torch.cat([x[1:], nothing])
        return self.hidden2tag(torch.cat([torch.zeros_like(x), x, after], dim=2))


twins = twins_solution


# %% 3.5 wrong: is seen by {
class WindowTagger(WindowTagger_solution):
    def forward(self, words):
        x = self.word_embeddings(words)
        nothing = torch.zeros_like(x[:1])
        before = torch.cat([nothing, x[:-1]]).cumsum(0)
        after = torch.cat([x[1:], nothing])
        return self.hidden2tag(torch.cat([before, x, after], dim=2))


twins = twins_solution


# %% 3.5 wrong: before and after are added, not joined
class WindowTagger(nn.Module):
    def __init__(self, vocab_size, tagset_size):
        super().__init__()
        self.table, self.linear = nn.Embedding(vocab_size, 8), nn.Linear(8, tagset_size)

    def forward(self, words):
        x = self.table(words)
        nothing = torch.zeros_like(x[:1])
        return self.linear(
            torch.cat([nothing, x[:-1]]) + x + torch.cat([x[1:], nothing])
        )


twins = twins_solution


# %% 3.5 wrong: is seen by {
class WindowTagger(WindowTagger_solution):
    def forward(self, words):
        x = self.word_embeddings(words)
        return self.hidden2tag(torch.cat([x.roll(1, 0), x, x.roll(-1, 0)], dim=2))


twins = twins_solution


# %% 3.5 wrong: beyond the ends: zeros?
class WindowTagger(WindowTagger_solution):
    def forward(self, words):
        x = self.word_embeddings(words)
        before, after = torch.cat([x[:1], x[:-1]]), torch.cat([x[1:], x[-1:]])
        return self.hidden2tag(torch.cat([before, x, after], dim=2))


twins = twins_solution


# %% 3.5 wrong: before the first word: id 0, not zeros
class WindowTagger(WindowTagger_solution):
    def forward(self, words):
        nothing = torch.zeros_like(words[:1])
        padded = self.word_embeddings(torch.cat([nothing, words, nothing]))
        return self.hidden2tag(
            torch.cat([padded[:-2], padded[1:-1], padded[2:]], dim=2)
        )


twins = twins_solution


# %% 3.5 wrong: sentences see each other
class WindowTagger(WindowTagger_solution):
    def forward(self, words):
        x = self.word_embeddings(words)
        nothing = torch.zeros_like(x[:, :1])
        before, after = (
            torch.cat([nothing, x[:, :-1]], 1),
            torch.cat([x[:, 1:], nothing], 1),
        )
        return self.hidden2tag(torch.cat([before, x, after], dim=2))


twins = twins_solution


# %% 3.5 wrong: is seen by {
class WindowTagger(models.RecurrentTagger):
    pass


twins = twins_solution


# %% 3.5 wrong: wrong shape
class WindowTagger(WindowTagger_solution):
    def forward(self, words):
        x = self.word_embeddings(words)
        return self.hidden2tag(torch.cat([x[:-2], x[1:-1], x[2:]], dim=2))


twins = twins_solution
# %% 3.5 wrong: twins: it tells them apart
WindowTagger, twins = WindowTagger_solution, ([1, 2, 3, 4, 5], [6, 2, 3, 8, 7])
# %% 3.5 wrong: twins: the two lists are the same
WindowTagger, twins = WindowTagger_solution, ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])


# %% 3.5 right
class WindowTagger(nn.Module):
    def __init__(self, vocab_size, tagset_size):
        super().__init__()
        self.table = nn.Embedding(vocab_size, 16)
        self.scores = nn.Conv1d(16, tagset_size, kernel_size=3, padding=1)

    def forward(self, words):
        return self.scores(self.table(words).permute(1, 2, 0)).permute(2, 0, 1)


twins = (1, 1, 1, 1, 1), (2, 1, 1, 1, 1)


# %% 3.5 right
class WindowTagger(nn.Module):
    def __init__(self, vocab_size, tagset_size):
        super().__init__()
        self.table = nn.Embedding(vocab_size, 8)
        self.linear = nn.Linear(24, tagset_size)

    def forward(self, words):
        x = F.pad(self.table(words), (0, 0, 0, 0, 1, 1))
        T = len(words)
        return self.linear(torch.cat([x[k : k + T] for k in range(3)], dim=-1))


twins = torch.tensor([[1, 2, 3, 4, 5], [1, 2, 3, 4, 9]]).tolist()


# %% 3.5 wrong: logits, before any softmax
class WindowTagger(nn.Module):
    def __init__(self, vocab_size, tagset_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, 16)
        self.score = nn.Linear(48, tagset_size)

    def forward(self, ids):
        x = self.embed(ids)
        zero = torch.zeros_like(x[:1])
        near = torch.cat(
            [torch.cat([zero, x[:-1]]), x, torch.cat([x[1:], zero])], dim=-1
        )
        return self.score(near).log_softmax(dim=-1)


twins = [[1, 2, 3, 4, 5], [9, 2, 3, 4, 8]]


# %% 3.5 wrong: one linear layer, and nothing else
class WindowTagger(nn.Module):
    def __init__(self, vocab_size, tagset_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, 16)
        self.hidden = nn.Linear(48, 32)
        self.score = nn.Linear(32, tagset_size)

    def forward(self, ids):
        x = self.embed(ids)
        zero = torch.zeros_like(x[:1])
        near = torch.cat(
            [torch.cat([zero, x[:-1]]), x, torch.cat([x[1:], zero])], dim=-1
        )
        return self.score(self.hidden(near).tanh())


twins = [[1, 2, 3, 4, 5], [9, 2, 3, 4, 8]]


# %% 3.5 wrong: twins: two lists of five ids
WindowTagger, twins = WindowTagger_solution, [1, 2, 3, 4, 5]


# %% 3.5 right
class WindowTagger(nn.Module):
    def __init__(self, vocab_size, tagset_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, 16)
        self.window = nn.Conv1d(16, tagset_size, 3, padding=1)

    def forward(self, ids):
        x = self.embedding(ids).permute(1, 2, 0)  # (B, E, T)
        return self.window(x).permute(2, 0, 1)


twins = ([1, 5, 5, 5, 2], [2, 5, 5, 5, 1])


# %% 3.6 wrong: 0 would need a logit of infinity
def lowest_loss(n_tags):
    return 0.0


# %% 3.6 wrong: ln K is the loss of equal probabilities
def lowest_loss(n_tags):
    return math.log(n_tags)


# %% 3.6 wrong: what about the gold tag's own logit
def lowest_loss(n_tags):
    return math.log(math.e + n_tags - 1)


# %% 3.6 wrong: K - 1 tags have the probability 0
def lowest_loss(n_tags):
    return math.log(math.e + n_tags) - 1


# %% 3.6 wrong: a probability, not its negative logarithm
def lowest_loss(n_tags):
    return math.e / (math.e + n_tags - 1)


# %% 3.6 wrong: wrong for 9 tags
def lowest_loss(n_tags):
    return math.log(math.e + 1) - 1


# %% 3.6 right
def lowest_loss(n_tags):
    return math.log1p((n_tags - 1) / math.e)


# %% 3.6 right
def lowest_loss(n_tags):
    sure = torch.zeros(1, n_tags, dtype=torch.float64)
    sure[0, -1] = 1
    return -F.log_softmax(sure, dim=1)[0, -1]
