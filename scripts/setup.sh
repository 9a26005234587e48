#!/usr/bin/env bash
# Make .venv and install the workbench into it; do nothing when that is done already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What an environment was made from: an environment also holds the path of its checkout, so one that
# was moved is as good as none.
made_from() { pwd && cksum pyproject.toml constraints.txt; }
stamp=.venv/made_from
log=.venv/install.log

works() { .venv/bin/python -c 'import sim, pip' 2>/dev/null; }

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(made_from)" ] && works; then
    exit 0
fi
python=$(scripts/find_python.sh)
echo "Setting up .venv with $python (one to three minutes, about 1.2 GB) ..."
rm -rf .venv # half-made, moved or out of date: a fresh one is the only state that is known
"$python" -m venv .venv
# What is never imported need not be compiled, which took a quarter of the time: the first command that
# imports a module does it.
if ! .venv/bin/python -m pip install --no-compile --disable-pip-version-check --progress-bar off \
    --constraint constraints.txt --editable '.[test]' 2>&1 | tee "$log" |
    awk '/^Collecting /          { if (++n % 30 == 0) { print "  " n " packages found"; fflush() } }
         /^Installing collected/ { print "  " n " packages found, installing them"; fflush() }'; then
    tail -n 15 "$log" >&2
    echo "The installation failed; all that pip said is in $log. Run \`make setup\` to try again." >&2
    exit 1
fi
echo "Compiling the model's inner loops (some ten seconds, once) ..."
.venv/bin/python scripts/compile.py
made_from >"$stamp"
echo "Done: .venv is ready."
