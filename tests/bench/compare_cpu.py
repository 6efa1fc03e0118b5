#!/usr/bin/env python3
"""Holds tpp-bench's figures of this node's first CPU socket against those of other programs.

In turn and on the same cores run: tpp-bench, likwid-bench, every clpeak on PATH (1.x over OpenCL,
2.x with its own CPU kernels), and oneDNN and OpenBLAS called directly with their own threads. After
some rounds a table of medians and of ratios (tpp-bench / the other) is printed; comparison.py says
what "level" means. What is not installed is said and left out.

This is a comparison, not a test: it exits 0 whatever the figures, 1 if it cannot run at all.
"""

import argparse
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import comparison

HERE = pathlib.Path(__file__).resolve().parent
PRECISIONS_OF = {"direct oneDNN": ("fp32", "fp16", "bf16", "int8"),
                 "direct OpenBLAS": ("fp64", "fp32")}
# Core types that OpenBLAS may be told, beside what it finds itself: versions older than a processor
# take it for a far older one.
OPENBLAS_CORE_TYPES = (None, "SkylakeX", "Cooperlake", "Haswell")
# Forced instruction sets of tpp-bench, and the kernels that other programs can be held against.
TPP_RUNS = (("", "^cpu:0/(fma|mma|gemm)/"), ("avx2", "^cpu:0/(fma|mma)/(fp64|fp32|int8)"))
LIKWID_TESTS = {"fma/fp64": "peakflops_avx512_fma", "fma/fp32": "peakflops_sp_avx512_fma",
                "fma/fp64 avx2": "peakflops_avx_fma", "fma/fp32 avx2": "peakflops_sp_avx_fma"}
# Names of clpeak 2.x's results; on all threads ("MT").
CLPEAK_TESTS = {"fma/fp64": "double_precision_compute_avx_512",
                "fma/fp32": "single_precision_compute_avx_512",
                "fma/fp16": "half_precision_compute_avx_512_fp16",
                "mma/bf16": "bfloat16_compute_avx_512_bf16",
                "mma/int8": "int8_dot_product_compute_avx_512_vnni",
                "fma/fp64 avx2": "double_precision_compute_avx2_fma",
                "fma/fp32 avx2": "single_precision_compute_avx2_fma",
                "mma/int8 avx2": "int8_dot_product_compute_avx_vnni"}
# clpeak 1.x prints a figure a vector width below each heading; the best width counts.
CLPEAK1_HEADINGS = {"fma/fp32": ("--compute-sp", "Single-precision compute (GFLOPS)"),
                    "fma/fp64": ("--compute-dp", "Double-precision compute (GFLOPS)")}


class Tool:
    """One program: run() returns {row name: operations/s} and may put details into `notes`."""

    def __init__(self, name, run):
        self.name, self.run, self.notes = name, run, {}


def first_socket_cpus():
    """One logical CPU of each physical core of the first socket that this process may use."""
    chosen = {}
    for cpu in sorted(os.sched_getaffinity(0)):
        topology = pathlib.Path(f"/sys/devices/system/cpu/cpu{cpu}/topology")
        package = int((topology / "physical_package_id").read_text())
        core = int((topology / "core_id").read_text())
        chosen.setdefault(package, {}).setdefault(core, cpu)
    return sorted(chosen[min(chosen)].values())


def output_of(command, cpus, environment=None, timeout_s=300):
    """Standard output of a command held to `cpus`; None if it fails or takes too long."""
    variables = dict(os.environ, LC_ALL="C", **(environment or {}))
    try:
        done = subprocess.run(command, env=variables, timeout=timeout_s, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=True,
                              preexec_fn=lambda: os.sched_setaffinity(0, cpus))
        return done.stdout
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or "").strip().splitlines()
        print(f"  {' '.join(map(str, command))}: {error}" + (f": {said[-1]}" if said else ""),
              file=sys.stderr)
        return None


def run_tpp_bench(options, cpus, tool):
    rates = {}
    for isa, pattern in TPP_RUNS:
        command = [options.tpp_bench, f"--backend={options.backend}", f"--mode={options.mode}",
                   f"--benchmark_filter={pattern}", "--benchmark_format=json"]
        text = output_of(command + ([f"--backend_option=isa={isa}"] if isa else []), cpus)
        for row in json.loads(text)["benchmarks"] if text else []:
            name = "/".join(row["name"].split("/")[1:3]) + (f" {isa}" if isa else "")
            if "ops_per_second" in row:
                rates[name] = row["ops_per_second"]
                tool.notes[name] = {key: row[key] for key in
                                    ("label", "clock_hz", "ops_per_clock_per_unit") if key in row}
            else:
                tool.notes[name] = {"label": row.get("error_message", "no figure")}
    return rates


def run_likwid(cpus, tool):
    rates = {}
    for row, test in LIKWID_TESTS.items():
        # 20 kB a core: in the first-level cache, as likwid's own documentation has it.
        group = f"S0:{20 * len(cpus)}kB:{len(cpus)}"
        text = output_of(["likwid-bench", "-t", test, "-w", group, "-s", "1"], cpus)
        found = re.search(r"^MFlops/s:\s*([\d.]+)", text or "", re.M)
        if found:
            rates[row] = float(found.group(1)) * 1e6
            tool.notes[row] = test
    return rates


def run_clpeak2(program, cpus, tool):
    rates = {}
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder, "clpeak.json")
        output_of([program, "--cpu", "--fp-compute", "--int-compute", "--max-time-cpu", "500",
                   "--no-divide-sqrt-compute", "--no-integer-divide-compute",
                   "--no-int16-dot-product-compute", "--no-integer-compute",
                   "--json-file", str(result)], cpus)
        entries = json.loads(result.read_text())["entries"] if result.exists() else []
    for row, test in CLPEAK_TESTS.items():
        values = [e["value"] for e in entries
                  if e["test"] == test and e["metric"].endswith("MT") and e.get("value")]
        if values:
            rates[row] = max(values) * 1e9
            tool.notes[row] = test
    return rates


def run_clpeak1(program, headings, cpus, tool):
    rates = {}
    for row, (option, heading) in headings.items():
        text = output_of([program, option], cpus, timeout_s=120) or ""
        block = text.partition(heading)[2].split("\n\n")[0]
        values = [float(v) for v in re.findall(r":\s*([\d.]+)\s*$", block, re.M)]
        if values:
            rates[row] = max(values) * 1e9
            tool.notes[row] = heading + ", best vector width"
    return rates


def run_direct(program, precisions, environments, cpus, tool):
    """The best over all settings of the environment, shapes and ways of calling."""
    threads = {"OMP_NUM_THREADS": str(len(cpus)), "OMP_PROC_BIND": "close", "OMP_PLACES": "cores",
               "OPENBLAS_NUM_THREADS": str(len(cpus))}
    rates = {}
    for precision in precisions:
        for environment in environments:
            text = output_of([program, precision], cpus, {**threads, **environment})
            found = json.loads(text) if text else {}
            rate = found.get("ops_per_second")
            if rate and rate > rates.get(f"gemm/{precision}", 0):
                rates[f"gemm/{precision}"] = rate
                tool.notes[f"gemm/{precision}"] = f"{found['library']}: {found['what']}"
    return rates


def build(source, flags, folder):
    """Compiles one of the direct programs; None if its library or a compiler is not here."""
    program = pathlib.Path(folder, pathlib.Path(source).stem)
    compiler = os.environ.get("CXX", "c++")
    command = [compiler, "-std=c++20", "-O2", str(HERE / source), "-o", str(program), *flags]
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return str(program)
    except (OSError, subprocess.CalledProcessError):
        return None


def openblas_flags():
    try:
        return subprocess.run(["pkg-config", "--cflags", "--libs", "openblas"], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return ["-lopenblas"]


def clpeaks_on_path(extra):
    found = [extra] if extra else []
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        program = shutil.which("clpeak", path=folder)
        if program and os.path.realpath(program) not in map(os.path.realpath, found):
            found.append(program)
    return found


def find_tools(options, cpus, folder):
    """(tools to run, names of those that are absent); tpp-bench is the first."""
    tools, absent = [], []

    def add(name, run, *arguments):
        tool = Tool(name, None)
        tool.run = functools.partial(run, *arguments, cpus, tool)
        tools.append(tool)

    add("tpp-bench", run_tpp_bench, options)
    if shutil.which("likwid-bench"):
        add("likwid-bench", run_likwid)
    else:
        absent.append("likwid-bench")
    clpeaks = clpeaks_on_path(options.clpeak)
    versions = []
    for program in clpeaks:
        words = (output_of([program, "--version"], cpus) or "").split()
        versions.append(words[-1] if words else "?")
        is_first = versions[-1].lstrip("v").startswith("1.")
        if is_first:
            add(f"clpeak {versions[-1]}", run_clpeak1, program, CLPEAK1_HEADINGS)
        else:
            add(f"clpeak {versions[-1]}", run_clpeak2, program)
    if not any(v.lstrip("v").startswith("2.") for v in versions):
        absent.append("clpeak 2.x")
    if not any(v.lstrip("v").startswith("1.") for v in versions):
        absent.append("clpeak 1.x")
    core_types = [{"OPENBLAS_CORETYPE": t} if t else {} for t in OPENBLAS_CORE_TYPES]
    for name, source, flags, environments in (
            ("direct oneDNN", "direct_onednn.cpp", ["-ldnnl"], [{}]),
            ("direct OpenBLAS", "direct_openblas.cpp", openblas_flags(), core_types)):
        program = build(source, flags, folder)
        if program:
            add(name, run_direct, program, PRECISIONS_OF[name], environments)
        else:
            absent.append(f"{name} (headers, library or compiler)")
    return tools, absent


def print_table(rows, tpp, absent):
    comparison.print_ratios(rows, tpp.name)
    print("\nLast paths of tpp-bench:")
    for name, note in sorted(tpp.notes.items()):
        rate = note.get("ops_per_clock_per_unit")
        print(f"  {name:<15}{note['label']}" + (f"; {rate:.1f} operations/clock/core" if rate else ""))
    comparison.print_others(rows, absent)


def common_parser(description, module):
    """What every comparison of a module is told; parse_common() reads it."""
    parser = argparse.ArgumentParser(description=description)
    tree = HERE.parent.parent / "build" / "release"
    parser.add_argument("--tpp-bench", default=str(tree / "bin/tpp-bench"), metavar="FILE")
    parser.add_argument("--backend", default=None, metavar="FILE",
                        help=f"default: lib/tpp/backends/{module}.so beside tpp-bench's folder")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clpeak", metavar="FILE", help="one more clpeak than those on PATH")
    return parser


def parse_common(parser, module):
    """Ends the program with what to do where there is nothing to compare."""
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: at least 1")
    if options.backend is None:
        options.backend = str(pathlib.Path(options.tpp_bench).resolve().parent.parent
                              / f"lib/tpp/backends/{module}.so")
    for needed in (options.tpp_bench, options.backend):
        if not os.path.exists(needed):
            sys.exit(f"{needed} is not there: build it, or name it with --tpp-bench and --backend")
    return options


def parse_arguments():
    parser = common_parser(__doc__.splitlines()[0], "cpu")
    parser.add_argument("--mode", choices=("quick", "full"), default="quick")
    parser.add_argument("--only", metavar="WORD", default="",
                        help="only tools whose name contains this (tpp-bench always runs)")
    parser.add_argument("--json", metavar="FILE", help="writes every round's figures there")
    return parse_common(parser, "cpu")


def main():
    options = parse_arguments()
    cpus = first_socket_cpus()
    with tempfile.TemporaryDirectory() as folder:
        tools, absent = find_tools(options, cpus, folder)
        tools = [t for t in tools if t.name == "tpp-bench" or options.only in t.name]
        print(f"CPUs {cpus}, load average {os.getloadavg()[0]:.1f}, {options.rounds} rounds of: "
              + ", ".join(t.name for t in tools))
        rounds = []
        for i in range(options.rounds):
            rounds.append({})
            for tool in comparison.in_turn(tools, i):
                began = time.monotonic()
                rounds[-1][tool.name] = tool.run()
                print(f"round {i + 1}: {tool.name} {time.monotonic() - began:.0f} s", flush=True)
                if not rounds[-1][tool.name] and tool is not tools[0]:
                    absent.append(f"{tool.name} (is here and gave no figure)")
                    tools = [t for t in tools if t is not tool]
    rows = comparison.ratio_rows(rounds, tools[0].name, {t.name: t.notes for t in tools[1:]})
    print_table(rows, tools[0], absent)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {"cpus": cpus, "rounds": rounds, "rows": rows, "absent": absent,
             "paths": tools[0].notes}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
