"""Python runs in a checkout of its own, without loading the libraries again for each run.

A server that has loaded the libraries, and nothing of `sim`, forks for each run: what `sim` is, the fork
reads from the checkout it is told. All else is as in a process that starts from nothing.
"""

import atexit
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import warnings
from functools import cache
from pathlib import Path

#: What commands load of other people's making: seconds, where `sim` itself takes half a one.
LIBRARIES = (
    "filelock", "joblib", "matplotlib.figure", "mesa", "mesa.batchrunner", "networkx", "numba",
    "pandas", "pyarrow", "pydantic", "scipy.optimize", "scipy.stats",
    "statsmodels.stats.meta_analysis", "typer", "yaml",
)  # fmt: skip


def run_python(folder: Path, *words: str) -> subprocess.CompletedProcess:
    """Run `python -m MODULE ...` or `python -c CODE` in a checkout, whose `sim` it imports."""
    assert words[0] in ("-m", "-c")
    environment = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    if not hasattr(os, "fork"):
        return subprocess.run(
            [sys.executable, *words],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place) / "out", Path(place) / "err"
        task = {"folder": str(folder), "words": words, "files": [str(out), str(err)]}
        server = _server()
        server.stdin.write(json.dumps(task | {"env": {**os.environ, **environment}}) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(
            words, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        )


@cache
def _server() -> subprocess.Popen:
    """Start the server, which ends with the tests."""
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    server = subprocess.Popen(
        [sys.executable, "-P", __file__],
        env=bare,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )

    def end() -> None:
        server.stdin.close()
        server.stdout.close()
        server.wait()

    atexit.register(end)
    return server


def _serve() -> None:
    """Fork for each task that comes in, and tell its exit code; return in the fork, to do it."""
    for library in LIBRARIES:
        importlib.import_module(library)
    assert not any(name.split(".")[0] in ("sim", "tests") for name in sys.modules)
    while line := sys.stdin.readline():
        task = json.loads(line)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of threads, which the libraries know how to fork with
            process = os.fork()
        if not process:
            return _become(task)
        _, state = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(state), flush=True)
    sys.exit()


def _become(task: dict) -> None:
    """Make this process what Python is that starts in the folder of a task."""
    for descriptor, path in zip((1, 2), task["files"], strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(task["folder"])
    os.environ.clear()
    os.environ.update(task["env"])
    sys.dont_write_bytecode = True
    sys.path.insert(0, task["folder"])
    kind, what, *arguments = task["words"]
    if kind == "-m":
        sys.argv = [what, *arguments]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    _serve()
