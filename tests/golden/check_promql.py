#!/usr/bin/python3
"""Shows the examples of docs/metrics.md to promtool, as recording rules: each has to be PromQL.

Usage: check_promql.py PAGE PROMTOOL
"""

import re
import subprocess
import sys
import tempfile


def examples(page):
    """The queries of the page's promql blocks: separated by empty lines, comments left out."""
    for block in re.findall(r"```promql\n(.*?)```", page, re.DOTALL):
        for query in block.split("\n\n"):
            yield [line for line in query.splitlines() if line and not line.startswith("#")]


def main(page, promtool):
    with open(page, encoding="utf-8") as file:
        queries = list(examples(file.read()))
    if not queries:
        sys.exit(f"{page}: no example")
    lines = ["groups:", "- name: examples", "  rules:"]
    for number, query in enumerate(queries):
        lines += [f"  - record: example_{number}", "    expr: |"]
        lines += [f"      {line}" for line in query]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as rules:
        rules.write("\n".join(lines) + "\n")
        rules.flush()
        sys.exit(subprocess.run([promtool, "check", "rules", rules.name], check=False).returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
