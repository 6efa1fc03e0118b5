#!/usr/bin/python3
"""Holds the published schema of histories against the golden ones: it must accept each of them, and
know and require the members that they have.

usage: check_history_schema.py SCHEMA GOLDEN_DIRECTORY
Exit status: 0 good, 1 not, 77 skipped (no python3-jsonschema here).
"""
import copy
import pathlib
import sys

import check_schema


def main(schema_path, golden):
    checker = check_schema.Checker(check_schema.load(schema_path))
    paths = sorted(pathlib.Path(golden).glob("*.json"))
    checker.expect(paths, "golden histories are missing")
    for path in paths:
        whole = check_schema.load(path)
        for error in checker.validator.iter_errors(whole):
            checker.faults.append(f"{path.name}: {error.json_path}: {error.message}")
        for place in check_schema.places(whole):
            damaged = copy.deepcopy(whole)
            check_schema.at(damaged, place[:-1])[place[-1]] = None
            checker.rejects(damaged, f"{place} is null")
            if isinstance(check_schema.at(whole, place), dict):
                damaged = copy.deepcopy(whole)
                check_schema.at(damaged, place)["unknown_member"] = 1
                checker.rejects(damaged, f"{place} has an unknown member")
    for fault in checker.faults:
        print(fault)
    return 1 if checker.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
