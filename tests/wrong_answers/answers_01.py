# %% 1.1 wrong: 0 and 1 bound a gate
bounds = (0, 1)
# %% 1.1 wrong: the lower bound comes first
bounds = 1, -1
# %% 1.1 wrong: f = 0 erases the old C, but i = 1 writes
bounds = (0, 0)
# %% 1.1 wrong: the old C adds nothing
bounds = (-2, 2)
# %% 1.1 wrong: nothing squashes C, but
bounds = (-np.inf, np.inf)
# %% 1.1 wrong: which term of (1.5) is left
bounds = (-0.5, 0.5)
# %% 1.1 wrong: which term of (1.5) is left
bounds = "between -1 and 1"
# %% 1.1 right
bounds = [-1.0, 1.0]
# %% 1.1 right
bounds = tuple(np.tanh([-1000, 1000]))

# %% 1.2 wrong: a gate lies between 0 and 1
f_half = -(0.5 ** (1 / 20))
# %% 1.2 wrong: brackets: ** binds
f_half = 0.5**1 / 20
# %% 1.2 wrong: C is multiplied by f at every word
f_half = 1 - 0.5 / 20
# %% 1.2 wrong: halves C at each single word
f_half = 0.5
# %% 1.2 wrong: keeps 48.2% over 20 words
f_half = 0.5 ** (1 / 19)
# %% 1.2 wrong: keeps 54.4% over 20 words
f_half = 0.97
# %% 1.2 wrong: wanted one number
f_half = [0.5 ** (1 / 20)]
# %% 1.2 right
f_half = 0.9659
# %% 1.2 right
f_half = np.exp(-np.log(2) / 20)


# %% 1.2 wrong: wanted one number
f_half = None


# %% 1.3 wrong: is W = 1.0 ever below 0.2
fallen = (3, 10, 30)
# %% 1.3 wrong: both fall below 0.2
fallen = (3, None, None)
# %% 1.3 wrong: the smaller W falls faster
fallen = (10, 3, None)
# %% 1.3 wrong: W = 0.9 is not yet or long below
fallen = (3, 15, None)
# %% 1.3 wrong: W = 0.5 is below earlier than at 6
fallen = (6, 10, None)
# %% 1.3 wrong: one for each RNN
fallen = (3, 10, None, None)
# %% 1.3 right
fallen = [2, 9, None]
# %% 1.3 right
fallen = (3.5, 9, None)


# %% 1.3 wrong: one for each RNN
fallen = 3


# %% 1.3 wrong: numbers, not
fallen = ("3", "10", None)


# %% 1.3 wrong: steps are counted, not points
fallen = (4, 12, None)


# %% 1.4 wrong: that is the way back
def reorder(array):
    i, f, a, o = np.split(array, 4)
    return np.concatenate([i, o, f, a])


# %% 1.4 wrong: nothing has moved
def reorder(array):
    return array


# %% 1.4 wrong: a and f are the wrong way round
def reorder(array):
    i, o, f, a = np.split(array, 4)
    return np.concatenate([i, a, f, o])


# %% 1.4 wrong: the rows are not i, f, a, o
def reorder(array):
    return array.reshape(-1, 4, *array.shape[1:])[:, [0, 2, 3, 1]].reshape(array.shape)


# %% 1.4 wrong: got the shape
def reorder(array):
    return array[[0, 1, 4, 5, 6, 7, 2, 3]] if len(array) >= 8 else array[:1]


# %% 1.4 wrong: the rows are not i, f, a, o
def reorder(array):
    return np.concatenate([W_i, W_f, W_a, W_o])


# %% 1.4 wrong: reorder changes its argument
def reorder(array):
    n = len(array) // 4
    array[n:] = np.concatenate([array[2 * n :], array[n : 2 * n]])
    return array


# %% 1.4 wrong: reorder returns nothing
def reorder(array):
    i, o, f, a = np.split(array, 4)
    print(np.concatenate([i, f, a, o]))


# %% 1.4 right
def reorder(array):
    n = len(array) // 4
    return (
        np.vstack([array[:n], array[2 * n :], array[n : 2 * n]])
        if array.ndim > 1
        else (np.hstack([array[:n], array[2 * n :], array[n : 2 * n]]))
    )


# %% 1.4 right
reorder = lambda array: array.reshape(4, -1, *array.shape[1:])[[0, 2, 3, 1]].reshape(
    array.shape
)

# %% 1.5 wrong: a second 1 adds up
latch = Weights(
    W=np.zeros((4, 1)),
    U=np.array([[40.0], [0.0], [20.0], [0.0]]),
    b=np.array([-20.0, 20.0, 0.0, 20.0]),
)
# %% 1.5 wrong: nothing is kept
latch = Weights(
    W=np.zeros((4, 1)),
    U=np.array([[40.0], [0.0], [20.0], [0.0]]),
    b=np.array([-20.0, -20.0, 0.0, 20.0]),
)
# %% 1.5 wrong: nothing is written
latch = Weights(np.zeros((4, 1)), np.zeros((4, 1)), np.array([-20.0, 20.0, 0.0, 20.0]))
# %% 1.5 wrong: 1 is written at x = 0, too
latch = Weights(np.zeros((4, 1)), np.zeros((4, 1)), np.array([20.0, -20.0, 20.0, 20.0]))
# %% 1.5 wrong: o is to be always open
latch = Weights(
    W=np.zeros((4, 1)),
    U=np.array([[40.0], [-40.0], [20.0], [0.0]]),
    b=np.array([-20.0, 20.0, 0.0, -20.0]),
)
# %% 1.5 wrong: C is wrong
latch = Weights(
    W=np.zeros((4, 1)),
    U=np.array([[20.0], [-40.0], [20.0], [0.0]]),
    b=np.array([-20.0, 20.0, 0.0, 20.0]),
)
# %% 1.5 wrong: C is wrong
latch = Weights(
    W=np.zeros((4, 1)),
    U=np.array([[40.0], [-40.0], [0.0], [20.0]]),
    b=np.array([-20.0, 20.0, 20.0, 0.0]),
)._replace(b=np.array([-20.0, 3.0, 20.0, 20.0]))
# %% 1.5 wrong: all W are to be zero
latch = Weights(
    W=np.array([[0.0], [0.0], [0.0], [1.0]]),
    U=np.array([[40.0], [-40.0], [20.0], [0.0]]),
    b=np.array([-20.0, 20.0, 0.0, 20.0]),
)
# %% 1.5 wrong: the shapes of W, U, b are
latch = Weights(
    W=np.zeros((4, 1)),
    U=np.array([40.0, -40.0, 20.0, 0.0]),
    b=np.array([-20.0, 20.0, 0.0, 20.0]),
)
# %% 1.5 right
latch = Weights(
    W=np.zeros((4, 1)),
    U=np.array([[30.0], [-30.0], [0.0], [0.0]]),
    b=np.array([-15.0, 15.0, 10.0, 15.0]),  # the candidate is always 1
)
# %% 1.5 right
b = np.array([-50, 50, -20, 50])
latch = Weights(np.zeros((4, 1)), np.array([[100], [-100], [40], [0]]), b)


# %% 1.5 wrong: at x = 1 i, f, a are 1.00, 0.50, 1.00
latch = Weights(
    np.zeros((4, 1)),
    np.array([[40.0], [-20.0], [20.0], [0.0]]),
    np.array([-20.0, 20.0, 0.0, 20.0]),
)
# %% 1.5 right
latch = Weights(  # only what i lets in counts, so a may always be 1
    W=np.zeros((4, 1)),
    U=np.array([[100.0], [-80.0], [0.0], [0.0]]),
    b=np.array([-50.0, 40.0, 30.0, 60.0]),
)


# %% 1.6 wrong: that is layer 0
def run_layers(x, lstm):
    return equations.lstm_sequence(x, equations.weights_from_torch(lstm)).h


# %% 1.6 wrong: layer 1 has weights of its own
def run_layers(x, lstm):
    for _ in range(lstm.num_layers):
        x = equations.lstm_sequence(x, equations.weights_from_torch(lstm)).h
    return x


# %% 1.6 wrong: not the uppermost layer's h
def run_layers(x, lstm):
    for layer in range(lstm.num_layers):
        x = equations.lstm_sequence(
            x, equations.weights_from_torch(lstm, layer=layer)
        ).c
    return x


# %% 1.6 wrong: the module itself was called
def run_layers(x, lstm):
    return lstm(torch.from_numpy(x))[0].detach().numpy()


# %% 1.6 wrong: `lstm.num_layers` says how many
def run_layers(x, lstm):
    x = equations.lstm_sequence(x, equations.weights_from_torch(lstm, layer=0)).h
    if lstm.num_layers == 1:
        return x
    return equations.lstm_sequence(x, equations.weights_from_torch(lstm, layer=1)).h


# %% 1.6 wrong: got the shape
def run_layers(x, lstm):
    for layer in range(lstm.num_layers):
        x = equations.lstm_sequence(
            x, equations.weights_from_torch(lstm, layer=layer)
        ).h
    return x[-1]


# %% 1.6 wrong: not the uppermost layer's h
def run_layers(x, lstm):
    for layer in reversed(range(lstm.num_layers)):
        x = equations.lstm_sequence(
            x, equations.weights_from_torch(lstm, layer=layer)
        ).h
    return x


# %% 1.6 right
def run_layers(x, lstm, layer=0):
    weights = equations.weights_from_torch(lstm, 0, layer)
    h = c = np.zeros((x.shape[1], lstm.hidden_size))
    states = []
    for x_t in x:
        h, c = equations.lstm_step(x_t, h, c, weights)[-1:-3:-1]
        states.append(h)
    above = layer + 1
    return (
        np.stack(states)
        if above == lstm.num_layers
        else run_layers(np.stack(states), lstm, above)
    )


# %% 1.6 right
def run_layers(x, lstm):
    seen = [x]
    for k in range(lstm.num_layers):
        run = equations.lstm_sequence(
            seen[-1], equations.weights_from_torch(lstm, layer=k)
        )
        seen.append(run.o * np.tanh(run.c))
    return torch.tensor(seen[-1])


# %% 1.6 wrong: `lstm.num_layers` says how many
def run_layers(x, lstm):
    h = equations.lstm_sequence(x, equations.weights_from_torch(lstm, layer=0)).h
    return equations.lstm_sequence(h, equations.weights_from_torch(lstm, layer=1)).h


# %% 1.6 wrong: the next layer reads h, not C
def run_layers(x, lstm):
    for k in range(lstm.num_layers):
        run = equations.lstm_sequence(x, equations.weights_from_torch(lstm, layer=k))
        x = run.c
    return run.h


# %% 1.6 wrong: the uppermost layer has read x itself
def run_layers(x, lstm):
    for k in range(lstm.num_layers):
        weights = equations.weights_from_torch(lstm, layer=k)
        h = equations.lstm_sequence(x, weights).h
    return h


# %% 1.6 right
def run_layers(x, lstm, layer=None):
    layer = lstm.num_layers - 1 if layer is None else layer
    below = run_layers(x, lstm, layer - 1) if layer else x
    weights = equations.weights_from_torch(lstm, layer=layer)
    return equations.lstm_sequence(below, weights).h


# %% 1.7 wrong: that holds for f_max = 1 alone
def c_bound(t, f_max):
    return t


# %% 1.7 wrong: one power too many
def c_bound(t, f_max):
    return sum(f_max**k for k in range(t + 1))


# %% 1.7 wrong: the first term is 1
def c_bound(t, f_max):
    return sum(f_max**k for k in range(1, t + 1))


# %% 1.7 wrong: that is the limit for many steps
def c_bound(t, f_max):
    return 1 / (1 - f_max) if f_max < 1 else t


# %% 1.7 wrong: what is left of the first step alone
def c_bound(t, f_max):
    return f_max ** (t - 1)


# %% 1.7 wrong: c_bound(3, 1.00) is wrong
def c_bound(t, f_max):
    return (1 - f_max**t) / (1 - f_max + 1e-12)


# %% 1.7 right
def c_bound(t, f_max):
    return t if f_max == 1 else (1 - f_max**t) / (1 - f_max)


# %% 1.7 right
def c_bound(t, f_max):
    bound = 0
    for _ in range(t):
        bound = f_max * bound + 1
    return bound


# %% 1.7 wrong: c_bound(3, 1) divides by 0
def c_bound(t, f_max):
    return (1 - f_max**t) / (1 - f_max)


# %% 1.7 wrong: that holds for f_max = 1 alone
def c_bound(t, f_max):
    return t if f_max > 0.99 else (1 - f_max**t) / (1 - f_max)


# %% 1.7 right
def c_bound(t, f_max):
    return 1.0 + f_max * c_bound(t - 1, f_max) if t > 1 else 1.0


# %% 1.8 wrong: r multiplies the state before the matrix does
def run_gru(x, W, U, b):
    (W_r, W_z, W_n), states = np.split(W, 3), []
    h = np.zeros((x.shape[1], W.shape[1]))
    for x_t in x:
        x_r, x_z, x_n = np.split(x_t @ U.T + b, 3, axis=1)
        r, z = sigmoid(h @ W_r.T + x_r), sigmoid(h @ W_z.T + x_z)
        h = z * h + (1 - z) * np.tanh(r * (h @ W_n.T) + x_n)
        states.append(h)
    return np.stack(states)


# %% 1.8 wrong: z keeps the old state, and 1 - z writes
def run_gru(x, W, U, b):
    (W_r, W_z, W_n), states = np.split(W, 3), []
    h = np.zeros((x.shape[1], W.shape[1]))
    for x_t in x:
        x_r, x_z, x_n = np.split(x_t @ U.T + b, 3, axis=1)
        r, z = sigmoid(h @ W_r.T + x_r), sigmoid(h @ W_z.T + x_z)
        h = (1 - z) * h + z * np.tanh((r * h) @ W_n.T + x_n)
        states.append(h)
    return np.stack(states)


# %% 1.8 wrong: the rows are r, z, n
def run_gru(x, W, U, b):
    (W_z, W_r, W_n), states = np.split(W, 3), []
    h = np.zeros((x.shape[1], W.shape[1]))
    for x_t in x:
        x_z, x_r, x_n = np.split(x_t @ U.T + b, 3, axis=1)
        r, z = sigmoid(h @ W_r.T + x_r), sigmoid(h @ W_z.T + x_z)
        h = z * h + (1 - z) * np.tanh((r * h) @ W_n.T + x_n)
        states.append(h)
    return np.stack(states)


# %% 1.8 wrong: each block has its bias
def run_gru(x, W, U, b):
    (W_r, W_z, W_n), states = np.split(W, 3), []
    h = np.zeros((x.shape[1], W.shape[1]))
    for x_t in x:
        x_r, x_z, x_n = np.split(x_t @ U.T, 3, axis=1)
        r, z = sigmoid(h @ W_r.T + x_r), sigmoid(h @ W_z.T + x_z)
        h = z * h + (1 - z) * np.tanh((r * h) @ W_n.T + x_n)
        states.append(h)
    return np.stack(states)


# %% 1.8 wrong: h at every step, not the last one alone
def run_gru(x, W, U, b):
    W_r, W_z, W_n = np.split(W, 3)
    h = np.zeros((x.shape[1], W.shape[1]))
    for x_t in x:
        x_r, x_z, x_n = np.split(x_t @ U.T + b, 3, axis=1)
        r, z = sigmoid(h @ W_r.T + x_r), sigmoid(h @ W_z.T + x_z)
        h = z * h + (1 - z) * np.tanh((r * h) @ W_n.T + x_n)
    return h


# %% 1.8 wrong: wrong for H = 1 and E = 2
def run_gru(x, W, U, b):
    (W_r, W_z, W_n), states = np.split(W, 3), []
    h = np.zeros((x.shape[1], W.shape[1]))
    for x_t in x:
        x_r, x_z, x_n = np.split(x_t @ U.T + b, 3, axis=1)
        r, z = sigmoid(h @ W_r.T + x_r), sigmoid(h @ W_z.T + x_z)
        h = z * h + (1 - z) * sigmoid((r * h) @ W_n.T + x_n)
        states.append(h)
    return np.stack(states)


# %% 1.8 right
def run_gru(x, W, U, b):
    H = W.shape[1]
    states = [np.zeros((x.shape[1], H))]
    for x_t in x:
        h, to_x = states[-1], x_t @ U.T + b
        gates = sigmoid(h @ W[: 2 * H].T + to_x[:, : 2 * H])
        r, z = gates[:, :H], gates[:, H:]
        n = np.tanh((r * h) @ W[2 * H :].T + to_x[:, 2 * H :])
        states.append(n + z * (h - n))
    return np.array(states[1:])


# %% 1.8 right
def run_gru(x, W, U, b):
    W, U, b = (torch.from_numpy(each).chunk(3) for each in (W, U, b))
    h = torch.zeros(x.shape[1], W[0].shape[0]).double()
    states = []
    for x_t in torch.from_numpy(x):
        r, z = (torch.sigmoid(h @ W[k].T + x_t @ U[k].T + b[k]) for k in (0, 1))
        n = torch.tanh((r * h) @ W[2].T + x_t @ U[2].T + b[2])
        h = torch.lerp(n, h, z)
        states.append(h)
    return torch.stack(states)
