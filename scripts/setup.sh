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
echo "Setting up .venv with $python (half a minute to three minutes, about 1.2 GB) ..."
rm -rf .venv # half-made, moved or out of date: a fresh one is the only state that is known
"$python" -m venv .venv
# uv installs in seconds what takes pip a minute. It reads nothing of pip's configuration but the index that it is
# told here; where it is not to be had, or does not get through, pip does it. Neither compiles what is never
# imported: the first command that imports a module does it.
with_uv() {
    local index
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv || return
    index=$(.venv/bin/python -m pip config list | sed -n "s/^[^ ]*[.]index-url='\(.*\)'$/\1/p" | tail -n 1)
    .venv/bin/python -m uv pip install --python .venv/bin/python ${index:+--default-index "$index"} \
        --constraint constraints.txt --editable '.[test]'
}
with_pip() {
    .venv/bin/python -m pip install --no-compile --disable-pip-version-check --progress-bar off \
        --constraint constraints.txt --editable '.[test]' 2>&1 | tee -a "$log" |
        awk '/^Collecting /          { if (++n % 30 == 0) { print "  " n " packages found"; fflush() } }
             /^Installing collected/ { print "  " n " packages found, installing them"; fflush() }'
}
if ! with_uv >"$log" 2>&1; then
    echo "  uv did not get through, so pip installs: a minute longer"
    if ! with_pip; then
        tail -n 15 "$log" >&2
        echo "The installation failed; all that was said is in $log. Run \`make setup\` to try again." >&2
        exit 1
    fi
fi
echo "Compiling the model's inner loops (some ten seconds, once) ..."
.venv/bin/python scripts/compile.py
made_from >"$stamp"
echo "Done: .venv is ready."
