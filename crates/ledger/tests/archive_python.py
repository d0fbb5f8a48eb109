"""Reads the archive's table of changes with the `deltalake` package, as any outside engine would.

usage: archive_python.py TABLE EXPECTED.json

EXPECTED.json: {"version_at_least", "rows", "kinds": {kind: rows}, "types": {type: rows},
"partitions": {"integration/month": rows}, "changes": [{column: value}]}; each of the changes is found by its
sequence number and compared column by column. Prints what differs and exits 1.
"""

import json
import sys

from deltalake import DeltaTable, QueryBuilder


def main(table_path, expected_path):
    with open(expected_path, encoding="utf-8") as file:
        expected = json.load(file)
    table = DeltaTable(table_path)
    engine = QueryBuilder().register("change", table)

    def query(sql):
        return [row for batch in engine.execute(sql) for row in rows(batch)]

    differences = []

    def compare(what, found, wanted):
        if found != wanted:
            differences.append(f"{what}: found {found!r}, expected {wanted!r}")

    def counts(expression):
        found = query(f"SELECT {expression} AS word, count(*) AS rows FROM change GROUP BY 1")
        return {row["word"]: row["rows"] for row in found}

    if table.version() < expected["version_at_least"]:
        differences.append(f"version {table.version()}")
    compare("rows", query("SELECT count(*) AS rows FROM change")[0]["rows"], expected["rows"])
    compare("kinds", counts("kind"), expected["kinds"])
    compare("types", counts("type"), expected["types"])
    compare("partitions", counts("integration || '/' || month"), expected["partitions"])
    for wanted in expected["changes"]:
        columns = ", ".join(
            "to_unixtime(recorded_at) AS recorded_at" if name == "recorded_at" else f'"{name}"'
            for name in wanted
        )
        found = query(f"SELECT {columns} FROM change WHERE sequence = {wanted['sequence']}")
        compare(f"change {wanted['sequence']}", found, [wanted])
    print("\n".join(differences) or "ok")
    return 1 if differences else 0


def rows(batch):
    columns = {name: batch.column(name).to_pylist() for name in batch.schema.names}
    for values in zip(*columns.values()):
        yield dict(zip(columns, values))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
