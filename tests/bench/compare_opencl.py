#!/usr/bin/env python3
"""Holds the opencl backend's `fma` on this node's processor (PoCL) against clpeak on the same driver.

In turn and on the same cores run tpp-bench and every clpeak, 1.x and 2.x; of each the best vector
width counts. comparison.py says what "level" means. This is a comparison, not a test: it exits 0
whatever the figures, 1 if it cannot run at all.
"""

import functools
import json
import os
import pathlib
import sys
import tempfile

import compare_cpu
import comparison

ROWS = "^cpu:0/fma/(fp32|fp64|int32|int8)/"
# Names in clpeak 2.x's results; what clpeak 1.x is asked for, and the heading of what it prints.
CLPEAK2 = {"fma/fp32": "single_precision_compute", "fma/fp64": "double_precision_compute",
           "fma/int32": "integer_compute", "fma/int8": "int8_dot_product_compute"}
CLPEAK1 = dict(compare_cpu.CLPEAK1_HEADINGS,
               **{"fma/int32": ("--compute-integer", "Integer compute (GIOPS)")})


def run_tpp_bench(options, cpus, tool):
    text = compare_cpu.output_of(
        [options.tpp_bench, f"--backend={options.backend}", f"--benchmark_filter={ROWS}",
         "--benchmark_format=json"], cpus)
    rates = {}
    for row in json.loads(text)["benchmarks"] if text else []:
        name = "/".join(row["name"].split("/")[1:3])
        tool.notes[name] = row.get("label") or row.get("error_message", "no figure")
        if "ops_per_second" in row:
            rates[name] = row["ops_per_second"]
    return rates


def run_clpeak2(program, cpus, tool):
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder, "clpeak.json")
        compare_cpu.output_of([program, "--opencl", "--fp-compute", "--int-compute", "--json-file",
                               str(result)], cpus)
        entries = json.loads(result.read_text())["entries"] if result.exists() else []
    rates = {}
    for row, test in CLPEAK2.items():
        values = [e["value"] for e in entries if e["test"] == test and e.get("value")]
        if values:
            rates[row] = max(values) * 1e9
            tool.notes[row] = f"{test}, best vector width"
    return rates


def find_tools(options, cpus):
    """tpp-bench is the first."""
    def tool_of(name, run, *arguments):
        tool = compare_cpu.Tool(name, None)
        tool.run = functools.partial(run, *arguments, cpus, tool)
        return tool

    tools = [tool_of("tpp-bench", run_tpp_bench, options)]
    for program in compare_cpu.clpeaks_on_path(options.clpeak):
        words = (compare_cpu.output_of([program, "--version"], cpus) or "?").split()
        is_first = words[-1].lstrip("v").startswith("1.")
        tools.append(tool_of(f"clpeak {words[-1]}", compare_cpu.run_clpeak1, program, CLPEAK1)
                     if is_first else tool_of(f"clpeak {words[-1]}", run_clpeak2, program))
    return tools


def main():
    options = compare_cpu.parse_common(
        compare_cpu.common_parser(__doc__.splitlines()[0], "opencl"), "opencl")
    cpus = compare_cpu.first_socket_cpus()
    tools = find_tools(options, cpus)
    print(f"CPUs {cpus}, load average {os.getloadavg()[0]:.1f}, {options.rounds} rounds of: "
          + ", ".join(t.name for t in tools), flush=True)
    rounds = [{tool.name: tool.run() for tool in comparison.in_turn(tools, i)}
              for i in range(options.rounds)]
    rows = comparison.ratio_rows(rounds, tools[0].name, {t.name: t.notes for t in tools[1:]})
    comparison.print_ratios(rows, tools[0].name)
    for name, note in sorted(tools[0].notes.items()):
        print(f"  {name:<15}{note}")
    comparison.print_others(rows, [])
    return 0


if __name__ == "__main__":
    sys.exit(main())
