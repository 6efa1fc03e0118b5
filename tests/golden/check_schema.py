#!/usr/bin/python3
"""Holds the published JSON Schema against the golden reports: it must accept each of them, know every
member that they have, require exactly what is never absent, and reject what is damaged.

usage: check_schema.py SCHEMA GOLDEN_DIRECTORY
Exit status: 0 good, 1 not, 77 skipped (no python3-jsonschema here).
"""
import copy
import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: needs the package python3-jsonschema")
    sys.exit(77)


def load(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


class Checker:
    def __init__(self, schema):
        Draft202012Validator.check_schema(schema)
        self.schema = schema
        self.validator = Draft202012Validator(schema)
        self.faults = []

    def expect(self, good, message):
        if not good:
            self.faults.append(message)

    def resolve(self, schema, instance):
        while "$ref" in schema:
            schema = self.schema["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        for alternative in schema.get("oneOf", []):
            if alternative["properties"]["status"]["const"] == instance.get("status"):
                return alternative
        return schema

    def walk(self, schema, instance, visit, place="$"):
        """Calls visit(schema, object, place) for every object with members of its own."""
        schema = self.resolve(schema, instance)
        if isinstance(instance, dict):
            if "properties" in schema:
                visit(schema, instance, place)
            for name, member in instance.items():
                inner = schema.get("properties", {}).get(name, schema["additionalProperties"])
                if isinstance(inner, dict):  # else an unknown member, which visit() has named
                    self.walk(inner, member, visit, f"{place}.{name}")
        elif isinstance(instance, list) and isinstance(schema.get("items"), dict):
            for index, element in enumerate(instance):
                self.walk(schema["items"], element, visit, f"{place}[{index}]")

    def knows_every_member(self, instance):
        self.walk(self.schema, instance, lambda schema, found, place: self.expect(
            set(schema["properties"]) == set(found),
            f"{place}: the schema has other members than the model: "
            f"{set(schema['properties']) ^ set(found)}"))

    def requires_what_is_never_absent(self, instance):
        self.walk(self.schema, instance, lambda schema, found, place: self.expect(
            set(schema["required"]) == set(found),
            f"{place}: required differs: {set(schema['required']) ^ set(found)}"))

    def rejects(self, damaged, what):
        self.expect(not self.validator.is_valid(damaged), f"accepted although {what}")


def places(instance, path=()):
    """Paths to every value below the root."""
    children = instance.items() if isinstance(instance, dict) else (
        enumerate(instance) if isinstance(instance, list) else ())
    for key, child in children:
        yield path + (key,)
        yield from places(child, path + (key,))


def at(instance, path):
    for key in path:
        instance = instance[key]
    return instance


def check_damage(checker, whole):
    for path in places(whole):
        damaged = copy.deepcopy(whole)
        at(damaged, path[:-1])[path[-1]] = None
        checker.rejects(damaged, f"{path} is null")
        if isinstance(at(whole, path), dict):
            damaged = copy.deepcopy(whole)
            at(damaged, path)["unknown_member"] = 1
            checker.rejects(damaged, f"{path} has an unknown member")
    for path, value in [(("schema_version",), 2), (("mode",), "Quick"), (("banners",), "simulated"),
                        (("inventory", "devices", 0, "units"), -1),
                        (("inventory", "devices", 0, "units"), 1.5),
                        (("inventory", "devices", 0, "units"), "7"),
                        (("measurements", 0, "outcome", "status"), "failed"),
                        (("measurements", 0, "outcome", "rate", "interval"), [1]),
                        (("performances", 0, "tpp"), {"guessed": 1})]:
        damaged = copy.deepcopy(whole)
        at(damaged, path[:-1])[path[-1]] = value
        checker.rejects(damaged, f"{path} is {value!r}")


def main(schema_path, golden):
    checker = Checker(load(schema_path))
    reports = sorted(pathlib.Path(golden).glob("*.json"))
    checker.expect(len(reports) >= 9, "golden reports are missing")
    for path in reports:
        for error in checker.validator.iter_errors(load(path)):
            checker.faults.append(f"{path.name}: {error.json_path}: {error.message}")
    whole = load(pathlib.Path(golden) / "every_member.json")
    checker.knows_every_member(whole)
    checker.requires_what_is_never_absent(load(pathlib.Path(golden) / "no_optional_member.json"))
    check_damage(checker, whole)
    for fault in checker.faults:
        print(fault)
    return 1 if checker.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
