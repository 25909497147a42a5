# %% 4.1 wrong: types are more than 2 tags
def first_loss(n_types):
    return math.log(n_types)


# %% 4.1 wrong: each type has a B- and an I-
def first_loss(n_types):
    return math.log(n_types + 1)


# %% 4.1 wrong: O is a tag, too
def first_loss(n_types):
    return math.log(2 * n_types)


# %% 4.1 wrong: base e
def first_loss(n_types):
    return math.log2(2 * n_types + 1)


# %% 4.1 wrong: the probability of each tag
def first_loss(n_types):
    return 1 / (2 * n_types + 1)


# %% 4.1 wrong: the number of tags
def first_loss(n_types):
    return 2 * n_types + 1


# %% 4.1 wrong: first_loss(2) is wrong
def first_loss(n_types):
    return 1.6


# %% 4.1 wrong: first_loss(1) is wrong
def first_loss(n_types):
    return math.log(5)


# %% 4.1 right
def first_loss(n_types):
    probability = 1 / len(
        ["O", *(part + str(k) for k in range(n_types) for part in "BI")]
    )
    return -math.log(probability)


# %% 4.1 right
first_loss = lambda n_types: math.log1p(2 * n_types)


# %% 4.1 wrong: torch was called
def first_loss(n_types):
    zeros = torch.zeros(1, 2 * n_types + 1)
    return nn.functional.cross_entropy(zeros, torch.zeros(1, dtype=torch.int64)).item()


# %% 4.1 wrong: -ln p is above 0
def first_loss(n_types):
    return -math.log(2 * n_types + 1)


# %% 4.2 wrong: at_half: there it rises
at_peak, at_half = 0.05, 0.025
# %% 4.2 wrong: a share, not per cent
at_peak, at_half = 5, 52.5
# %% 4.2 wrong: at_half: a share, not per cent
at_peak, at_half = 0.05, 52.5
# %% 4.2 wrong: not of the rate
at_peak, at_half = 1, 0.5
# %% 4.2 wrong: a quarter of the highest rate
at_peak, at_half = 0.05, 0.75
# %% 4.2 wrong: fallen to 0
at_peak, at_half = 0.05, 1.0
# %% 4.2 wrong: where is the line highest
at_peak, at_half = 0.5, 0.75
# %% 4.2 wrong: at_half: where is the line half as high
at_peak, at_half = 0.05, 0.4
# %% 4.2 right
at_peak, at_half = 0.04, 0.54
# %% 4.2 right
at_peak = max(range(101), key=lambda k: training.rate_factor(k / 100)) / 100
at_half = (at_peak + 1) / 2


# %% 4.2 wrong: the fall begins at the peak
at_peak, at_half = 0.05, 0.5


# %% 4.3 wrong: the rest of a group needs a step
def count_steps(groups, batch_size):
    return sum(len(group.positions) // batch_size for group in groups)


# %% 4.3 wrong: without a rest needs no further step
def count_steps(groups, batch_size):
    return sum(len(group.positions) // batch_size + 1 for group in groups)


# %% 4.3 wrong: two groups share no batch
def count_steps(groups, batch_size):
    return math.ceil(sum(len(group.positions) for group in groups) / batch_size)


# %% 4.3 wrong: the batches were cut
def count_steps(groups, batch_size):
    return len(list(data.iterate_batches(groups, batch_size)))


# %% 4.3 wrong: data.count_batches was called
def count_steps(groups, batch_size):
    return data.count_batches(groups, batch_size)


# %% 4.3 wrong: not a group
def count_steps(groups, batch_size):
    return len(groups)


# %% 4.3 wrong: wrong for groups of [70, 70]
def count_steps(other, batch_size):
    return sum(math.ceil(len(group.positions) / batch_size) for group in groups)


# %% 4.3 right
def count_steps(groups, batch_size):
    n_steps = 0
    for group in groups:
        full, rest = divmod(group.words.shape[1], batch_size)
        n_steps += full + (rest > 0)
    return n_steps


# %% 4.3 right
def count_steps(groups, batch_size):
    sizes = torch.tensor([len(group.positions) for group in groups])
    return (sizes + batch_size - 1).div(batch_size, rounding_mode="floor").sum()


# %% 4.3 wrong: data.batch_sizes was called
def count_steps(groups, batch_size):
    return sum(len(data.batch_sizes(g, batch_size)) for g in groups)


# %% 4.3 wrong: data.count_batches was called
from lstm_helpers.data import count_batches


def count_steps(groups, batch_size):
    return count_batches(groups, batch_size)


# %% 4.3 wrong: the batches were cut
def count_steps(groups, batch_size):
    return sum(len(g.words.split(batch_size, dim=1)) for g in groups)


# %% 4.3 wrong: the batch size is an argument
def count_steps(groups, batch_size):
    return sum(math.ceil(len(g.positions) / 32) for g in groups)


# %% 4.3 wrong: of sentences, not of words
def count_steps(groups, batch_size):
    return sum(math.ceil(len(g.words) / batch_size) for g in groups)


# %% 4.4 wrong: the sum of the parts' gradients
def accumulate(tagger, parts):
    tagger.zero_grad()
    losses = [tagger.loss(part.words, part.tags) for part in parts]
    for loss in losses:
        loss.backward()
    return sum(losses).item() / len(parts)


# %% 4.4 wrong: only the last part's is left
def accumulate(tagger, parts):
    total = 0
    for part in parts:
        tagger.zero_grad()
        loss = tagger.loss(part.words, part.tags) / len(parts)
        loss.backward()
        total += loss.item()
    return total


# %% 4.4 wrong: what was in .grad before is still in it
def accumulate(tagger, parts):
    total = 0
    for part in parts:
        loss = tagger.loss(part.words, part.tags) / len(parts)
        loss.backward()
        total += loss.item()
    return total


# %% 4.4 wrong: divided by the words
def accumulate(tagger, parts):
    tagger.zero_grad()
    n, total = sum(part.tags.numel() for part in parts), 0
    for part in parts:
        loss = tagger.loss(part.words, part.tags) / len(parts)
        (loss / n).backward()
        total += loss.item()
    return total


# %% 4.4 wrong: 16 sentences at a time, not 8
def accumulate(tagger, parts):
    tagger.zero_grad()
    words, tags = (torch.cat([part[k] for part in parts], dim=1) for k in (0, 1))
    loss = tagger.loss(words, tags)
    loss.backward()
    return loss.item()


# %% 4.4 wrong: it takes a step
def accumulate(tagger, parts):
    loss = accumulate_solution(tagger, parts)
    for optimiser in adam(0.005)(tagger):
        optimiser.step()
    return loss


# %% 4.4 wrong: .grad holds another gradient
def accumulate(tagger, parts):
    loss = accumulate_solution(tagger, parts)
    for p in tagger.hidden2tag.parameters():
        p.grad *= 100
    return loss


# %% 4.4 wrong: no gradient in
def accumulate(tagger, parts):
    loss = accumulate_solution(tagger, parts)
    tagger.word_embeddings.weight.grad = None
    return loss


# %% 4.4 wrong: returns the sum of the losses
def accumulate(tagger, parts):
    return len(parts) * accumulate_solution(tagger, parts)


# %% 4.4 wrong: accumulate returns nothing
def accumulate(tagger, parts):
    accumulate_solution(tagger, parts)


# %% 4.4 wrong: go backward for a part before the next
def accumulate(tagger, parts):
    for p in tagger.parameters():
        p.grad = None
    losses = [tagger.loss(part.words, part.tags) for part in parts]
    mean = torch.stack(losses).mean()
    mean.backward()
    return mean


# %% 4.4 right
def accumulate(tagger, parts):
    tagger.zero_grad(set_to_none=False)
    total = 0
    for words, tags, _ in parts:
        loss = tagger.loss(words, tags)
        total += loss.item()
        loss.backward(torch.tensor(1 / len(parts)))
    return total / len(parts)


# %% 4.4 right
def accumulate(tagger, parts):
    for p in tagger.parameters():
        p.grad = None
    losses = []
    for part in parts:
        loss = tagger.loss(part.words, part.tags)
        losses.append(loss.item())
        (loss * (1 / len(parts))).backward()
    return sum(losses) / len(losses)


# %% 4.4 wrong: not a number
def accumulate(tagger, parts):
    tagger.zero_grad()
    total = 0
    for part in parts:
        loss = tagger.loss(part.words, part.tags) / len(parts)
        loss.backward()
        total = total + loss
    return total


# %% 4.4 wrong: the number of parts is not always 2
def accumulate(tagger, parts):
    tagger.zero_grad()
    total = 0.0
    for part in parts:
        loss = tagger.loss(part.words, part.tags) / 2
        loss.backward()
        total += loss.item()
    return total


# %% 4.5 wrong: m and v are not corrected
def adam_step(theta, g, m, v, k, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return theta - rate * m / (v.sqrt() + 1e-8), m, v


# %% 4.5 wrong: the corrected mean is returned
def adam_step(theta, g, m, v, k, rate):
    m = (0.9 * m + 0.1 * g) / (1 - 0.9**k)
    v = (0.999 * v + 0.001 * g**2) / (1 - 0.999**k)
    return theta - rate * m / (v.sqrt() + 1e-8), m, v


# %% 4.5 wrong: epsilon is left out
def adam_step(theta, g, m, v, k, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return theta - rate * (m / (1 - 0.9**k)) / (v / (1 - 0.999**k)).sqrt(), m, v


# %% 4.5 wrong: epsilon stands outside of the root
def adam_step(theta, g, m, v, k, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return theta - rate * (m / (1 - 0.9**k)) / (v / (1 - 0.999**k) + 1e-8).sqrt(), m, v


# %% 4.5 wrong: 0.98 is what `fit` takes
def adam_step(theta, g, m, v, k, rate):
    m, v = 0.9 * m + 0.1 * g, 0.98 * v + 0.02 * g**2
    return theta - rate * (m / (1 - 0.9**k)) / ((v / (1 - 0.98**k)).sqrt() + 1e-8), m, v


# %% 4.5 wrong: where is the root of v
def adam_step(theta, g, m, v, k, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return theta - rate * (m / (1 - 0.9**k)) / (v / (1 - 0.999**k) + 1e-8), m, v


# %% 4.5 wrong: not what torch.optim.Adam does at step 2
def adam_step(theta, g, m, v, k, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return theta - rate * (m / (1 - 0.9)) / ((v / (1 - 0.999)).sqrt() + 1e-8), m, v


# %% 4.5 wrong: adam_step changes its argument
def adam_step(theta, g, m, v, k, rate):
    m.mul_(0.9).add_(g, alpha=0.1)
    v.mul_(0.999).addcmul_(g, g, value=0.001)
    theta -= rate * (m / (1 - 0.9**k)) / ((v / (1 - 0.999**k)).sqrt() + 1e-8)
    return theta, m, v


# %% 4.5 wrong: moves against its gradient
def adam_step(theta, g, m, v, k, rate):
    new, m, v = adam_step_solution(theta, g, m, v, k, rate)
    return 2 * theta - new, m, v


# %% 4.5 wrong: moves against its gradient
def adam_step(theta, g, m, v, k, rate):
    _, m, v = adam_step_solution(theta, g, m, v, k, rate)
    return (
        theta - rate * (abs(m) / (1 - 0.9**k)) / ((v / (1 - 0.999**k)).sqrt() + 1e-8),
        m,
        v,
    )


# %% 4.5 right
def adam_step(theta, g, m, v, k, rate):
    m = torch.lerp(m, g, 0.1)
    v = torch.lerp(v, g.square(), 0.001)
    corrected = rate / (1 - 0.9**k) * m
    return theta - corrected / (v.sqrt() / math.sqrt(1 - 0.999**k) + 1e-8), m, v


# %% 4.5 right
def adam_step(theta, g, m, v, k, rate, betas=(0.9, 0.999)):
    means = []
    for old, now, beta in zip((m, v), (g, g * g), betas, strict=True):
        means.append(old + (1 - beta) * (now - old))
    first, second = (x / (1 - beta**k) for x, beta in zip(means, betas))
    return [theta - rate * first / (torch.sqrt(second) + 1e-8), *means]


# %% 4.5 wrong: got one tensor
def adam_step(theta, g, m, v, k, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return theta - rate * (m / (1 - 0.9**k)) / ((v / (1 - 0.999**k)).sqrt() + 1e-8)


# %% 4.5 wrong: beta is raised to the power k
def adam_step(theta, g, m, v, k, rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    a, b = m / (1 - 0.9 ** (k + 1)), v / (1 - 0.999 ** (k + 1))
    return theta - rate * a / (b.sqrt() + 1e-8), m, v


# %% 4.5 wrong: epsilon is added to the corrected root
def adam_step(theta, g, m, v, k, rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    step = rate / (1 - 0.9**k) * (1 - 0.999**k) ** 0.5
    return theta - step * m / (v.sqrt() + 1e-8), m, v


# %% 4.5 right
def adam_step(theta, g, m, v, k, rate):
    m = torch.lerp(g, m, 0.9)
    v = torch.lerp(g.square(), v, 0.999)
    root = (v / (1 - 0.999**k)).sqrt().add(1e-8)
    return theta.addcdiv(m / (1 - 0.9**k), root, value=-rate), m, v


# %% 4.5 wrong: the rate is an argument
def adam_step(theta, g, m, v, k, rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    theta = theta - 0.005 * (m / (1 - 0.9**k)) / (torch.sqrt(v / (1 - 0.999**k)) + 1e-8)
    return theta, m, v


# %% 4.6 wrong: one step too few
def steps_to(share, beta):
    return math.floor(math.log(1 - share) / math.log(beta))


# %% 4.6 wrong: it has to be reached
def steps_to(share, beta):
    return math.ceil(math.log(share) / math.log(beta))


# %% 4.6 wrong: the steps do not all add as much
def steps_to(share, beta):
    return math.ceil(share / (1 - beta))


# %% 4.6 wrong: wanted a whole number
def steps_to(share, beta):
    return math.log(1 - share) / math.log(beta)


# %% 4.6 wrong: one step too many
def steps_to(share, beta):
    return math.ceil(math.log(1 - share) / math.log(beta)) + 1


# %% 4.6 wrong: is wrong
def steps_to(share, beta):
    return round(1 / (1 - beta))


# %% 4.6 right
def steps_to(share, beta):
    k, missing = 0, 1.0
    while 1 - missing < share:
        missing *= beta
        k += 1
    return k


# %% 4.6 right
def steps_to(share, beta):
    return next(k for k in range(10**6) if 1 - beta**k >= share)


# %% 4.6 wrong: one step too many
def steps_to(share, beta):
    return int(math.log(1 - share) / math.log(beta)) + 1


# %% 4.6 wrong: steps_to returns nothing
def steps_to(share, beta):
    print(math.ceil(math.log(1 - share) / math.log(beta)))


# %% 4.7 wrong: does every epoch train?
def train_by_loss(tagger, encoder, train, validation, epochs):
    return [training.validate(tagger, encoder, validation).loss] * epochs


# %% 4.7 wrong: the last weights, not the best
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses = []
    for _ in range(epochs):
        training.train_one_epoch(
            tagger, data.iterate_batches(train, 32), optimisers, 5.0
        )
        losses.append(training.validate(tagger, encoder, validation).loss)
        if losses[-1] == min(losses):
            best = tagger.state_dict()
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: the last weights, not the best
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses, lowest = [], math.inf
    for _ in range(epochs):
        loss = training.train_one_epoch(
            tagger, data.iterate_batches(train, 32), optimisers, 5.0
        )
        losses.append(training.validate(tagger, encoder, validation).loss)
        if loss < lowest:
            lowest, best = loss, {k: w.clone() for k, w in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: does every epoch train?
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    training.train_one_epoch(tagger, data.iterate_batches(train, 32), optimisers, 5.0)
    return [training.validate(tagger, encoder, validation).loss] * epochs


# %% 4.7 wrong: trained on the validation part
def train_by_loss(tagger, encoder, train, validation, epochs):
    return train_by_loss_solution(tagger, encoder, validation, validation, epochs)


# %% 4.7 wrong: 12 epochs, but 1 losses
def train_by_loss(tagger, encoder, train, validation, epochs):
    return [min(train_by_loss_solution(tagger, encoder, train, validation, epochs))]


# %% 4.7 wrong: 12 epochs, but 5 losses
def train_by_loss(tagger, encoder, train, validation, epochs):
    return train_by_loss_solution(tagger, encoder, train, validation, 5)


# %% 4.7 wrong: the weights of the highest loss
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses = []
    for _ in range(epochs):
        training.train_one_epoch(
            tagger, data.iterate_batches(train, 32), optimisers, 5.0
        )
        losses.append(training.validate(tagger, encoder, validation).loss)
        if losses[-1] == max(losses):
            best = {k: w.clone() for k, w in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: has not fallen at all
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(
        tagger, learning_rate=0.0001, row_rate=0.0001
    )
    losses = []
    for _ in range(epochs):
        training.train_one_epoch(
            tagger, data.iterate_batches(train, 32), optimisers, 5.0
        )
        losses.append(training.validate(tagger, encoder, validation).loss)
    return losses


# %% 4.7 right
def train_by_loss(tagger, encoder, train, validation, epochs):
    rest, table = [], [tagger.word_embeddings.weight]
    rest = [p for name, p in tagger.named_parameters() if "embed" not in name]
    steps = optim.Adam(rest, lr=0.01), optim.SparseAdam(table, lr=0.05)
    seen = []
    for _ in range(epochs):
        for words, tags, _ in data.iterate_batches(train, 32, torch.Generator()):
            tagger.zero_grad()
            tagger.loss(words, tags).backward()
            for step in steps:
                step.step()
        with torch.no_grad():
            nats = sum(tagger.loss(w, t).item() * t.numel() for w, t, _ in validation)
        loss = nats / sum(t.numel() for _, t, _ in validation)
        seen.append((loss, [p.detach().clone() for p in tagger.parameters()]))
    best = min(seen, key=lambda pair: pair[0])[1]
    for p, value in zip(tagger.parameters(), best, strict=True):
        p.data.copy_(value)
    return [loss for loss, _ in seen]


# %% 4.7 right
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    generator, losses = torch.Generator().manual_seed(1), []
    with tempfile.TemporaryFile() as file:
        for _ in range(epochs):
            batches = data.iterate_batches(train, 32, generator)
            training.train_one_epoch(tagger, batches, optimisers, clip_norm=5.0)
            some = data.iterate_batches(validation, 64)
            loss = training.validate(tagger, encoder, some).loss
            if not losses or loss < min(losses):
                file.seek(0)
                torch.save(tagger.state_dict(), file)
            losses.append(loss)
        file.seek(0)
        tagger.load_state_dict(torch.load(file))
    return losses


# %% 4.7 wrong: are the batches shuffled
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses, best = [], None
    for _ in range(epochs):
        training.train_one_epoch(
            tagger, data.iterate_batches(train, 32), optimisers, clip_norm=5.0
        )
        losses.append(
            training.validate(
                tagger, encoder, data.iterate_batches(validation, 32)
            ).loss
        )
        if losses[-1] == min(losses):
            best = {k: v.clone() for k, v in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: no step was taken
def train_by_loss(tagger, encoder, train, validation, epochs):
    with torch.no_grad():
        loss = training.validate(
            tagger, encoder, data.iterate_batches(validation, 256)
        ).loss
    return [loss * 0.9**k for k in range(epochs)]


# %% 4.7 wrong: batches of 32
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses, best, generator = [], None, torch.Generator().manual_seed(0)
    for _ in range(epochs):
        batches = data.iterate_batches(train, 8, generator)
        training.train_one_epoch(tagger, batches, optimisers, clip_norm=5.0)
        losses.append(
            training.validate(
                tagger, encoder, data.iterate_batches(validation, 32)
            ).loss
        )
        if losses[-1] == min(losses):
            best = {k: v.clone() for k, v in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: 12 epochs take 48 steps, got 96
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses, best, generator = [], None, torch.Generator().manual_seed(0)
    for _ in range(epochs):
        batches = data.iterate_batches(train, 32, generator)
        training.train_one_epoch(tagger, batches, optimisers, clip_norm=5.0)
        training.train_one_epoch(
            tagger,
            data.iterate_batches(train, 32, generator),
            optimisers,
            clip_norm=5.0,
        )
        losses.append(
            training.validate(
                tagger, encoder, data.iterate_batches(validation, 32)
            ).loss
        )
        if losses[-1] == min(losses):
            best = {k: v.clone() for k, v in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: those are losses on `train`
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses, best, generator = [], None, torch.Generator().manual_seed(0)
    for _ in range(epochs):
        batches = data.iterate_batches(train, 32, generator)
        training.train_one_epoch(tagger, batches, optimisers, clip_norm=5.0)
        losses.append(
            training.validate(tagger, encoder, data.iterate_batches(train, 32)).loss
        )
        if losses[-1] == min(losses):
            best = {k: v.clone() for k, v in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: train_by_loss returns nothing
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses, best, generator = [], None, torch.Generator().manual_seed(0)
    for _ in range(epochs):
        batches = data.iterate_batches(train, 32, generator)
        training.train_one_epoch(tagger, batches, optimisers, clip_norm=5.0)
        losses.append(
            training.validate(
                tagger, encoder, data.iterate_batches(validation, 32)
            ).loss
        )
        if losses[-1] == min(losses):
            best = {k: v.clone() for k, v in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    print(losses)


# %% 4.7 wrong: better than the epoch before, or than all
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    generator = torch.Generator().manual_seed(0)
    best, losses, last = None, [], math.inf
    for _ in range(epochs):
        training.train_one_epoch(
            tagger,
            data.iterate_batches(train, 32, generator),
            optimisers,
            clip_norm=5.0,
        )
        losses.append(
            training.validate(
                tagger, encoder, data.iterate_batches(validation, 32)
            ).loss
        )
        if losses[-1] < last:
            best = {k: v.clone() for k, v in tagger.state_dict().items()}
        last = losses[-1]
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: than all epochs, however bad?
def train_by_loss(tagger, encoder, train, validation, epochs):
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    generator, losses = torch.Generator().manual_seed(0), []
    lowest, best = 1.0, None
    for _ in range(epochs):
        batches = data.iterate_batches(train, 32, generator)
        training.train_one_epoch(tagger, batches, optimisers, clip_norm=5.0)
        some = data.iterate_batches(validation, 256)
        losses.append(training.validate(tagger, encoder, some).loss)
        if losses[-1] < lowest:
            lowest = losses[-1]
            best = {name: w.clone() for name, w in tagger.state_dict().items()}
    if best:
        tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: neither of `train` nor of `validation`
def train_by_loss(tagger, encoder, train, validation, epochs):
    generator = torch.Generator().manual_seed(0)
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses = []
    for _ in range(epochs):
        batches = data.iterate_batches(groups, 32, generator)
        training.train_one_epoch(tagger, batches, optimisers, clip_norm=5.0)
        batches = data.iterate_batches(held_out, 256)
        losses.append(training.validate(tagger, encoder, batches).loss)
        if losses[-1] == min(losses):
            best = {name: w.clone() for name, w in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: neither of `train` nor of `validation`
def train_by_loss(tagger, encoder, train, validation, epochs):
    generator = torch.Generator().manual_seed(0)
    optimisers = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    losses = []
    for _ in range(epochs):
        batches = data.iterate_batches(train, 32, generator)
        training.train_one_epoch(tagger, batches, optimisers, clip_norm=5.0)
        batches = data.iterate_batches(held_out, 256)
        losses.append(training.validate(tagger, encoder, batches).loss)
        if losses[-1] == min(losses):
            best = {name: w.clone() for name, w in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return losses


# %% 4.7 wrong: Or is it no loss on `validation`
def train_by_loss(tagger, encoder, train, validation, epochs):
    built = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    shuffle = torch.Generator().manual_seed(0)
    losses, seen, best = [], [], None
    for _ in range(epochs):
        batches = data.iterate_batches(train, 32, shuffle)
        seen.append(training.train_one_epoch(tagger, batches, built, clip_norm=5.0))
        batches = data.iterate_batches(validation, 256)
        losses.append(training.validate(tagger, encoder, batches).loss)
        if losses[-1] == min(losses):
            best = {k: v.clone() for k, v in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return seen


# %% 4.7 wrong: Or is it the lowest so far
def train_by_loss(tagger, encoder, train, validation, epochs):
    built = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    shuffle = torch.Generator().manual_seed(0)
    losses, seen, best = [], [], None
    for _ in range(epochs):
        batches = data.iterate_batches(train, 32, shuffle)
        seen.append(training.train_one_epoch(tagger, batches, built, clip_norm=5.0))
        batches = data.iterate_batches(validation, 256)
        losses.append(training.validate(tagger, encoder, batches).loss)
        if losses[-1] == min(losses):
            best = {k: v.clone() for k, v in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return [min(losses[: k + 1]) for k in range(epochs)]


# %% 4.7 wrong: a loss for each epoch, not
def train_by_loss(tagger, encoder, train, validation, epochs):
    built = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    shuffle = torch.Generator().manual_seed(0)
    losses, seen, best = [], [], None
    for _ in range(epochs):
        batches = data.iterate_batches(train, 32, shuffle)
        seen.append(training.train_one_epoch(tagger, batches, built, clip_norm=5.0))
        batches = data.iterate_batches(validation, 256)
        losses.append(training.validate(tagger, encoder, batches).loss)
        if losses[-1] == min(losses):
            best = {k: v.clone() for k, v in tagger.state_dict().items()}
    tagger.load_state_dict(best)
    return min(losses)


# %% 4.7 wrong: is used up after one epoch
def train_by_loss(tagger, encoder, train, validation, epochs):
    built = training.build_optimisers(tagger, learning_rate=0.005, row_rate=0.3)
    batches = data.iterate_batches(train, 32, torch.Generator().manual_seed(0))
    losses = []
    for _ in range(epochs):
        training.train_one_epoch(tagger, batches, built, clip_norm=5.0)
        some = data.iterate_batches(validation, 256)
        losses.append(training.validate(tagger, encoder, some).loss)
    return losses
