import pytest
import torch
from hypothesis import settings

from lstm_helpers.corpus import read_corpus

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
torch.set_num_threads(1)  # sizes are small: a second thread would only wait


@pytest.fixture(scope="session")
def sample():
    return read_corpus("sample")


@pytest.fixture(scope="session")
def gmb():
    try:
        return read_corpus("gmb")
    except FileNotFoundError:
        pytest.skip("needs the real corpus: python -m lstm_helpers.download fetches it")
