"""Tag scores -> the likelihood of a tag path, the best path: a linear-chain CRF.

Works on batches of sentences of equal length, time first: emissions (T, B, K) are the
scores of K tags for T words of B sentences.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lstm_helpers.data.iob2 import may_follow
from lstm_helpers.models.heads import Head
from lstm_helpers.models.mentions import (
    Chain,
    continuations,
    find_probable,
    write_tags,
)

_LARGEST = 1e300  # the size of a score; float64 then holds sums of them
_NARROW = 300.0  # nats; no share of a sum is then below exp(-2 * 300)


class CRF(Head):
    """Scores for a path's first tag, its last, and every pair of neighbours.

    Parameters
    ----------
    tags : sequence of str, length K
        The tags in the order of their ids, in the scheme IOB2.

    Attributes
    ----------
    start, end : Parameter of shape (K,)
    transitions : Parameter of shape (K, K)
        ``transitions[j, k]`` scores tag j followed by tag k.
    may_start, may_follow : Tensor of shape (K,) and (K, K), bool
        From :func:`legal_steps`. What they forbid has probability 0 and is never
        predicted, whatever finite numbers the scores and the parameters are.

    Raises
    ------
    ValueError
        If there is an I- whose B- is missing, which no path could reach, or no O.

    References
    ----------
    Lafferty, McCallum and Pereira (2001), https://repository.upenn.edu/cis_papers/159 ;
    on top of an LSTM: Huang, Xu and Yu (2015), doi:10.48550/arXiv.1508.01991.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__()
        wanted = ["O", *(f"B{tag[1:]}" for tag in tags if tag[0] == "I")]
        missing = [tag for tag in wanted if tag not in tags]
        if missing:
            raise ValueError(f"tags: got {', '.join(tags)}, wanted {missing[0]} too")
        K = len(tags)
        self.start = nn.Parameter(torch.zeros(K))
        self.end = nn.Parameter(torch.zeros(K))
        self.transitions = nn.Parameter(torch.zeros(K, K))
        self.outside = [*tags].index("O")
        self.may_start: Tensor
        self.may_follow: Tensor
        self.goes_on: Tensor
        self.begins: Tensor
        may_start, may_follow = legal_steps(tags)
        for name, rule in {
            "may_start": may_start,
            "may_follow": may_follow,
            "goes_on": continuations(tags),
            "begins": torch.tensor([tag[0] == "B" for tag in tags], device="cpu"),
        }.items():
            self.register_buffer(name, rule, persistent=False)

    def scores(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return start (K,), end (K,) and transitions (K, K), the forbidden at -inf."""
        return (
            self.start.masked_fill(~self.may_start, -torch.inf),
            self.end,
            self.transitions.masked_fill(~self.may_follow, -torch.inf),
        )

    def forward(self, emissions: Tensor, tags: Tensor) -> Tensor:
        """Compute the log-likelihood of each sentence's tags.

        Parameters
        ----------
        emissions : Tensor of shape (T, B, K), float
        tags : Tensor of shape (T, B), int64

        Returns
        -------
        Tensor of shape (B,)
            In nats, at most 0; -inf for a path that IOB2 forbids.

        Raises
        ------
        ValueError
            If the shapes do not fit together, or a sentence has no word.
        """
        self._check(emissions)
        if tags.shape != emissions.shape[:2]:
            got, wanted = tuple(tags.shape), tuple(emissions.shape[:2])
            raise ValueError(f"tags: got shape {got}, wanted {wanted}")
        inputs = emissions, tags, *self.scores()
        if not self._is_narrow(emissions):
            return _log_likelihood(*inputs)
        return _LogLikelihood.apply(*inputs)  # type: ignore[no-untyped-call]

    def loss(self, scores: Tensor, tags: Tensor) -> Tensor:
        """Compute how surprising the gold paths are: mean, in nats a word.

        Parameters
        ----------
        scores : Tensor of shape (T, B, K), float
            The emissions.
        tags : Tensor of shape (T, B), int64

        Returns
        -------
        Tensor of shape ()
        """
        return -self(scores, tags).sum() / tags.numel()

    def probabilities(self, scores: Tensor) -> Tensor:
        """Compute each tag's marginal probability for every word, over all paths.

        Parameters
        ----------
        scores : Tensor of shape (T, B, K), float
            The emissions.

        Returns
        -------
        Tensor of shape (T, B, K)
            A row sums to 1.

        Raises
        ------
        ValueError
            If the shape does not fit, or a score or parameter is not finite.
        """
        return self.chain(scores).marginals.to(scores.dtype)

    def chain(self, scores: Tensor) -> Chain:
        """Compute how probable tags are, and how probable after one another.

        Parameters
        ----------
        scores : Tensor of shape (T, B, K), float
            The emissions.

        Returns
        -------
        Chain
            In float64.

        Raises
        ------
        ValueError
            As :meth:`probabilities`.
        """
        self._check(scores)
        with torch.no_grad():
            if not self._is_narrow(scores):
                self._check_finite(scores)
                return _chain_in_logs(scores, *self.scores())
            alpha, after, beta, _ = _sweep(scores, *self.scores())
            M = self.scores()[2].double().exp()
        return Chain(
            _normalise(alpha * beta),  # (7.7)
            lambda t, b, j, k: M[j, k] * after[t + 1, b, k] / beta[t, b, j],  # (7.11)
        )

    def decode(self, scores: Tensor) -> Tensor:
        """Predict the mentions that are more probable than not.

        Parameters
        ----------
        scores : Tensor of shape (T, B, K), float
            The emissions.

        Returns
        -------
        Tensor of shape (T, B), int64
            Legal in IOB2.

        Raises
        ------
        ValueError
            As :meth:`probabilities`.
        """
        chain, (T, B, _) = self.chain(scores), scores.shape
        found = find_probable(chain, self.goes_on, self.begins)
        return write_tags(found, (T, B), self.outside, self.goes_on)

    def best_path(self, scores: Tensor) -> Tensor:
        """Find the path with the highest score for each sentence, by Viterbi.

        Parameters
        ----------
        scores : Tensor of shape (T, B, K), float
            The emissions.

        Returns
        -------
        Tensor of shape (T, B), int64
            Legal in IOB2. Between equal scores the lower tag id wins, from the end on.

        Raises
        ------
        ValueError
            If the shape does not fit, or a score or parameter is not finite.

        References
        ----------
        Viterbi (1967), doi:10.1109/TIT.1967.1054010.
        """
        self._check(scores)
        self._check_finite(scores)
        with torch.no_grad():
            start, end, transitions = (values.double() for values in self.scores())
            return find_best_path(_lower(scores.mT, dim=1), start, end, transitions)

    def k_best(self, emissions: Tensor, k: int) -> tuple[Tensor, Tensor]:
        """Find the k paths with the highest scores for each sentence.

        Parameters
        ----------
        emissions : Tensor of shape (T, B, K), float
        k : int
            At least 1.

        Returns
        -------
        paths : Tensor of shape (k, T, B), int64
            The best first. There are fewer where K ** T is below k.
        scores : Tensor of shape (k, B)
            Their scores, falling; -inf where IOB2 allows fewer than k paths.

        Raises
        ------
        ValueError
            If the shape does not fit, a score or parameter is not finite, or k is below
            1.
        """
        self._check(emissions)
        self._check_finite(emissions)
        if k < 1:
            raise ValueError(f"k: got {k}, wanted at least 1")
        with torch.no_grad():
            start, end, transitions = self.scores()
            K, e = len(start), emissions.transpose(1, 2).double()  # (T, K, B)
            best = (e[0] + start.unsqueeze(1)).unsqueeze(0)  # (ranks, K, B)
            came_from = []
            for e_t in e[1:]:
                ways = best.unsqueeze(2) + transitions.unsqueeze(2)  # (ranks, K, K, B)
                ways = ways.flatten(0, 1)
                best, origin = ways.topk(min(k, len(ways)), dim=0)
                best = best + e_t
                came_from.append(origin)  # rank * K + tag, of the word before
            last = (best + end.unsqueeze(1)).flatten(0, 1)  # (ranks * K, B)
            scores, place = last.topk(min(k, len(last)), dim=0)
            path = [place % K]
            for origin in came_from[::-1]:
                place = origin.flatten(0, 1).gather(0, place)
                path.append(place % K)
            return torch.stack(path[::-1], dim=1), scores.to(emissions.dtype)

    def _check(self, emissions: Tensor) -> None:
        K = len(self.start)
        if emissions.dim() != 3 or emissions.shape[2] != K or not len(emissions):
            got = tuple(emissions.shape)
            wanted = f"(T, B, {K}) with T >= 1"
            raise ValueError(f"emissions: got shape {got}, wanted {wanted}")

    def _extent(self, emissions: Tensor) -> tuple[float, float, float]:
        """Return the lowest and the highest emission, and the largest other score."""
        own = torch.cat([self.start, self.end, self.transitions.flatten()]).detach()
        own_low, own_high = own.aminmax()
        low, high = (
            emissions.detach().aminmax() if emissions.numel() else (own_low,) * 2
        )
        return low.item(), high.item(), max(-own_low.item(), own_high.item())

    def _is_narrow(self, emissions: Tensor) -> bool:
        """Say whether the scores are so close that no sum of paths leaves float64."""
        low, high, own = self._extent(emissions)
        return high - low + 2 * own <= _NARROW

    def _check_finite(self, emissions: Tensor) -> float:
        """Return the largest size of all scores; refuse one that is not finite."""
        low, high, own = self._extent(emissions)
        for name, size in ("emissions", max(-low, high)), ("parameters", own):
            if not size <= _LARGEST:  # no number, either
                wanted = f"finite numbers of at most {_LARGEST:g}"
                raise ValueError(f"{name}: got {size}, wanted {wanted}")
        return max(-low, high, own)


class _LogLikelihood(torch.autograd.Function):
    """The log-likelihood of tag paths, with its derivatives written out.

    They are equation (7.8): how often something is in the given path, less how often it
    is to be expected. Autograd would record every step, and walk back over all of them;
    beta is that walk, and nothing has to be recorded. Not made for second derivatives.
    """

    @staticmethod
    def forward(
        ctx: Any,
        emissions: Tensor,
        tags: Tensor,
        start: Tensor,
        end: Tensor,
        transitions: Tensor,
    ) -> Tensor:
        """Compute the log-likelihoods, (B,)."""
        alpha, after, beta, log_z = _sweep(emissions, start, end, transitions)
        score = emissions.gather(2, tags.unsqueeze(2)).squeeze(2).double().sum(dim=0)
        score = score + start[tags[0]] + end[tags[-1]]
        score += transitions[tags[:-1], tags[1:]].double().sum(dim=0)  # (7.1)
        ctx.save_for_backward(tags, transitions, alpha, after, beta)
        ctx.dtype = emissions.dtype
        return (score - log_z).to(emissions.dtype)  # (7.2)

    @staticmethod
    def backward(ctx: Any, weight: Tensor) -> tuple[Tensor | None, ...]:
        """Turn each sentence's weight, (B,), into derivatives by the scores."""
        tags, transitions, alpha, after, beta = ctx.saved_tensors
        weight, K = weight.double(), alpha.shape[2]
        d_e = -_normalise(alpha * beta)
        d_e.scatter_add_(2, tags.unsqueeze(2), torch.ones_like(d_e[..., :1]))
        d_e *= weight.unsqueeze(1)  # (7.8)
        M = transitions.double().exp()
        before, after = alpha[:-1], after[1:]
        total = ((before @ M) * after).sum(dim=2, keepdim=True)
        before = before * (weight.unsqueeze(1) / total)
        d_transitions = -M * (before.reshape(-1, K).T @ after.reshape(-1, K))
        pairs = (tags[:-1] * K + tags[1:]).flatten()
        d_transitions.view(-1).index_add_(0, pairs, weight.repeat(len(tags) - 1))
        by_scores = d_e, None, d_e[0].sum(dim=0), d_e[-1].sum(dim=0), d_transitions
        return tuple(None if d is None else d.to(ctx.dtype) for d in by_scores)


def forward_backward(
    emissions: Tensor, start: Tensor, end: Tensor, transitions: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Add up all paths to every tag, from the left and from the right.

    Parameters
    ----------
    emissions : Tensor of shape (T, B, K), float
    start, end : Tensor of shape (K,), float
    transitions : Tensor of shape (K, K), float
        -inf where forbidden.

    Returns
    -------
    alpha, beta : Tensor of shape (T, B, K), float64
        ``alpha[t, b, k]`` is the sum over all paths up to t that end in k, scaled to
        sum to 1 over k; ``beta`` of all that go on from there. Their product, scaled,
        is the tag's probability.
    log_z : Tensor of shape (B,), float64
        The logarithm of the sum over all paths.

    Notes
    -----
    In probabilities rather than logarithms, since a step is then one matrix product.
    Float64 has room for scores some 700 nats apart; :class:`CRF` does not ask for more.

    References
    ----------
    Rabiner (1989), doi:10.1109/5.18626, section V.A on scaling.
    """
    alpha, _, beta, log_z = _sweep(emissions, start, end, transitions)
    return alpha, beta, log_z


def find_best_path(
    emissions: Tensor, start: Tensor, end: Tensor, transitions: Tensor
) -> Tensor:
    """Find the path with the highest score, by Viterbi.

    In what :func:`torch.jit.script` understands, so that a tagger can be exported.

    Parameters
    ----------
    emissions : Tensor of shape (T, K, B), float64
        The tags before the sentences, which is quicker here.
    start, end : Tensor of shape (K,), float64
    transitions : Tensor of shape (K, K), float64
        -inf where forbidden.

    Returns
    -------
    Tensor of shape (T, B), int64
        Between equal scores the lower tag id wins, from the end on.
    """
    steps = transitions.unsqueeze(2)
    best = [emissions[0] + start.unsqueeze(1)]  # the best path up to t that ends in k
    for e_t in emissions[1:]:
        ways = best[-1].unsqueeze(1) + steps  # (K, K, B)
        v = ways.amax(dim=0).add_(e_t)  # (7.9)
        best.append(v.sub_(v.amax(dim=0)))  # near 0, else digits go astray
    path = [(best[-1] + end.unsqueeze(1)).argmax(dim=0)]  # (B,)
    for t in range(len(best) - 2, -1, -1):
        ways = best[t] + transitions.index_select(1, path[-1])  # (K, B)
        path.append(ways.argmax(dim=0))  # (7.10)
    return torch.stack(path[::-1])


def _sweep(
    emissions: Tensor, start: Tensor, end: Tensor, transitions: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Compute alpha, e times beta scaled to sum to 1, beta, and log Z."""
    scores = emissions.mT  # (T, K, B): the quickest order for what follows
    e = _lower(scores, dim=1).exp_().contiguous()
    start, end, M = (values.double().exp() for values in (start, end, transitions))
    alpha, after, beta = (torch.empty_like(e) for _ in range(3))
    totals = e.new_empty(len(e), e.shape[2])
    a = start.unsqueeze(1) * e[0]  # (K, B), (7.3)
    beta[-1] = end.unsqueeze(1)
    b = beta[-1] * e[-1]
    for t in range(len(e)):  # the way there and, from the end, the way back
        s = len(e) - 1 - t
        if t:
            a = torch.mm(M.T, alpha[t - 1]).mul_(e[t])  # (7.4)
            b = torch.mm(M, after[s + 1], out=beta[s]) * e[s]  # (7.6)
        torch.sum(a, dim=0, out=totals[t])
        torch.div(a, totals[t], out=alpha[t])
        torch.div(b, b.sum(dim=0), out=after[s])
    log_z = totals.log().sum(dim=0) + scores.amax(dim=1).double().sum(dim=0)
    log_z += (end @ alpha[-1]).log()  # (7.5)
    return alpha.mT, after.mT, beta.mT, log_z


def _log_likelihood(
    emissions: Tensor, tags: Tensor, start: Tensor, end: Tensor, transitions: Tensor
) -> Tensor:
    """Compute the log-likelihoods, (B,), of scores that are far apart."""
    e = emissions.double()
    gold = e.gather(2, tags.unsqueeze(2)).squeeze(2)  # (T, B)
    score = start[tags[0]] + gold[0]
    for step, e_t in zip(transitions[tags[:-1], tags[1:]], gold[1:], strict=True):
        score = score + step + e_t  # rounded as the sum over all paths is, or below
    log_z = _add_in_logs(e, start, end, transitions)
    return (score + end[tags[-1]] - log_z).to(emissions.dtype)  # (7.2)


def _chain_in_logs(
    emissions: Tensor, start: Tensor, end: Tensor, transitions: Tensor
) -> Chain:
    """Compute the chain of scores that are far apart.

    Each row of it is a softmax, and so sums to 1 however coarse such sums are.
    """
    e, transitions = _lower(emissions, dim=2), transitions.double()
    after = torch.empty_like(e)  # log of e times beta
    after[-1] = e[-1] + end
    for t in range(len(e) - 2, -1, -1):
        ways = _log_sum_exp((transitions + after[t + 1].unsqueeze(1)).mT)  # log beta
        after[t] = e[t] + _lower(ways, dim=1)
    p = torch.empty_like(e)
    p[0] = (start + after[0]).softmax(dim=1)
    for t in range(1, len(e)):
        steps = (transitions + after[t].unsqueeze(1)).softmax(dim=2)  # (B, K, K)
        p[t] = (p[t - 1].unsqueeze(1) @ steps).squeeze(1)

    def follow(t: Tensor, b: Tensor, j: Tensor, k: Tensor) -> Tensor:
        steps = (transitions[j] + after[t + 1, b]).softmax(dim=1)  # (N, K)
        return steps.gather(1, k.unsqueeze(1)).squeeze(1)

    return Chain(p, follow)


def _lower(scores: Tensor, dim: int) -> Tensor:
    """Take each word's highest score from all of its scores, lest digits go astray."""
    scores = scores.double()
    return scores - scores.amax(dim=dim, keepdim=True)


def _add_in_logs(
    emissions: Tensor, start: Tensor, end: Tensor, transitions: Tensor
) -> Tensor:
    """Add up all paths in logarithms, (B,), for autograd: slow, but for any score."""
    e, transitions = emissions.double(), transitions.double()
    alpha = start + e[0]  # (B, K)
    for e_t in e[1:]:
        alpha = _log_sum_exp(alpha.unsqueeze(2) + transitions) + e_t
    return _log_sum_exp(alpha + end)


def _log_sum_exp(values: Tensor) -> Tensor:
    """Sum over tags, (B, K, ...), so that the derivatives keep their digits, too."""
    highest = values.detach().amax(dim=1, keepdim=True)
    return (values - highest).logsumexp(dim=1) + highest.squeeze(1)


def _normalise(values: Tensor) -> Tensor:
    """Scale to sum to 1 over the last dimension."""
    return values / values.sum(dim=-1, keepdim=True)


def legal_steps(tags: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Say which tags may begin a sentence, and which may follow which, in IOB2.

    Parameters
    ----------
    tags : sequence of str, length K

    Returns
    -------
    may_start : Tensor of shape (K,), bool
    may_follow : Tensor of shape (K, K), bool
        Row: the tag before; column: the tag after. An I- needs a B- or an I- of its own
        type before it.

    Examples
    --------
    >>> may_start, may_follow = legal_steps(["O", "B-per", "I-per"])
    >>> may_start.tolist()
    [True, True, False]
    >>> may_follow[:, 2].tolist()  # I-per after each of the three
    [False, True, True]
    """
    start = [may_follow("O", tag) for tag in tags]
    follow = [[may_follow(before, after) for after in tags] for before in tags]
    return torch.tensor(start, device="cpu"), torch.tensor(follow, device="cpu")
