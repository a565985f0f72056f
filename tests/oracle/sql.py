"""Runs queries on an engine: `sql.py duckdb|postgres|spark`.

Reads cases, one JSON object a line: `columns` (pairs of name and type), `rows` (lists of values; floats as strings),
`queries`. For each case there is one line: a list that has, for each query, its rows or {"error": text}.
The rows go in as parameters or objects, so that nothing of what is tried depends on how they are quoted.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile


class DuckDb:
    TYPES = {"bool": "BOOLEAN", "int": "BIGINT", "float": "DOUBLE", "string": "VARCHAR", "set": "VARCHAR[]"}

    def __init__(self):
        import duckdb

        self.connection = duckdb.connect()

    def load(self, columns, rows):
        execute = self.connection.execute
        execute("DROP TABLE IF EXISTS t")
        execute("CREATE TABLE t (%s)" % declare(columns, self.TYPES))
        row = "(" + ", ".join("?" * len(columns)) + ")"
        if rows:
            flat = [value for row in rows for value in row]
            execute("INSERT INTO t VALUES " + ", ".join([row] * len(rows)), flat)

    def run(self, query):
        return self.connection.execute(query).fetchall()


class Postgres:
    TYPES = {"bool": "boolean", "int": "bigint", "float": "double precision", "string": "text", "set": "text[]"}

    def __init__(self):
        import psycopg

        self.folder = tempfile.mkdtemp(prefix="rulec-postgres-")
        # The server refuses to be run by root.
        self.user = "postgres" if os.getuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.server("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = "-c listen_addresses='' -c fsync=off -k " + self.folder
        self.server("pg_ctl", "--wait", "--log", self.folder + "/log", "--options", options, "start")
        self.connection = psycopg.connect(host=self.folder, user="postgres", dbname="postgres", autocommit=True)
        self.connection.execute(
            "CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
        )

    def server(self, program, *arguments):
        command = [find_postgres(program), "--pgdata", self.folder, *arguments]
        done = subprocess.run(
            command, user=self.user, cwd=self.folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            # The server keeps open what it is given.
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        if done.returncode:
            raise RuntimeError(" ".join(command) + " failed")

    def load(self, columns, rows):
        self.connection.execute("DROP TABLE IF EXISTS t")
        self.connection.execute("CREATE TABLE t (%s)" % declare(columns, self.TYPES))
        row = "(" + ", ".join(["%s"] * len(columns)) + ")"
        with self.connection.cursor() as cursor:
            cursor.executemany("INSERT INTO t VALUES " + row, rows)

    def run(self, query):
        # Without parameters, `%` is nothing special.
        return self.connection.execute(query).fetchall()

    def close(self):
        self.connection.close()
        self.server("pg_ctl", "--mode=immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Spark:
    TYPES = {"bool": "BOOLEAN", "int": "BIGINT", "float": "DOUBLE", "string": "STRING", "set": "ARRAY<STRING>"}

    def __init__(self):
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[2]").appName("rulec")
        for key, value in {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "1",
            "spark.driver.memory": "2g",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.log.level": "ERROR",
            "spark.sql.warehouse.dir": tempfile.gettempdir(),
        }.items():
            builder = builder.config(key, value)
        self.session = builder.getOrCreate()

    def load(self, columns, rows):
        schema = declare(columns, self.TYPES, quote="`")
        self.session.createDataFrame(rows, schema).createOrReplaceTempView("t")

    def run(self, query):
        return [list(row) for row in self.session.sql(query).collect()]

    def close(self):
        self.session.stop()


ENGINES = {"duckdb": DuckDb, "postgres": Postgres, "spark": Spark}


def declare(columns, types, quote='"'):
    return ", ".join(f"{quote}{name.replace(quote, quote * 2)}{quote} {types.get(kind, kind)}" for name, kind in columns)


def find_postgres(program):
    """Distributions keep the server's programs out of the path."""
    found = shutil.which(program)
    if found:
        return found
    root = "/usr/lib/postgresql"
    for version in sorted(os.listdir(root), key=float, reverse=True):
        path = f"{root}/{version}/bin/{program}"
        if os.path.exists(path):
            return path
    raise FileNotFoundError(program)


def value(kind, given):
    """Floats come as strings, for JSON has no infinity."""
    return float(given) if kind == "float" and given is not None else given


def answer(engine, query):
    try:
        return [list(row) for row in engine.run(query)]
    except Exception as error:  # whatever the engine raises is an answer
        return {"error": str(error)}


def main():
    cases = [json.loads(line) for line in sys.stdin.buffer]
    engine = ENGINES[sys.argv[1]]()
    try:
        for case in cases:
            kinds = [kind for _, kind in case["columns"]]
            rows = [[value(kind, given) for kind, given in zip(kinds, row)] for row in case["rows"]]
            engine.load(case["columns"], rows)
            print(json.dumps([answer(engine, query) for query in case["queries"]]))
    finally:
        getattr(engine, "close", lambda: None)()


main()
