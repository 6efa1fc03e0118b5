"""Runs the built tpp-agent and reads what it says. One place knows where things are."""
import json
import os
import pathlib
import subprocess

TREE = pathlib.Path(os.environ["TPP_TREE"])
SOURCE = pathlib.Path(os.environ["TPP_SOURCE"])
AGENT = TREE / "bin" / "tpp-agent"
SCENARIOS = SOURCE / "kernels" / "sim" / "scenarios"
SCHEMA = SOURCE / "exporters" / "schema" / "report.schema.json"


# Where this build lies, and who can change it: of no node or board.
ABOUT_THE_BUILD = ("evidence.untrusted_code", "evidence.own_build")


def of_the_node(findings):
    """The findings without those on the build that is tested."""
    return [f for f in findings if f["code"] not in ABOUT_THE_BUILD]


def run(*words, timeout=120, environment=None):
    """One run of tpp-agent: a CompletedProcess with text output."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("TPP_AGENT_")}
    env.update(environment or {})
    return subprocess.run([AGENT, *map(str, words)], capture_output=True, text=True,
                          timeout=timeout, env=env, stdin=subprocess.DEVNULL, check=False)


def measure(scenario, *words, **options):
    """`measure` of one simulated node."""
    return run("measure", "--simulate", SCENARIOS / f"{scenario}.yaml", *words, **options)


def first_line(table):
    """Of a table, with the lines that it goes on in: they begin 4 columns further in."""
    first, *others = table.splitlines()
    for line in others:
        if not line.startswith("    "):
            break
        first += " " + line.strip()
    return first


def report(result):
    """The JSON report on standard output."""
    return json.loads(result.stdout)


def outcome(parsed, suffix):
    """The measurement whose name ends so, e.g. "/mma/int8"."""
    found = [m for m in parsed["measurements"] if name(m).endswith(suffix)]
    assert len(found) == 1, (suffix, [name(m) for m in parsed["measurements"]])
    return found[0]


def name(measurement):
    i = measurement["id"]
    accumulator = "+" + i["accumulator"] if i.get("accumulator") else ""
    return f"{i['device']}/{i['kernel']}/{i['subject']}{accumulator}"
