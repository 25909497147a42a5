"""Gold and predicted tags -> scores."""

from seqeval.metrics import f1_score as seqeval_f1_score
from seqeval.scheme import IOB2
from sklearn.metrics import f1_score


def entity_f1(gold, predicted):
    """Score whole entities: type and both boundaries must be right.

    Parameters
    ----------
    gold, predicted : list of list of str
        IOB2 tags, a list for each sentence.

    Returns
    -------
    float
        Micro-averaged F1 in [0, 1], strict IOB2: an I- without its B- begins nothing.

    Raises
    ------
    ValueError
        If the sentences' numbers or lengths differ, or there is none.

    References
    ----------
    seqeval's ``mode="strict"``, after the CoNLL-2000 script ``conlleval``.

    Examples
    --------
    >>> gold = [["B-per", "I-per", "O", "B-geo"]]
    >>> entity_f1(gold, [["B-per", "O", "O", "B-geo"]])  # a boundary wrong: 1 of 2
    0.5
    """
    check_lengths(gold, predicted)
    return float(
        seqeval_f1_score(gold, predicted, mode="strict", scheme=IOB2, zero_division=0)
    )


def weighted_token_f1(gold, predicted):
    """Score words, each tag weighted by how often it is gold; O counts too.

    The post's measure, with the arguments in scikit-learn's order: the post has them
    swapped, so that each tag is weighted by how often it is *predicted*.

    Parameters
    ----------
    gold, predicted : list of list of str
        Tags, a list for each sentence.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If the sentences' numbers or lengths differ, or there is none.

    Examples
    --------
    >>> weighted_token_f1([["O", "O", "B-geo"]], [["O", "O", "O"]])
    0.5333333333333333
    """
    check_lengths(gold, predicted)
    return float(f1_score(flatten(gold), flatten(predicted), average="weighted"))


def check_lengths(gold, predicted):
    """Raise a ValueError unless both have the same sentences' lengths, at least one."""
    if not gold or len(gold) != len(predicted):
        got = f"{len(gold)} gold and {len(predicted)} predicted sentences"
        raise ValueError(f"got {got}, wanted as many, at least one")
    for k, (ours, theirs) in enumerate(zip(gold, predicted, strict=True)):
        if len(ours) != len(theirs):
            got = f"{len(ours)} gold and {len(theirs)} predicted tags"
            raise ValueError(f"sentence {k}: got {got}, wanted as many")


def flatten(tags):
    """Join the tags of all sentences into one list."""
    return [tag for sentence in tags for tag in sentence]
