"""Helpers for the notebooks: from the LSTM's equations to a named-entity tagger.

One module for each product, in the order in which the data flows: ``download``,
``corpus``, ``tokens``, ``features``, ``encoding``, ``batches``, ``cell``, ``trace``,
``gradients``, ``crf``, ``models``, ``optimisers``, ``metrics``, ``checkpoints``,
``resuming``, ``training``, ``prediction``, ``ladder``, ``rendering``, ``figures``,
``drawings``, ``widgets``; and ``post``, the blog post's whole system as it was
published. Imports only ever point up this list.
"""

import os

# oneDNN, which runs torch's LSTM on a CPU, keeps what it compiled for every size of
# batch: 1,024 pieces unless told otherwise, more than 200 MB for a wide tagger. Fewer
# cost time: with 16, training is a tenth slower. It reads this once, before its first
# work.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")
