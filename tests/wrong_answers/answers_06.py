# %% 6.1 wrong: that is the gate
half_life_bias = 0.5 ** (1 / 100)
# %% 6.1 wrong: a bias below 0 shuts the gate
half_life_bias = np.log(2 ** (1 / 100) - 1)
# %% 6.1 wrong: for 20 steps, not for 100
half_life_bias = -np.log(2 ** (1 / 20) - 1)
# %% 6.1 wrong: is left, not half
half_life_bias = 5.0
# %% 6.1 wrong: is left, not half
half_life_bias = np.log(100)
# %% 6.1 wrong: wanted one number
half_life_bias = [4.968]
# %% 6.1 right
f_half = 0.5 ** (1 / 100)
half_life_bias = np.log(f_half / (1 - f_half))
# %% 6.1 right
half_life_bias = 4.97


# %% 6.1 wrong: wanted one number
half_life_bias = None


# %% 6.2 wrong: that is the RNN's line
per_step = (10**-31.0 / 10**1.2) ** (1 / 99)
# %% 6.2 wrong: upside down
per_step = 10 ** (21.4 / 99)
# %% 6.2 wrong: that is an exponent
per_step = -21.9 / 99
# %% 6.2 wrong: over all the words
per_step = 10**-21.9
# %% 6.2 wrong: from which two points
per_step = np.exp(-21.9 / 99)
# %% 6.2 wrong: wanted one number
per_step = [0.6]
# %% 6.2 right
per_step = 0.6
# %% 6.2 right
per_step = 10 ** (-22 / 100)


# %% 6.2 wrong: wanted one number
per_step = "0.59"


# %% 6.3 wrong: C before is -1: the sign
deltas = (0.125, 0.25, 0.375, 0.0)
# %% 6.3 wrong: C before, not the new C
deltas = (0.125, -0.0625, 0.375, 0.0)
# %% 6.3 wrong: 1 - a squared, not 1 - a
deltas = (0.125, -0.25, 0.25, 0.0)
# %% 6.3 wrong: does the loss look at h
deltas = (0.125, -0.25, 0.375, np.tanh(-0.25) * 0.25)
# %% 6.3 wrong: do not round
deltas = (0.125, -0.25, 0.38, 0.0)
# %% 6.3 wrong: its factor in (1.5) is a
deltas = (-0.25, -0.25, 0.375, 0.0)
# %% 6.3 wrong: wanted four numbers
deltas = (0.125, -0.25, 0.375)
# %% 6.3 right
deltas = [1 / 8, -1 / 4, 3 / 8, 0]
# %% 6.3 right
i = f = a = 0.5
deltas = np.array([a * i * (1 - i), -1 * f * (1 - f), i * (1 - a**2), 0.0])


# %% 6.3 wrong: the loss is C itself
d_C = 1 - np.tanh(0.5 * -1 + 0.5 * 0.5) ** 2
deltas = (d_C * 0.125, d_C * -0.25, d_C * 0.375, 0.0)


# %% 6.4 wrong: found, though right
def find_wrong(backward):
    return {"W"}


wrong_equation = "6.6"


# %% 6.4 wrong: but not found
def find_wrong(backward):
    return set()


wrong_equation = "6.6"


# %% 6.4 wrong: the same h_0 everywhere
def find_wrong(backward):
    rng = np.random.default_rng(0)
    x, R = rng.normal(size=(4, 2, 3)), rng.normal(size=(4, 2, 2))
    W, U, b, h_0 = (rng.normal(size=s) for s in ((2, 2), (2, 3), (2,), (2, 2)))

    def loss(x, W, U, b, h_0):
        return float((R * equations.rnn_sequence(x, Weights(W, U, b), h_0)).sum())

    h = equations.rnn_sequence(x, Weights(W, U, b))
    derived = backward(x, Weights(W, U, b), h, R, h_0)
    case = {"x": x, "W": W, "U": U, "b": b, "h_0": h_0}
    errors = equations.gradient_errors(loss, case, derived)
    return {name for name, error in errors.items() if error > 1e-8}


wrong_equation = "6.6"


# %% 6.4 wrong: but not found
def find_wrong(backward):
    rng = np.random.default_rng(0)
    x, R = rng.normal(size=(4, 2, 3)), rng.normal(size=(4, 2, 2))
    W, U, b, h_0 = (rng.normal(size=s) for s in ((2, 2), (2, 3), (2,), (2, 2)))

    def loss(x, W, U, b, h_0):
        return float((R * equations.rnn_sequence(x, Weights(W, U, b), h_0)).sum())

    h = equations.rnn_sequence(x, Weights(W, U, b), h_0)
    derived = backward(x, Weights(W, U, b), h, R, h_0)
    case = {"x": x, "W": W, "U": U, "b": b, "h_0": h_0}
    errors = equations.gradient_errors(loss, case, derived)
    return {name for name, error in errors.items() if error > 1e-2}


wrong_equation = "6.6"


# %% 6.4 wrong: wanted a set of names
def find_wrong(backward):
    return sorted(find_wrong_solution(backward))


wrong_equation = "6.6"
# %% 6.4 wrong: would spoil x and b as well
find_wrong, wrong_equation = find_wrong_solution, "6.5"
# %% 6.4 wrong: that is U's
find_wrong, wrong_equation = find_wrong_solution, "(6.7)"
# %% 6.4 wrong: only W's derivative is wrong
find_wrong, wrong_equation = find_wrong_solution, "6.16"


# %% 6.4 right
def find_wrong(backward):
    T, B, E, H = 3, 2, 2, 2
    rng = np.random.default_rng()
    case = {
        n: rng.normal(size=s)
        for n, s in zip(
            ["x", "W", "U", "b", "h_0"], [(T, B, E), (H, H), (H, E), (H,), (B, H)]
        )
    }
    R = rng.normal(size=(T, B, H))
    run = lambda c: equations.rnn_sequence(
        c["x"], Weights(c["W"], c["U"], c["b"]), c["h_0"]
    )
    found = backward(
        case["x"], Weights(case["W"], case["U"], case["b"]), run(case), R, case["h_0"]
    )
    wrong = set()
    for name in case:
        slope = equations.numeric_gradient(
            lambda value: float((R * run({**case, name: value})).sum()), case[name]
        )
        if equations.relative_error(slope, found[name]) > 1e-6:
            wrong.add(name)
    return wrong


wrong_equation = "(6.6)"


# %% 6.4 right
def find_wrong(backward):
    torch.manual_seed(3)
    T, B, E, H = 4, 2, 3, 3
    module = nn.RNN(E, H).double()
    x = torch.randn(T, B, E, dtype=torch.float64, requires_grad=True)
    h_0 = torch.randn(1, B, H, dtype=torch.float64, requires_grad=True)
    R = torch.randn(T, B, H, dtype=torch.float64)
    h, _ = module(x, h_0)
    (R * h).sum().backward()
    W, U = module.weight_hh_l0, module.weight_ih_l0
    b = module.bias_hh_l0 + module.bias_ih_l0
    arrays = [v.detach().numpy() for v in (W, U, b)]
    found = backward(
        x.detach().numpy(),
        Weights(*arrays),
        h.detach().numpy(),
        R.numpy(),
        h_0[0].detach().numpy(),
    )
    theirs = {
        "x": x.grad,
        "W": W.grad,
        "U": U.grad,
        "b": module.bias_hh_l0.grad,
        "h_0": h_0.grad[0],
    }
    return {
        n for n, g in theirs.items() if not np.allclose(found[n], g.numpy(), rtol=1e-8)
    }


wrong_equation = 6.6


# %% 6.4 wrong: draw several steps
def find_wrong(backward):
    rng = np.random.default_rng(0)
    x, h_0 = rng.normal(size=(1, 2, 3)), rng.normal(size=(2, 2))
    weights = Weights(
        rng.normal(size=(2, 2)), rng.normal(size=(2, 3)), rng.normal(size=2)
    )
    R = rng.normal(size=(1, 2, 2))

    def loss(x, W, U, b, h_0):
        return float((R * equations.rnn_sequence(x, Weights(W, U, b), h_0)).sum())

    found = backward(x, weights, equations.rnn_sequence(x, weights, h_0), R, h_0)
    parameters = {"x": x, **weights._asdict(), "h_0": h_0}
    errors = equations.gradient_errors(
        loss, parameters, {n: found[n] for n in parameters}
    )
    return {n for n, e in errors.items() if e > 1e-6}


wrong_equation = "6.6"


# %% 6.4 wrong: draw several units
def find_wrong(backward):
    rng = np.random.default_rng()
    T, B, E, H = 4, 3, 2, 1
    x, h_0, R = (
        rng.normal(size=(T, B, E)),
        rng.normal(size=(B, H)),
        rng.normal(size=(T, B, H)),
    )
    weights = Weights(
        rng.normal(size=(H, H)), rng.normal(size=(H, E)), rng.normal(size=H)
    )

    def loss(x, W, U, b, h_0):
        return float((R * equations.rnn_sequence(x, Weights(W, U, b), h_0)).sum())

    found = backward(x, weights, equations.rnn_sequence(x, weights, h_0), R, h_0)
    parameters = {"x": x, **weights._asdict(), "h_0": h_0}
    errors = equations.gradient_errors(
        loss, parameters, {n: found[n] for n in parameters}
    )
    return {n for n, e in errors.items() if e > 1e-6}


wrong_equation = "6.6"


# %% 6.4 wrong: draw a random R
def find_wrong(backward):
    rng = np.random.default_rng()
    T, B, E, H = 4, 3, 2, 3
    x, h_0, R = rng.normal(size=(T, B, E)), rng.normal(size=(B, H)), np.ones((T, B, H))
    weights = Weights(
        rng.normal(size=(H, H)), rng.normal(size=(H, E)), rng.normal(size=H)
    )

    def loss(x, W, U, b, h_0):
        return float((R * equations.rnn_sequence(x, Weights(W, U, b), h_0)).sum())

    found = backward(x, weights, equations.rnn_sequence(x, weights, h_0), R, h_0)
    parameters = {"x": x, **weights._asdict(), "h_0": h_0}
    errors = equations.gradient_errors(
        loss, parameters, {n: found[n] for n in parameters}
    )
    return {n for n, e in errors.items() if e > 1e-6}


wrong_equation = "6.6"


# %% 6.4 wrong: draw a random h_0
def find_wrong(backward):
    rng = np.random.default_rng()
    T, B, E, H = 4, 3, 2, 3
    x, h_0, R = rng.normal(size=(T, B, E)), np.zeros((B, H)), rng.normal(size=(T, B, H))
    weights = Weights(
        rng.normal(size=(H, H)), rng.normal(size=(H, E)), rng.normal(size=H)
    )

    def loss(x, W, U, b, h_0):
        return float((R * equations.rnn_sequence(x, Weights(W, U, b), h_0)).sum())

    found = backward(x, weights, equations.rnn_sequence(x, weights, h_0), R, h_0)
    parameters = {"x": x, **weights._asdict(), "h_0": h_0}
    errors = equations.gradient_errors(
        loss, parameters, {n: found[n] for n in parameters}
    )
    return {n for n, e in errors.items() if e > 1e-6}


wrong_equation = "6.6"


# %% 6.4 wrong: draw several sentences
def find_wrong(backward):
    rng = np.random.default_rng(0)
    T, B, E, H = 4, 1, 3, 2
    x, h_0 = rng.normal(size=(T, B, E)), rng.normal(size=(B, H))
    w = Weights(rng.normal(size=(H, H)), rng.normal(size=(H, E)), rng.normal(size=H))
    R = rng.normal(size=(T, B, H))

    def loss(x, W, U, b, h_0):
        return float((R * equations.rnn_sequence(x, Weights(W, U, b), h_0)).sum())

    parameters = {"x": x, **w._asdict(), "h_0": h_0}
    derived = backward(x, w, equations.rnn_sequence(x, w, h_0), R, h_0)
    errors = equations.gradient_errors(loss, parameters, derived)
    return {name for name, error in errors.items() if error > 1e-6}


wrong_equation = "6.6"


# %% 6.4 wrong: draw an R for every state
def find_wrong(backward):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 2, 3))
    weights = Weights(
        rng.normal(size=(2, 2)), rng.normal(size=(2, 3)), rng.normal(size=2)
    )
    h_0 = rng.normal(size=(2, 2))
    R = np.zeros((4, 2, 2))
    R[-1] = rng.normal(size=(2, 2))
    derived = backward(x, weights, equations.rnn_sequence(x, weights, h_0), R, h_0)

    def loss(x, W, U, b, h_0):
        return float((R * equations.rnn_sequence(x, Weights(W, U, b), h_0)).sum())

    errors = equations.gradient_errors(
        loss, {"x": x, **weights._asdict(), "h_0": h_0}, derived
    )
    return {name for name, error in errors.items() if error > 1e-6}


wrong_equation = "6.6"


# %% 6.4 wrong: compare each entry
def find_wrong(backward):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 2, 3))
    weights = Weights(
        rng.normal(size=(2, 2)), rng.normal(size=(2, 3)), rng.normal(size=2)
    )
    h_0 = rng.normal(size=(2, 2))
    R = rng.normal(size=(4, 2, 2))
    h = equations.rnn_sequence(x, weights, h_0)
    derived = backward(x, weights, h, R, h_0)
    good = equations.rnn_backward(x, weights, h, R, h_0)
    sums = {name: getattr(good, name).sum() for name in derived}
    return {n for n in derived if not np.isclose(derived[n].sum(), sums[n])}


wrong_equation = "6.6"


# %% 6.5 wrong: that is the cell state C
rows, members = [], []
for sentence in corpus.sentences[:200]:
    rows += list(
        np.concatenate(equations.trace(lstm, embed(sentence.words)).c[0], axis=-1)
    )
    members += [tag.endswith("tim") for tag in sentence.tags]
time_scores = equations.separation(np.array(rows), np.array(members))
best_unit = best_unit_solution
# %% 6.5 wrong: those are per
rows, members = [], []
for sentence in corpus.sentences[:200]:
    rows += list(
        np.concatenate(equations.trace(lstm, embed(sentence.words)).h[0], axis=-1)
    )
    members += [tag.endswith("per") for tag in sentence.tags]
time_scores = equations.separation(np.array(rows), np.array(members))
best_unit = best_unit_solution
# %% 6.5 wrong: 200 sentences, not 400
rows, members = [], []
for sentence in corpus.sentences[:400]:
    rows += list(
        np.concatenate(equations.trace(lstm, embed(sentence.words)).h[0], axis=-1)
    )
    members += [tag.endswith("tim") for tag in sentence.tags]
time_scores = equations.separation(np.array(rows), np.array(members))
best_unit = best_unit_solution
# %% 6.5 wrong: near 0 separates as well
time_scores = time_scores_solution
best_unit = lambda scores: int(scores.argmax())
# %% 6.5 wrong: one half tells nothing
time_scores = time_scores_solution
best_unit = lambda scores: int(abs(scores - 0.5).argmin())
# %% 6.5 wrong: not its score
time_scores = time_scores_solution
best_unit = lambda scores: scores[best_unit_solution(scores)]
# %% 6.5 wrong: a score for each of 2H units
time_scores, best_unit = time_scores_solution[:32], best_unit_solution
# %% 6.5 wrong: not the scores of h
time_scores = np.linspace(0, 1, len(time_scores_solution))
best_unit = best_unit_solution
# %% 6.5 wrong: farthest from one half
time_scores, best_unit = time_scores_solution, lambda scores: 38
# %% 6.5 wrong: the pass from the left comes first
time_scores = np.roll(time_scores_solution, 32)
best_unit = best_unit_solution
# %% 6.5 right
some = corpus.sentences[:200]
with torch.no_grad():
    h = np.concatenate(
        [lstm(embed(s.words).unsqueeze(1))[0][:, 0].numpy() for s in some]
    )
inside = np.array([tag[2:] == "tim" for s in some for tag in s.tags])
time_scores = np.array(
    [
        np.mean(np.searchsorted(np.sort(h[~inside, k]), h[inside, k]) / (~inside).sum())
        for k in range(h.shape[1])
    ]
)
best_unit = lambda scores: int(np.argmax(np.abs(scores - 0.5)))
# %% 6.5 right
time_scores = [float(score) for score in time_scores_solution]


def best_unit(scores):
    return max(range(len(scores)), key=lambda k: max(scores[k], 1 - scores[k]))


# %% 6.6 wrong: a share of the whole
def truncated(x, weights, run, dl_dh, k):
    return k / len(x) * equations.lstm_backward(x, weights, run, dl_dh).W


# %% 6.6 wrong: no state before the first of the k words
def truncated(x, weights, run, dl_dh, k):
    part = Step(*(field[-k:] for field in run))
    return equations.lstm_backward(x[-k:], weights, part, dl_dh[-k:]).W


# %% 6.6 wrong: nothing runs anew
def truncated(x, weights, run, dl_dh, k):
    part = equations.lstm_sequence(x[-k:], weights)
    return equations.lstm_backward(x[-k:], weights, part, dl_dh[-k:]).W


# %% 6.6 wrong: the first words, not the last
def truncated(x, weights, run, dl_dh, k):
    part = Step(*(field[:k] for field in run))
    return equations.lstm_backward(x[:k], weights, part, dl_dh[:k]).W


# %% 6.6 wrong: the whole derivative
def truncated(x, weights, run, dl_dh, k):
    return equations.lstm_backward(x, weights, run, dl_dh).W


# %% 6.6 wrong: with all words, the states before are zeros
def truncated(x, weights, run, dl_dh, k):
    start = len(x) - k
    part = Step(*(field[start:] for field in run))
    return equations.lstm_backward(
        x[start:],
        weights,
        part,
        dl_dh[start:],
        h_0=run.h[start - 1],
        c_0=run.c[start - 1],
    ).W


# %% 6.6 wrong: one word too few
def truncated(x, weights, run, dl_dh, k):
    return truncated_solution(x, weights, run, dl_dh, max(1, k - 1))


# %% 6.6 wrong: the first word's own state, not the one before it
def truncated(x, weights, run, dl_dh, k):
    start = len(x) - k
    part = Step(*(field[start:] for field in run))
    return equations.lstm_backward(
        x[start:], weights, part, dl_dh[start:], h_0=run.h[start], c_0=run.c[start]
    ).W


# %% 6.6 right
def truncated(x, weights, run, dl_dh, k):
    first = [
        np.concatenate([np.zeros_like(s[:1]), s])[len(x) - k] for s in (run.h, run.c)
    ]
    tail = slice(len(x) - k, None)
    steps = equations.lstm_sequence(x[tail], weights, *first)
    return equations.lstm_backward(
        x[tail], weights, steps, dl_dh[tail], h_0=first[0], c_0=first[1]
    ).W


# %% 6.6 right
def truncated(x, weights, run, dl_dh, k):
    W = torch.tensor(weights.W, requires_grad=True)
    U, b = torch.tensor(weights.U), torch.tensor(weights.b)
    start = len(x) - k
    h = torch.tensor(run.h[start - 1] if start else 0 * run.h[0])
    c = torch.tensor(run.c[start - 1] if start else 0 * run.c[0])
    loss = 0
    for t in range(start, len(x)):
        i, f, a, o = (h @ W.T + torch.tensor(x[t]) @ U.T + b).chunk(4, dim=-1)
        c = f.sigmoid() * c + i.sigmoid() * a.tanh()
        h = o.sigmoid() * c.tanh()
        loss = loss + (torch.tensor(dl_dh[t]) * h).sum()
    loss.backward()
    return W.grad


# %% 6.6 wrong: with all words, the states before are zeros
def truncated(x, weights, run, dl_dh, k):
    at = len(x) - k
    steps = Step(*(field[at:] for field in run))
    return equations.lstm_backward(
        x[at:], weights, steps, dl_dh[at:], h_0=run.h[at - 1], c_0=run.c[at - 1]
    ).W


# %% 6.6 right
def truncated(x, weights, run, dl_dh, k):
    T, B = x.shape[:2]
    zero = np.zeros((1, B, run.h.shape[-1]))
    h, c = (np.concatenate([zero, state])[T - k] for state in (run.h, run.c))
    last = Step._make(field[T - k :] for field in run)
    return equations.lstm_backward(
        x[T - k :], weights, last, dl_dh[T - k :], None, h, c
    ).W


# %% 6.6 wrong: where is the C before the first
def truncated(x, weights, run, dl_dh, k):
    steps = Step(*(field[-k:] for field in run))
    h_0 = run.h[-k - 1] if k < len(x) else np.zeros_like(run.h[0])
    return equations.lstm_backward(x[-k:], weights, steps, dl_dh[-k:], h_0=h_0).W


# %% 6.6 wrong: a loss of its own, not the last alone
def truncated(x, weights, run, dl_dh, k):
    steps = Step(*(field[-k:] for field in run))
    zero = np.zeros_like(run.h[0])
    h_0, c_0 = (run.h[-k - 1], run.c[-k - 1]) if k < len(x) else (zero, zero)
    asked = np.zeros_like(dl_dh[-k:])
    asked[-1] = dl_dh[-1]
    return equations.lstm_backward(x[-k:], weights, steps, asked, h_0=h_0, c_0=c_0).W


# %% 6.6 wrong: only the losses are cut
def truncated(x, weights, run, dl_dh, k):
    asked = np.zeros_like(dl_dh)
    asked[-k:] = dl_dh[-k:]
    return equations.lstm_backward(x, weights, run, asked).W


# %% 6.7 wrong: in the rows of f
def coupled_backward(x, weights, steps, dl_dh):
    i, f, a, o, c, h = steps
    nothing = np.zeros_like(h[0])
    h_before, c_before = (np.stack([nothing, *state[:-1]]) for state in (h, c))
    d_z, d_h_next, d_c_next = np.empty((*h.shape[:2], len(weights.W))), nothing, nothing
    for t in reversed(range(len(x))):
        d_h = dl_dh[t] + d_h_next
        d_c = d_h * o[t] * (1 - np.tanh(c[t]) ** 2) + d_c_next
        d_z_f = d_c * c_before[t] * f[t] * (1 - f[t])
        d_z_a = d_c * i[t] * (1 - a[t] ** 2)
        d_z_o = d_h * np.tanh(c[t]) * o[t] * (1 - o[t])
        d_z[t] = np.concatenate([d_z_f, d_z_a, d_z_o], axis=-1)
        d_h_next, d_c_next = d_z[t] @ weights.W, d_c * f[t]
    W, U = np.einsum("tbk,tbh->kh", d_z, h_before), np.einsum("tbk,tbe->ke", d_z, x)
    return {"W": W, "U": U, "b": d_z.sum(axis=(0, 1))}


# %% 6.7 wrong: in the rows of f
def coupled_backward(x, weights, steps, dl_dh):
    i, f, a, o, c, h = steps
    nothing = np.zeros_like(h[0])
    h_before, c_before = (np.stack([nothing, *state[:-1]]) for state in (h, c))
    d_z, d_h_next, d_c_next = np.empty((*h.shape[:2], len(weights.W))), nothing, nothing
    for t in reversed(range(len(x))):
        d_h = dl_dh[t] + d_h_next
        d_c = d_h * o[t] * (1 - np.tanh(c[t]) ** 2) + d_c_next
        d_z_f = d_c * (c_before[t] + a[t]) * f[t] * (1 - f[t])
        d_z_a = d_c * i[t] * (1 - a[t] ** 2)
        d_z_o = d_h * np.tanh(c[t]) * o[t] * (1 - o[t])
        d_z[t] = np.concatenate([d_z_f, d_z_a, d_z_o], axis=-1)
        d_h_next, d_c_next = d_z[t] @ weights.W, d_c * f[t]
    W, U = np.einsum("tbk,tbh->kh", d_z, h_before), np.einsum("tbk,tbe->ke", d_z, x)
    return {"W": W, "U": U, "b": d_z.sum(axis=(0, 1))}


# %% 6.7 wrong: one step is right, more are not
def coupled_backward(x, weights, steps, dl_dh):
    i, f, a, o, c, h = steps
    nothing = np.zeros_like(h[0])
    h_before, c_before = (np.stack([nothing, *state[:-1]]) for state in (h, c))
    d_z, d_h_next, d_c_next = np.empty((*h.shape[:2], len(weights.W))), nothing, nothing
    for t in reversed(range(len(x))):
        d_h = dl_dh[t] + d_h_next
        d_c = d_h * o[t] * (1 - np.tanh(c[t]) ** 2) + d_c_next
        d_z_f = d_c * (c_before[t] - a[t]) * f[t] * (1 - f[t])
        d_z_a = d_c * i[t] * (1 - a[t] ** 2)
        d_z_o = d_h * np.tanh(c[t]) * o[t] * (1 - o[t])
        d_z[t] = np.concatenate([d_z_f, d_z_a, d_z_o], axis=-1)
        d_h_next, d_c_next = d_z[t] @ weights.W, d_c
    W, U = np.einsum("tbk,tbh->kh", d_z, h_before), np.einsum("tbk,tbe->ke", d_z, x)
    return {"W": W, "U": U, "b": d_z.sum(axis=(0, 1))}


# %% 6.7 wrong: in the rows of f and a and o
def coupled_backward(x, weights, steps, dl_dh):
    right = coupled_backward_solution(x, weights, steps, dl_dh)
    turn = lambda array: np.concatenate(np.split(array, 3)[::-1]) * 1.5
    return {name: turn(array) for name, array in right.items()}


# %% 6.7 wrong: b is right, ['W'] not
def coupled_backward(x, weights, steps, dl_dh):
    right = coupled_backward_solution(x, weights, steps, dl_dh)
    return {**right, "W": right["W"] + 0.1}


# %% 6.7 wrong: wanted W, U and b
def coupled_backward(x, weights, steps, dl_dh):
    return coupled_backward_solution(x, weights, steps, dl_dh)["W"][:0].tolist() or {
        "W": 0
    }


# %% 6.7 wrong: got the shape
def coupled_backward(x, weights, steps, dl_dh):
    right = coupled_backward_solution(x, weights, steps, dl_dh)
    return {**right, "W": right["W"].T}


# %% 6.7 wrong: one step is right, more are not
def coupled_backward(x, weights, steps, dl_dh):
    i, f, a, o, c, h = steps
    zero = np.zeros_like(h[0])
    before = np.stack([zero, *h[:-1]])
    d_z, d_h_next, d_c_next = np.empty((*h.shape[:2], len(weights.W))), zero, zero
    for t in reversed(range(len(x))):
        d_h = dl_dh[t] + d_h_next
        d_c = d_h * o[t] * (1 - np.tanh(c[t]) ** 2) + d_c_next
        old = c[t] * (t > 0)  # the new C
        d_z_f = d_c * (old - a[t]) * f[t] * (1 - f[t])
        d_z_a = d_c * i[t] * (1 - a[t] ** 2)
        d_z_o = d_h * np.tanh(c[t]) * o[t] * (1 - o[t])
        d_z[t] = np.concatenate([d_z_f, d_z_a, d_z_o], axis=-1)
        d_h_next, d_c_next = d_z[t] @ weights.W, d_c * f[t]
    W, U = np.einsum("tbk,tbh->kh", d_z, before), np.einsum("tbk,tbe->ke", d_z, x)
    return {"W": W, "U": U, "b": d_z.sum(axis=(0, 1))}


# %% 6.7 right
def coupled_backward(x, weights, steps, dl_dh):
    names = dict(zip("WUb", (torch.tensor(w, requires_grad=True) for w in weights)))
    W, U, b = names.values()
    h = c = torch.zeros(x.shape[1], W.shape[1], dtype=torch.float64)
    loss = 0
    for x_t, r in zip(torch.tensor(x), torch.tensor(dl_dh)):
        f, a, o = (h @ W.T + x_t @ U.T + b).chunk(3, dim=-1)
        c = f.sigmoid() * c + (1 - f.sigmoid()) * a.tanh()
        h = o.sigmoid() * c.tanh()
        loss = loss + (r * h).sum()
    loss.backward()
    return {name: w.grad.numpy() for name, w in names.items()}


# %% 6.7 right
def coupled_backward(x, weights, steps, dl_dh):
    # as the LSTM's, with z_i = -z_f: four blocks first, then i's taken from f's
    f = np.split(weights.W, 3), np.split(weights.U, 3), np.split(weights.b, 3)
    four = Weights(*(np.concatenate([-part[0], *part]) for part in f))
    result = equations.lstm_backward(x, four, steps, dl_dh)

    def fold(array):
        i, f, a, o = np.split(array, 4)
        return np.concatenate([f - i, a, o])

    return {name: fold(getattr(result, name)) for name in "WUb"}


# %% 6.7 wrong: wanted a dict
def coupled_backward(x, weights, steps, dl_dh):
    return tuple(coupled_backward_solution(x, weights, steps, dl_dh).values())


# %% 6.7 wrong: let the check alone measure them
def coupled_backward(x, weights, steps, dl_dh):
    def loss(**changed):
        return float((dl_dh * coupled_sequence(x, weights._replace(**changed)).h).sum())

    return {
        name: equations.numeric_gradient(
            lambda array, n=name: loss(**{n: array}), value
        )
        for name, value in weights._asdict().items()
    }


# %% 6.8 wrong: a way into delta_C
def peephole_backward(x, weights, p, steps, dl_dh):
    result = equations.lstm_backward(x, weights, steps, dl_dh)
    return {**{name: getattr(result, name) for name in "WUb"}, "p": np.zeros_like(p)}


# %% 6.8 wrong: i and f look at the old C
def peephole_backward(x, weights, p, steps, dl_dh):
    W, _, _ = weights
    i, f, a, o, c, h = steps
    zero = np.zeros_like(h[0])
    h_before, c_before = (np.stack([zero, *state[:-1]]) for state in (h, c))
    d_z, d_h_next, d_c_next, d_p = np.empty((*h.shape[:2], len(W))), zero, zero, 0 * p
    for t in reversed(range(len(x))):
        d_h = dl_dh[t] + d_h_next
        d_z_o = d_h * np.tanh(c[t]) * o[t] * (1 - o[t])
        d_c = d_h * o[t] * (1 - np.tanh(c[t]) ** 2) + d_z_o * p[2] + d_c_next
        d_z_i = d_c * a[t] * i[t] * (1 - i[t])
        d_z_f = d_c * c_before[t] * f[t] * (1 - f[t])
        d_z[t] = np.concatenate(
            [d_z_i, d_z_f, d_c * i[t] * (1 - a[t] ** 2), d_z_o], axis=-1
        )
        d_h_next, d_c_next = d_z[t] @ W, d_c * f[t]
        d_p = d_p + np.stack(
            [d_z_i * c_before[t], d_z_f * c_before[t], d_z_o * c[t]]
        ).sum(axis=1)
    W, U = np.einsum("tbk,tbh->kh", d_z, h_before), np.einsum("tbk,tbe->ke", d_z, x)
    return {"W": W, "U": U, "b": d_z.sum(axis=(0, 1)), "p": d_p}


# %% 6.8 wrong: only p is wrong
def peephole_backward(x, weights, p, steps, dl_dh):
    right = peephole_backward_solution(x, weights, p, steps, dl_dh)
    return {**right, "p": right["p"][[1, 0, 2]] + 0.01}


# %% 6.8 wrong: in the rows of o
def peephole_backward(x, weights, p, steps, dl_dh):
    right = peephole_backward_solution(x, weights, p, steps, dl_dh)
    turn = lambda array: np.concatenate([np.split(array, 4)[k] for k in (0, 1, 3, 2)])
    return {**{n: turn(right[n]) for n in "WUb"}, "p": right["p"]}


# %% 6.8 wrong: wanted W, U, b and p
def peephole_backward(x, weights, p, steps, dl_dh):
    result = equations.lstm_backward(x, weights, steps, dl_dh)
    return {name: getattr(result, name) for name in "WUb"}


# %% 6.8 wrong: p: got the shape
def peephole_backward(x, weights, p, steps, dl_dh):
    right = peephole_backward_solution(x, weights, p, steps, dl_dh)
    return {**right, "p": right["p"].T if p.shape[1] != 3 else right["p"][:2]} | (
        {"p": right["p"].ravel()}
    )


# %% 6.8 right
def peephole_backward(x, weights, p, steps, dl_dh):
    leaves = [torch.tensor(w, requires_grad=True) for w in (*weights, p)]
    W, U, b, q = leaves
    h = c = torch.zeros(x.shape[1], W.shape[1], dtype=torch.float64)
    loss = 0
    for x_t, r in zip(torch.tensor(x), torch.tensor(dl_dh)):
        i, f, a, o = (h @ W.T + x_t @ U.T + b).chunk(4, dim=-1)
        i, f = (i + q[0] * c).sigmoid(), (f + q[1] * c).sigmoid()
        c = f * c + i * a.tanh()
        h = (o + q[2] * c).sigmoid() * c.tanh()
        loss = loss + (r * h).sum()
    loss.backward()
    return dict(zip("WUbp", (leaf.grad.numpy() for leaf in leaves)))


# %% 6.8 right
def peephole_backward(x, weights, p, steps, dl_dh):
    i, f, a, o, c, h = steps
    T, B, H = h.shape
    d_W, d_U, d_b, d_p = (np.zeros_like(w) for w in (*weights, p))
    back_h = back_c = np.zeros((B, H))
    for t in range(T - 1, -1, -1):
        old_h, old_c = (h[t - 1], c[t - 1]) if t else (0 * h[0], 0 * c[0])
        squashed = np.tanh(c[t])
        ask_h = dl_dh[t] + back_h
        z_o = ask_h * squashed * o[t] * (1 - o[t])
        ask_c = ask_h * o[t] * (1 - squashed**2) + p[2] * z_o + back_c
        z_i, z_f = ask_c * a[t] * i[t] * (1 - i[t]), ask_c * old_c * f[t] * (1 - f[t])
        z = np.hstack([z_i, z_f, ask_c * i[t] * (1 - a[t] ** 2), z_o])
        d_W, d_U, d_b = d_W + z.T @ old_h, d_U + z.T @ x[t], d_b + z.sum(0)
        d_p = d_p + [(z_i * old_c).sum(0), (z_f * old_c).sum(0), (z_o * c[t]).sum(0)]
        back_h, back_c = z @ weights.W, f[t] * ask_c + p[0] * z_i + p[1] * z_f
    return {"W": d_W, "U": d_U, "b": d_b, "p": d_p}


# %% 6.8 wrong: wanted a dict
def peephole_backward(x, weights, p, steps, dl_dh):
    return tuple(peephole_backward_solution(x, weights, p, steps, dl_dh).values())


# %% 6.8 wrong: p: the order is i, f, o
def peephole_backward(x, weights, p, steps, dl_dh):
    W, U, b = weights
    zero = np.zeros_like(dl_dh[0])
    dW, dU, db, dp = (
        np.zeros_like(W),
        np.zeros_like(U),
        np.zeros_like(b),
        np.zeros_like(p),
    )
    dh = dc = zero
    for t in reversed(range(len(x))):
        i, f, a, o, c = (field[t] for field in steps[:5])
        c_prev, h_prev = (steps.c[t - 1], steps.h[t - 1]) if t else (zero, zero)
        d_h = dl_dh[t] + dh
        zo = d_h * np.tanh(c) * o * (1 - o)
        d_c = dc + d_h * o * (1 - np.tanh(c) ** 2) + zo * p[2]
        zi, zf, za = (
            d_c * a * i * (1 - i),
            d_c * c_prev * f * (1 - f),
            d_c * i * (1 - a * a),
        )
        dz = np.concatenate([zi, zf, za, zo], axis=-1)
        dW += dz.T @ h_prev
        dU += dz.T @ x[t]
        db += dz.sum(axis=0)
        dp += np.stack(
            [(zf * c_prev).sum(axis=0), (zi * c_prev).sum(axis=0), (zo * c).sum(axis=0)]
        )
        dh, dc = dz @ W, d_c * f + zi * p[0] + zf * p[1]
    return {"W": dW, "U": dU, "b": db, "p": dp}


# %% 6.8 wrong: let the check alone measure them
def peephole_backward(x, weights, p, steps, dl_dh):
    def loss(**changed):
        changed = {**weights._asdict(), "p": p, **changed}
        p_ = changed.pop("p")
        return float((dl_dh * peephole_sequence(x, Weights(**changed), p_).h).sum())

    return {
        name: equations.numeric_gradient(
            lambda array, n=name: loss(**{n: array}), value
        )
        for name, value in {**weights._asdict(), "p": p}.items()
    }


# %% 6.8 wrong: b is wrong in the rows of i
def peephole_backward(x, weights, p, steps, dl_dh):
    W, U, _ = weights
    zero = np.zeros_like(steps.h[0])
    before_h, before_c = (
        np.concatenate([zero[None], s[:-1]]) for s in (steps.h, steps.c)
    )
    d_W, d_U, d_b, d_p = (
        np.zeros_like(W),
        np.zeros_like(U),
        np.zeros(len(W)),
        np.zeros_like(p),
    )
    d_h_next = d_c_next = zero
    for t in reversed(range(len(x))):
        i, f, a, o, c, _ = (s[t] for s in steps)
        d_h = dl_dh[t] + d_h_next
        d_o = d_h * np.tanh(c) * o * (1 - o)
        d_c = d_h * o * (1 - np.tanh(c) ** 2) + d_c_next + d_o * p[2]
        d_i, d_f = d_c * a * i, d_c * before_c[t] * f * (1 - f)
        d_z = np.concatenate([d_i, d_f, d_c * i * (1 - a * a), d_o], axis=-1)
        d_W += d_z.T @ before_h[t]
        d_U += d_z.T @ x[t]
        d_b += d_z.sum(axis=0)
        d_p += np.stack(
            [
                (d_i * before_c[t]).sum(axis=0),
                (d_f * before_c[t]).sum(axis=0),
                (d_o * c).sum(axis=0),
            ]
        )
        d_h_next, d_c_next = d_z @ W, d_c * f + d_i * p[0] + d_f * p[1]
    return {"W": d_W, "U": d_U, "b": d_b, "p": d_p}
