"""Times `rulec backtest` beside DuckDB and Polars: the same rules, the same Parquet file, the same number of threads.

    python3 tests/engines/side_by_side.py target/release/rulec [--rows 1000000] [--rules 100] [--threads 2] [--check]

Needs `duckdb` and `polars` from PyPI. Each engine gives, for every rule, how many records it matches and how many it
decides; the three must agree. With `--check`, it fails where rulec takes more than a quarter of the faster one's time.

rulec's time is that of the whole process: it starts, compiles the rules, reads, counts and prints. The others' is that of
the query alone. DuckDB runs one scan written by hand, without the guards of `--emit sql`; the emitted query is timed too.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

INTS = [f"number_{n}" for n in range(6)]
FLOATS = [f"amount_{n}" for n in range(3)]
WORDS = [f"word_{n}" for n in range(4)]
TEXTS = [f"text_{n}" for n in range(2)]
BOOLS = [f"flag_{n}" for n in range(3)]
SETS = [f"tags_{n}" for n in range(2)]
VALUES = [f"value{n}" for n in range(20)]
CODES = [f"C{n:04}-{n % 7}" for n in range(5_000)]
TAGS = [f"tag{n}" for n in range(30)]


def comparisons(random, count):
    """Distinct comparisons, as rules write them."""
    found = set()
    while len(found) < count:
        kind = random.randrange(20)
        if kind < 6:
            found.add(f"{INTS[kind]} {random.choice(['>=', '<', '==', '>'])} {random.randrange(1000)}")
        elif kind < 9:
            found.add(f"{FLOATS[kind - 6]} {random.choice(['>=', '<'])} {random.randrange(1000) / 10}")
        elif kind < 13:
            found.add(f'{WORDS[kind - 9]} {random.choice(["==", "!="])} "{random.choice(VALUES)}"')
        elif kind < 15:
            operator = random.choice(["contains", "starts_with"])
            found.add(f'{TEXTS[kind - 13]} {operator} "C{random.randrange(50):02}"')
        elif kind < 18:
            found.add(random.choice([f"{BOOLS[kind - 15]}", f"{BOOLS[kind - 15]} == false", f"{BOOLS[kind - 15]} exists"]))
        else:
            found.add(f'{SETS[kind - 18]} {random.choice(["has", "lacks"])} "{random.choice(TAGS)}"')
    return sorted(found)


def program(random, rules):
    """Rules of about eight comparisons each, half of them shared."""
    pool = comparisons(random, min(4 * rules, 400))
    lines = ['queue "A" { external: true }', 'queue "B" { external: true }', 'queue "C" { external: true }']
    lines += [f"attribute {name}: int" for name in INTS] + [f"attribute {name}: float" for name in FLOATS]
    lines += [f"attribute {name}: string" for name in WORDS + TEXTS] + [f"attribute {name}: bool" for name in BOOLS]
    lines += [f"attribute {name}: set" for name in SETS]
    for rule in range(rules):
        groups = []
        for _ in range(random.randrange(2, 4)):
            parts = random.sample(pool, random.randrange(2, 5))
            groups.append("(" + " or ".join(parts) + ")")
        lines.append(f'rule "rule {rule}" {{\n  queue: "{"ABC"[rule % 3]}"\n  priority: {random.randrange(50)}')
        lines.append("  when " + " and ".join(groups) + "\n}")
    return "\n".join(lines) + "\n"


def records(rows, path):
    import polars

    draw = random.Random(7)
    missing = lambda make: [None if draw.random() < 0.05 else make() for _ in range(rows)]
    columns = {name: missing(lambda: draw.randrange(1000)) for name in INTS}
    columns |= {name: missing(lambda: draw.randrange(10_000) / 100) for name in FLOATS}
    columns |= {name: missing(lambda: draw.choice(VALUES)) for name in WORDS}
    columns |= {name: missing(lambda: draw.choice(CODES)) for name in TEXTS}
    columns |= {name: missing(lambda: draw.random() < 0.5) for name in BOOLS}
    columns |= {name: missing(lambda: draw.sample(TAGS, draw.randrange(4))) for name in SETS}
    polars.DataFrame(columns).write_parquet(path, row_group_size=100_000, compression="snappy")


def polars_engine(bundle, path):
    import polars as pl

    def atom(node):
        column, operator, value = pl.col(node["field"]), node["operator"], node.get("value")
        is_set = node["field"] in SETS
        holds = {
            "eq": lambda: column == value,
            "neq": lambda: column == value,
            "gt": lambda: column > value,
            "gte": lambda: column >= value,
            "lt": lambda: column < value,
            "lte": lambda: column <= value,
            "contains": lambda: column.list.contains(value) if is_set else column.str.contains(value, literal=True),
            "regex": lambda: column.str.contains(value),
            "exists": lambda: column.list.contains(value) if is_set else column.is_not_null(),
            "not_exists": lambda: column.list.contains(value) if is_set else column.is_not_null(),
        }[operator]()
        holds = holds.fill_null(False)
        return ~holds if operator in ("neq", "not_exists") else holds

    def tree(node):
        if node["type"] == "condition":
            return atom(node)
        children = [tree(child) for child in node["children"]]
        if node["type"] == "not":
            return ~children[0]
        return pl.all_horizontal(children) if node["type"] == "and" else pl.any_horizontal(children)

    rules = bundle
    matched = [tree(rule["expression"]).alias(f"m{number}") for number, rule in enumerate(rules)]
    deciding = pl.when(False).then(None)
    for number in range(len(rules)):
        deciding = deciding.when(pl.col(f"m{number}")).then(pl.lit(number, dtype=pl.Int32))
    frame = pl.scan_parquet(path).select(matched).with_columns(deciding.alias("d"))
    sums = [pl.col(f"m{number}").sum() for number in range(len(rules))]
    decided = [(pl.col("d") == number).sum().alias(f"d{number}") for number in range(len(rules))]

    def run():
        row = frame.select(sums + decided).collect().row(0)
        return [(row[n], row[len(rules) + n]) for n in range(len(rules))]

    return run


def duckdb_engine(rules, path, threads):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")

    def atom(node):
        column, operator = f'"{node["field"]}"', node["operator"]
        value = node.get("value")
        text = "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value).lower()
        is_set = node["field"] in SETS
        member = f"list_contains({column}, {text})" if is_set else f"{column} is not null"
        holds = {
            "eq": f"{column} = {text}",
            "neq": f"{column} = {text}",
            "gt": f"{column} > {text}",
            "gte": f"{column} >= {text}",
            "lt": f"{column} < {text}",
            "lte": f"{column} <= {text}",
            "contains": member if is_set else f"contains({column}, {text})",
            "regex": f"regexp_matches({column}, {text})",
            "exists": member,
            "not_exists": member,
        }[operator]
        holds = f"coalesce({holds}, false)"
        return f"not {holds}" if operator in ("neq", "not_exists") else holds

    def tree(node):
        if node["type"] == "condition":
            return atom(node)
        children = [f"({tree(child)})" for child in node["children"]]
        return f"not {children[0]}" if node["type"] == "not" else f" {node['type']} ".join(children)

    matched = ", ".join(f"{tree(rule['expression'])} as m{n}" for n, rule in enumerate(rules))
    arms = " ".join(f"when m{n} then {n}" for n in range(len(rules)))
    counts = ", ".join(f"count(case when m{n} then 1 end)" for n in range(len(rules)))
    decided = ", ".join(f"count(case when d = {n} then 1 end)" for n in range(len(rules)))
    query = (
        f"with matches as (select {matched} from read_parquet('{path}')), "
        f"decisions as (select *, case {arms} end as d from matches) select {counts}, {decided} from decisions"
    )

    def run():
        row = connection.execute(query).fetchone()
        return [(row[n], row[len(rules) + n]) for n in range(len(rules))]

    def emitted(text):
        return lambda: connection.execute(text).fetchall()

    return run, emitted


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rulec")
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rules", type=int, default=100)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--check", action="store_true")
    given = options.parse_args()
    os.environ["POLARS_MAX_THREADS"] = str(given.threads)
    rulec = str(pathlib.Path(given.rulec).resolve())

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "rulec.toml").touch()
        (folder / "rules.rule").write_text(program(random.Random(1), given.rules))
        path = str(folder / "records.parquet")
        records(given.rows, path)

        def ask(*arguments):
            done = subprocess.run([rulec, *arguments], cwd=folder, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stderr)
            return done.stdout

        report = lambda: json.loads(ask("backtest", path, "--json", "--threads", str(given.threads)))
        bundle = json.loads(ask("compile"))["rules"]
        name = lambda rule: rule["queue"]["name"] if isinstance(rule["queue"], dict) else rule["queue"]
        bundle.sort(key=lambda rule: (-rule.get("priority", 0), name(rule), rule["name"]))
        by_duckdb, emitted = duckdb_engine(bundle, path, given.threads)
        by_polars = polars_engine(bundle, path)
        source = f"read_parquet('{path}')"
        by_emitted = emitted(ask("backtest", "--emit", "sql", "--dialect", "duckdb", "--table", source))

        def rulec_counts():
            return [(rule["matched"], rule["decided"]) for rule in report()["rules"]]

        engines = {"rulec": rulec_counts, "DuckDB": by_duckdb, "Polars": by_polars}
        answers = {engine: run() for engine, run in engines.items()}
        if not answers["rulec"] == answers["DuckDB"] == answers["Polars"]:
            sys.exit("the engines do not agree")
        engines["DuckDB, emitted"] = by_emitted
        best = {}
        for _ in range(given.rounds):
            for engine, run in engines.items():
                begun = time.perf_counter()
                run()
                best[engine] = min(best.get(engine, float("inf")), time.perf_counter() - begun)

        took = report()["took"]
        size = os.path.getsize(path) / 1e6
        print(f"{given.rows:,} records of 20 attributes ({size:.0f} MB of Parquet), {given.rules} rules, {given.threads} threads")
        for engine, seconds in best.items():
            rate = given.rows * given.rules / seconds / 1e6
            print(f"{engine:16} {seconds * 1000:8.0f} ms  {rate:8.0f} million rule evaluations a second")
        ratio = best["rulec"] / min(best["DuckDB"], best["Polars"])
        print(f"rulec reads for {took['reading_share'] * 100:.0f} % of its time")
        print(f"rulec takes {ratio:.3f} of the faster one's time (bound: 0.25)")
        if given.check and ratio > 0.25:
            sys.exit("rulec is slower than its bound")


if __name__ == "__main__":
    main()
