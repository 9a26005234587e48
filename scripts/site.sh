#!/usr/bin/env bash
# Build the site in site/: what Sphinx warns of stops it, and so does a link that leads nowhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What only the site needs is installed when it is first built, in the versions that everything was tested with.
if ! .venv/bin/python -c 'import myst_nb, sphinx' 2>/dev/null; then
    echo "Installing Sphinx and MyST-NB ..."
    names=$(.venv/bin/python -c 'import tomllib
print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["site"])')
    # shellcheck disable=SC2086 # one word for each name
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt $names
fi
pages=.site_cache/pages # what the build leaves beside its pages stays there
rm -rf .site_cache      # pages that are no more would stay
.venv/bin/python -m sphinx -q -W --keep-going -c docs -d .site_cache/read . $pages
rm -rf site
mv $pages site
.venv/bin/python -m sim.workbench.site.built site
