#!/usr/bin/env python3
"""Replays what README.md shows, so that it stays true.

    .ci/readme.py            rewrites the output under each `$ command` of the README's console blocks
    .ci/readme.py --check    fails with the difference where an output is not what the README says

Commands run in order in an empty folder, with the `rulec` of target/debug; `$ROOT` is the repository. A comment
`<!-- sh: COMMAND -->` is run in its place and not shown; the `text` block after `<!-- shows: COMMAND -->` holds what that
command prints. A line `…` in a block stands for any number of lines, and hashes, which depend on the time, are left out.
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


# What differs at each run: the head of the audit log.
HASH = re.compile(r"\b[0-9a-f]{64}\b")


def excerpt(shown: list[str], output: str) -> str:
    """What is shown, where it is an excerpt of the output; else the output."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line == "…\n":
            parts.append([])
        else:
            parts[-1].append(line)
    lines = output.splitlines(keepends=True)
    if len(parts) == 1 or lines[: len(parts[0])] != parts[0] or lines[len(lines) - len(parts[-1]) :] != parts[-1]:
        return output
    at, end = len(parts[0]), len(lines) - len(parts[-1])
    for part in parts[1:-1]:
        found = [index for index in range(at, end - len(part) + 1) if lines[index : index + len(part)] == part]
        if not found:
            return output
        at = found[0] + len(part)
    return "".join(shown) if at <= end else output


def replay(text: str, folder: str) -> str:
    environment = dict(os.environ, NO_COLOR="1", COLUMNS="90", ROOT=str(ROOT))
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
        lines = HASH.sub("…", result.stdout).rstrip().splitlines()
        return "".join(line.rstrip() + "\n" for line in lines)

    replayed = []
    # What the next block of text holds; what the last command of this block printed, and what is shown of it.
    next_block = printed = None
    shown: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        if inside and (line.startswith("```") or line.startswith("$ ")) and printed is not None:
            replayed.append(excerpt(shown, printed))
            printed = None
        if hidden := re.fullmatch(r"<!-- (sh|shows): (.*) -->\n", line):
            output = run(hidden.group(2))
            if hidden.group(1) == "shows":
                next_block = output
        if line.startswith("```"):
            inside = line == "```console\n" or (line == "```text\n" and next_block is not None)
            if line == "```text\n":
                printed, next_block, shown = next_block, None, []
            replayed.append(line)
        elif not inside:
            replayed.append(line)
        elif line.startswith("$ "):
            replayed.append(line)
            printed, shown = run(line[2:]), []
        else:
            shown.append(line)
    return "".join(replayed)


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
