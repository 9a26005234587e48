#!/usr/bin/env bash
# Print the path of a Python that can run the workbench; say what was tried when there is none.
# A file by the right name proves nothing: a version manager's shim exists and still fails when its
# version is not installed. So each candidate is run, and asked what the set-up will need.
set -u

wanted="3.12, 3.13 or 3.14"
question='
import sys
if not (3, 12) <= sys.version_info < (3, 15):
    sys.exit("is Python %d.%d" % sys.version_info[:2])
try:
    import ensurepip, venv
except ImportError as error:
    sys.exit("cannot make environments (%s)" % error)
print(sys.executable)
'

candidates() {
    if [ -n "${PYTHON:-}" ]; then
        type -aP -- "$PYTHON"
        return
    fi
    for name in python3.12 python3.13 python3.14 python3 python; do
        type -aP "$name"
    done
    for folder in "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[234]*; do
        [ -x "$folder/bin/python3" ] && echo "$folder/bin/python3"
    done
}

refused=""
while IFS= read -r candidate; do
    if answer=$("$candidate" -c "$question" 2>&1 </dev/null); then
        # the last line, in case a start-up hook prints something first
        echo "${answer##*$'\n'}"
        exit 0
    fi
    answer=${answer%%$'\n'*}
    refused+="  $candidate: ${answer:-fails when run}"$'\n'
done < <(candidates)

{
    echo "No usable Python: need version $wanted, with its venv and ensurepip modules."
    if [ -n "${PYTHON:-}" ]; then
        echo "Looked for $PYTHON, because PYTHON says so."
    else
        echo "Looked for python3.12, python3.13, python3.14, python3 and python on the PATH,"
        echo "and for versions 3.12 to 3.14 in ${PYENV_ROOT:-${HOME:-}/.pyenv}/versions."
    fi
    if [ -n "$refused" ]; then
        printf 'Found, but not usable:\n%s' "$refused"
    else
        echo "Found none."
    fi
    echo "Install Python 3.12 (on Debian and Ubuntu: python3.12 and python3.12-venv; with pyenv: pyenv install 3.12),"
    echo "or name one: make setup PYTHON=/path/to/python3.12"
} >&2
exit 2
