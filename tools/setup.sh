#!/bin/sh
# Set up .venv with the versions of requirements.lock; make calls this when they change.
#
#   sh tools/setup.sh                    with uv where there is one, else with pip
#   UV= sh tools/setup.sh                with pip
#   PYTHON=python3.12 sh tools/setup.sh --extra-index-url ADDRESS
#   LOCK=requirements-handouts.lock sh tools/setup.sh
#                                        with what make handouts needs, too
#
# The arguments are handed to each "pip install", uv's or pip's.
set -eu
cd "$(dirname "$0")/.."
lock=${LOCK:-requirements.lock}
python=$(command -v "${PYTHON:-python3}") || {
    echo "setup.sh: got no ${PYTHON:-python3} in PATH, wanted Python 3.11 or later" >&2
    exit 1
}
"$python" - <<'END'
import sys
if sys.version_info < (3, 11):
    sys.exit("setup.sh: got Python %s, wanted 3.11 or later: set PYTHON to name one"
             % sys.version.split()[0])
END

# Of torch any build will do, so that the lock has no checksum of it.
# --index-strategy: look into every index for every package, as pip does.
# --use-pep517: the pip of Debian 12 would build seqeval in the old way, which fails.
uv=$(command -v "${UV-uv}" || true)
if [ -n "$uv" ]; then
    echo "Setting up .venv with uv, by $python"
    "$uv" venv --quiet --allow-existing --seed --python "$python" .venv
    set -- "$uv" pip install --python .venv/bin/python \
        --index-strategy unsafe-best-match "$@"
else
    echo "Setting up .venv with pip, by $python"
    "$python" -m venv .venv
    set -- .venv/bin/python -m pip install --use-pep517 "$@"
fi
"$@" --require-hashes -r "$lock"
"$@" "$(grep '^torch==' constraints.txt)"
"$@" --no-deps -e .
touch .venv/ready
cp "$lock" .venv/  # what is installed, as make compares it
