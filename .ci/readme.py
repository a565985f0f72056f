#!/usr/bin/env python3
"""Replays what README.md shows, so that it stays true.

    .ci/readme.py            rewrites the output under each `$ command` of the README's console blocks
    .ci/readme.py --check    fails with the difference where an output is not what the README says

Commands run in order in an empty folder, with the `rulec` of target/debug. A comment `<!-- sh: COMMAND -->` is run in its
place and not shown.
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def replay(text: str, folder: str) -> str:
    environment = dict(os.environ, NO_COLOR="1", COLUMNS="90")
    # What the README deploys goes to the embedded sandbox, whatever organization this machine works with.
    for variable in [name for name in environment if name.startswith("GENESYS")]:
        del environment[variable]
    environment["PATH"] = f"{ROOT / 'target' / 'debug'}{os.pathsep}{environment['PATH']}"
    where = [folder]

    def run(command: str) -> str:
        # The folder that a command ends in is the one that the next starts in.
        script = f"{command}\nstatus=$?\npwd > {folder}.where\nexit $status"
        result = subprocess.run(
            ["bash", "-c", script],
            cwd=where[0],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        where[0] = pathlib.Path(f"{folder}.where").read_text().strip()
        if result.returncode not in (0, 1):
            sys.exit(f"`{command}` ended with {result.returncode}:\n{result.stdout}")
        return "".join(line.rstrip() + "\n" for line in result.stdout.rstrip().splitlines())

    shown = []
    inside = False
    for line in text.splitlines(keepends=True):
        hidden = re.fullmatch(r"<!-- sh: (.*) -->\n", line)
        if hidden:
            run(hidden.group(1))
        if line.startswith("```"):
            inside = line == "```console\n"
            shown.append(line)
        elif not inside:
            shown.append(line)
        elif line.startswith("$ "):
            shown.append(line)
            shown.append(run(line[2:]))
    return "".join(shown)


def main() -> None:
    subprocess.run(["cargo", "build", "-q", "-p", "rulec"], cwd=ROOT, check=True)
    before = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.path.join(temporary, "tour")
        os.mkdir(folder)
        after = replay(before, folder)
    if "--check" not in sys.argv[1:]:
        README.write_text(after, encoding="utf-8")
    elif before != after:
        lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), "README.md", "what rulec prints")
        sys.stdout.writelines(lines)
        sys.exit("README.md shows something else than rulec prints; `.ci/readme.py` rewrites it")


main()
