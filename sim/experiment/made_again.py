"""How results are made again that another version of the workbench made."""

#: Options of the commands that make results; a command that is told is left without any that have gone.
OPTIONS = {
    "loyalty compare": "--avoid --budget --capacity --cluster --customers --futures --include --jobs "
    "--market --max-plays --minutes --report --search --seed --strategies --weeks".split(),
    "loyalty run": "--customers --market --seed --strategy --weeks".split(),
    "loyalty validate": "--customers --facts --jobs --market --more --replications --seed".split(),
}


def make_again(made_with: str, command: object) -> str:
    """Return how results are made again: the command that made them, in a folder of its own.

    Parameters
    ----------
    made_with : str
        The command that makes such results, as ``loyalty compare``.
    command : object
        What the results say that made them.
    """
    if not isinstance(command, str) or not command.startswith("loyalty ") or len(command) > 2_000:
        return f"Make it again with `{made_with}`, in another folder."
    return f"Make it again, in another folder: `{_of_today(made_with, command)}`."


def without_folder(command: str) -> str:
    """Return a command without its folder, which stands last."""
    return command.split(" --out ")[0]


def _of_today(made_with: str, command: str) -> str:
    """Return a command without its folder and without options that have gone."""
    told, kept = [], True
    for word in without_folder(command).split():
        if word.startswith("--"):
            kept = word.split("=")[0] in OPTIONS[made_with]
        if kept:
            told.append(word)
    return " ".join(told)
