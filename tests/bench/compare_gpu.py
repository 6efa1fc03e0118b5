#!/usr/bin/env python3
"""Holds the `gemm` figures of this node's first GPU against PyTorch's and a plain cuBLASLt call's.

In turn run: tpp-bench, direct-cublaslt (the library's first choice, and the best of its first few)
and, where Python has it, PyTorch. The others get the shape that tpp-bench chose, and 8192 x 8192 x
8192. A table of medians and of ratios (tpp-bench / the other) is printed; comparison.py says what
"level" means. What is not here is said in a line and left out.

This is a comparison, not a test: it exits 0 whatever the figures, 1 if there is nothing to compare.
No round is begun that would end after --budget seconds.
"""

import argparse
import json
import os
import pathlib
import re
import selectors
import subprocess
import sys
import time

import comparison

HERE = pathlib.Path(__file__).resolve().parent
PRECISIONS = ("fp64", "tf32", "fp16", "bf16", "fp8_e4m3", "int8")
SQUARE = [8192, 8192, 8192]
OURS = "tpp-bench"
FIRST, BEST, TORCH = "plain call, first choice", "plain call, best", "PyTorch"
CALL_TIMEOUT_S = 60


def say(text):
    print(text, flush=True)


def lines_of(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def run(command):
    """(standard output, what went wrong in a line or "")."""
    try:
        done = subprocess.run([str(word) for word in command], env=dict(os.environ, LC_ALL="C"),
                              timeout=CALL_TIMEOUT_S, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", str(error)
    said = done.stderr.strip().splitlines() + [f"it ended with status {done.returncode}"]
    return done.stdout, said[0] if done.returncode != 0 else ""


class TppBench:
    def __init__(self, options):
        self.program, self.backend = options.tpp_bench, options.backend
        self.precisions, self.folder = options.precisions, options.library_path
        self.notes, self.errors = {}, {}
        text, self.why_not = run([self.program, f"--backend={self.backend}", "--list"])
        listed = lines_of(text)
        self.device = next((r["id"] for r in listed if r.get("record") == "device"), None)

    def figures(self):
        pattern = "/gemm/(" + "|".join(self.precisions) + ")/"
        command = [self.program, f"--backend={self.backend}", f"--device={self.device}",
                   f"--benchmark_filter={pattern}", "--benchmark_format=json"]
        if self.folder:
            command.append(f"--backend_option=library-path={self.folder}")
        text, why = run(command)
        if why:
            self.errors[OURS] = why
        rates = {}
        for row in json.loads(text)["benchmarks"] if text.startswith("{") else []:
            name = "/".join(row["name"].split("/")[-4:-2])
            self.notes[name] = row.get("label") or row.get("error_message", "no figure")
            if "ops_per_second" in row:
                rates[name] = row["ops_per_second"]
        return {OURS: rates}

    def shapes(self):
        """{precision: [shape chosen, square]} of the last figures()."""
        found = {}
        for name, note in self.notes.items():
            shape = re.search(r"\b(\d+)x(\d+)x(\d+)\b", note)
            if shape:
                chosen = [int(number) for number in shape.groups()]
                found[name.split("/")[1]] = [chosen] + ([SQUARE] if chosen != SQUARE else [])
        return found


class PlainCall:
    def __init__(self, options, shapes):
        self.command = [options.direct, "--seconds", options.seconds]
        self.shapes, self.notes = shapes, {FIRST: {}, BEST: {}}
        self.errors = {}

    def use(self, library):
        self.command += ["--library", library]

    def figures(self):
        words = [precision + "=" + ",".join("x".join(map(str, shape)) for shape in shapes)
                 for precision, shapes in self.shapes.items()]
        rates = {FIRST: {}, BEST: {}}
        text, why = run(self.command + words)
        if why:
            self.errors[BEST] = why
        for row in lines_of(text):
            name = f"gemm/{row['precision']}"
            if "error" in row:
                self.errors[f"{BEST} {name}"] = row["error"]
                continue
            for kind, member in ((FIRST, "first"), (BEST, "best")):
                rates[kind][name] = row[member]["ops_per_second"]
                self.notes[kind][name] = f"{row['library']}: {row[member]['what']}"
        return rates


class Torch:
    """The child that PyTorch is loaded in."""

    def __init__(self, options, shapes):
        self.seconds, self.shapes = options.seconds, shapes
        self.notes, self.errors, self.why_not = {TORCH: {}}, {}, None
        try:
            self.child = subprocess.Popen([options.python, str(HERE / "torch_gemm.py")], text=True,
                                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                          stderr=subprocess.DEVNULL)
        except OSError as error:
            self.child, self.hello, self.why_not = None, {}, str(error)
            return
        self.hello = self.read_line()
        self.why_not = self.hello.get("error")

    def read_line(self):
        """The next answer; {"error"} where none comes in time."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.child.stdout, selectors.EVENT_READ)
            if not waiting.select(CALL_TIMEOUT_S):
                self.child.kill()
                return {"error": f"no answer in {CALL_TIMEOUT_S} s"}
        line = self.child.stdout.readline()
        return json.loads(line) if line.startswith("{") else {"error": "it ended"}

    def figures(self):
        rates = {}
        for precision, shapes in self.shapes.items() if self.child else ():
            name = f"gemm/{precision}"
            try:
                print(json.dumps({"precision": precision, "shapes": shapes,
                                  "seconds": float(self.seconds)}),
                      file=self.child.stdin, flush=True)
                row = self.read_line()
            except OSError as error:
                row = {"error": str(error)}
            if "error" in row:
                self.errors[f"{TORCH} {name}"] = row["error"]
            else:
                rates[name] = row["ops_per_second"]
                self.notes[TORCH][name] = f"PyTorch {self.hello['version']}: {row['what']}"
        return {TORCH: rates}

    def end(self):
        """Lets it finish what is on the device."""
        if not self.child:
            return
        try:
            self.child.stdin.close()
            self.child.wait(timeout=5)
        except (OSError, subprocess.TimeoutExpired):
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()
        self.child = None


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--tpp-bench", required=True, metavar="FILE")
    add("--backend", metavar="FILE",
        help="default: lib/tpp/backends/cuda.so beside tpp-bench's folder")
    add("--direct", default=str(HERE / "direct-cublaslt"), metavar="FILE",
        help="the plain call's program; default: beside this script")
    add("--python", default=sys.executable, metavar="FILE",
        help="the interpreter that has PyTorch; default: this one")
    add("--library-path", default="", metavar="FOLDER",
        help="of cuBLASLt; default: the loader's, else PyTorch's own")
    add("--rounds", type=int, default=5)
    add("--seconds", default="0.35", help="of each figure of the others")
    add("--budget", type=float, default=170, metavar="SECONDS")
    add("--precisions", type=lambda text: text.split(","), default=PRECISIONS,
        metavar="LIST", help="default: " + ",".join(PRECISIONS))
    add("--json", metavar="FILE", help="writes every round's figures there")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: at least 1")
    if options.backend is None:
        options.backend = str(pathlib.Path(options.tpp_bench).resolve().parent.parent
                              / "lib/tpp/backends/cuda.so")
    return options


def library_in(folder):
    for version in (13, 12, 11):
        library = pathlib.Path(folder, f"libcublasLt.so.{version}")
        if library.exists():
            return str(library)
    return None


def first_figures(bench, torch):
    """tpp-bench's, which belong to no round: they say the shapes. Where the loader has no cuBLASLt,
    by PyTorch's own."""
    found = bench.figures()[OURS]
    library = torch.hello.get("cublaslt")
    if not found and library and not bench.folder:
        say(f"cuBLASLt: the one that PyTorch has loaded, {library}")
        bench.folder = os.path.dirname(library)
        found = bench.figures()[OURS]
    return found


def others(options, bench, torch, shapes):
    """(those that are here, what is not)."""
    here, absent = [], []
    if os.access(options.direct, os.X_OK):
        plain = PlainCall(options, shapes)
        if bench.folder and library_in(bench.folder):
            plain.use(library_in(bench.folder))
        here.append(plain)
    else:
        absent.append(f"the plain call ({options.direct} is not there)")
    if torch.why_not is None:
        torch.shapes = shapes
        here.append(torch)
    else:
        absent.append(f"PyTorch ({torch.why_not})")
    for one in absent:
        say(f"not here: {one}")
    return here, absent


def take_rounds(programs, options, began):
    rounds = []
    for number in range(options.rounds):
        start = time.monotonic()
        longest = max((r["wall_s"] for r in rounds), default=0)
        if rounds and start - began + longest > options.budget:
            say(f"after round {number} the {options.budget:.0f} s are used up")
            break
        figures = {}
        for program in comparison.in_turn(programs, number):
            found = program.figures()
            figures.update(found)
            if not any(found.values()) and program is not programs[0]:
                programs = [one for one in programs if one is not program]
                why = next(iter(program.errors.values()), "it said nothing")
                say(f"no figure: {', '.join(found)} ({why})")
        rounds.append({"figures": figures, "wall_s": time.monotonic() - start})
        say(f"round {number + 1}: {rounds[-1]['wall_s']:.0f} s")
    return rounds


def main():
    options = parse_arguments()
    began = time.monotonic()
    for needed in (options.tpp_bench, options.backend):
        if not os.path.exists(needed):
            print(f"{needed} is not there: name it with --tpp-bench and --backend", file=sys.stderr)
            return 1
    bench = TppBench(options)
    torch = Torch(options, {})
    try:
        if not bench.device or not first_figures(bench, torch):
            said = {bench.why_not, *bench.errors.values(), *bench.notes.values()} - {""}
            say("no gemm figure to compare: " + "; ".join(sorted(said)))
            return 1
        here, absent = others(options, bench, torch, bench.shapes())
        rounds = take_rounds([bench] + here, options, began)
    finally:
        torch.end()
    notes = {name: rows for program in here for name, rows in program.notes.items()}
    errors = sorted(f"{name} ({why})" for p in [bench] + here for name, why in p.errors.items())
    rows = comparison.ratio_rows([r["figures"] for r in rounds], OURS, notes)
    comparison.print_ratios(rows, OURS)
    say("\nLast paths of tpp-bench:")
    for name, note in sorted(bench.notes.items()):
        say(f"  {name:<15}{note}")
    comparison.print_others(rows, absent + errors)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {"device": bench.device, "torch": torch.hello, "rounds": rounds, "rows": rows,
             "absent": absent, "errors": errors, "paths": bench.notes}, indent=2) + "\n",
            encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
