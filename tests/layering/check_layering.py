#!/usr/bin/python3
"""Holds the source tree against the rules that its folders promise.

Usage: check_layering.py ROOT

Prints one line a violation, "path:line: what is wrong", and exits with 1 if there is one. The rules:

- who may include whom (LAYERS and ALLOWED below);
- includes are written from the root, and a source includes its own header first, which proves that
  the header compiles alone;
- no file is longer than MAX_LINES;
- nothing is left for later in words that say so.
"""

import os
import re
import sys
from pathlib import Path

MAX_LINES = 500
SOURCE_SUFFIXES = {".h", ".c", ".cpp", ".S", ".cu", ".hip", ".hpp"}
TEXT_SUFFIXES = SOURCE_SUFFIXES | {".py", ".sh", ".cmake", ".txt", ".md", ".yaml", ".json"}
PROJECT_FOLDERS = ("agent", "probes", "kernels", "exporters", "tests", "cmake", "deploy", "docs")

# Which part of the tree a path belongs to: the first pattern that matches. A group in the pattern
# becomes part of the layer's name, so that two backends are two layers.
LAYERS = [
    (r"agent/support/", "support"),
    (r"agent/model/", "model"),
    (r"agent/store/", "store"),
    (r"agent/command/", "command"),
    (r"agent/daemon/", "daemon"),
    (r"agent/main\.cpp$", "main"),
    (r"agent/(?:exit_code|options(?:_[a-z_]+)?)\.|agent/pass/", "pass"),
    (r"agent/", "core"),
    (r"probes/", "probes"),
    (r"exporters/http/", "web"),
    (r"exporters/", "exporters"),
    (r"kernels/tpp_backend\.h$", "boundary"),
    (r"kernels/cpp_[a-z_]+\.(?:h|cpp)$", "cpp_boundary"),
    (r"kernels/bench/", "bench"),
    (r"kernels/gpu/", "gpu"),
    (r"kernels/(\w+)/", "backend"),
    (r"tests/", "tests"),
]

# What each layer may include besides itself.
ALLOWED = {
    "support": set(),
    "model": {"support"},
    "probes": {"support", "model"},
    "exporters": {"support", "model"},
    # Of the core, the reader of YAML.
    "web": {"support", "core"},
    # Pure: what is concluded knows neither how it was learnt nor how it is shown.
    "core": {"support", "model"},
    # Keeps reports as the exporters' JSON, found by what the core knows boards by.
    "store": {"support", "model", "exporters", "core"},
    # Goes the whole way; its children hand over inventories as the exporters' JSON.
    "pass": {"support", "model", "probes", "exporters", "core"},
    "command": {"support", "model", "probes", "exporters", "core", "store", "pass"},
    "daemon": {"support", "model", "probes", "exporters", "web", "core", "store", "pass"},
    "main": {"support", "model", "probes", "exporters", "core", "store", "pass", "command",
             "daemon"},
    "boundary": set(),
    "bench": {"boundary", "support"},
    # The backends' side of the boundary in C++; the host has its own.
    "cpp_boundary": {"boundary", "cpp_boundary"},
    "gpu": {"boundary", "cpp_boundary"},
    "backend": {"boundary", "cpp_boundary", "gpu"},
}

# Programs of their own, built without the project's include path.
STANDALONE = ("tests/bench/", "tests/install/out_of_tree/")

# What is linked into one program. Types stand at the beginning of a line in this project's form.
ONE_PROGRAM = ("agent/", "probes/", "exporters/")
NAMESPACE = re.compile(r"namespace ([\w:]+) \{")
TYPE = re.compile(r"(?:class|struct|enum class) (\w+)(?: final)?(?: : [^;]+)? \{")

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
# Written apart, so that this file does not accuse itself.
LEFT_FOR_LATER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def layer_of(path):
    """Layer of a path from the root, such as "core" or "backend:cpu"; None if it has none."""
    for pattern, layer in LAYERS:
        match = re.match(pattern, path)
        if match:
            return ":".join([layer, *match.groups()])
    return None


def may_include(includer, included):
    if includer == included or includer == "tests":
        return True
    return included.split(":")[0] in ALLOWED[includer.split(":")[0]] and ":" not in included


def includes_of(text):
    """(line number, "quote or bracket", path) of each include directive."""
    for number, line in enumerate(text.splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def check_includes(root, path, text):
    includer = layer_of(path)
    if includer is None:
        return
    for number, quote, included in includes_of(text):
        if not (root / included).is_file():
            # Not ours, or not written from the root.
            beside = (root / path).parent.joinpath(included).is_file()
            if quote == '"' and beside and not path.startswith(STANDALONE):
                yield f"{path}:{number}: \"{included}\" is not written from the root"
            continue
        target = layer_of(included)
        if target is not None and not may_include(includer, target):
            yield f"{path}:{number}: {includer} must not include {target} ({included})"


def check_own_header_first(root, path, text):
    own_header = str(Path(path).with_suffix(".h"))
    if not path.endswith(".cpp") or not (root / own_header).is_file():
        return
    first = next(includes_of(text), None)
    if first is None or first[2] != own_header:
        number = first[0] if first else 1
        yield f"{path}:{number}: the first include must be its own header, {own_header}"


def check_text(path, text):
    lines = text.splitlines()
    if Path(path).suffix in SOURCE_SUFFIXES and len(lines) > MAX_LINES:
        yield f"{path}:{len(lines)}: {len(lines)} lines; {MAX_LINES} are the most a file may have"
    for number, line in enumerate(lines, start=1):
        word = LEFT_FOR_LATER.search(line)
        if word:
            yield f"{path}:{number}: '{word.group(1)}': finish it, or open an issue"


def types_of(text):
    """(line number, qualified name) of each type that a header defines outside of others."""
    namespace = ""
    for number, line in enumerate(text.splitlines(), start=1):
        opened = NAMESPACE.match(line)
        if opened:
            namespace = opened.group(1)
        defined = TYPE.match(line)
        if defined:
            yield number, f"{namespace}::{defined.group(1)}"


def check_type(path, text, seen):
    """Two types of one name in one program: the linker takes the functions of either for both."""
    if Path(path).suffix != ".h" or not path.startswith(ONE_PROGRAM):
        return
    for number, name in types_of(text):
        first = seen.setdefault(name, path)
        if first != path:
            yield f"{path}:{number}: {name} is defined in {first} as well"


def project_files(root):
    """Text files of the project as paths from the root, in a fixed order."""
    for folder in PROJECT_FOLDERS:
        for directory, subdirectories, names in os.walk(root / folder):
            subdirectories.sort()
            for name in sorted(names):
                file = Path(directory, name)
                if file.suffix in TEXT_SUFFIXES and not file.is_symlink():
                    yield file.relative_to(root).as_posix()


def check_tree(root):
    """Every violation below `root`, and how many files were looked at."""
    violations = []
    seen = {}
    count = 0
    for path in project_files(root):
        count += 1
        text = (root / path).read_text(encoding="utf-8")
        violations.extend(check_text(path, text))
        if Path(path).suffix in SOURCE_SUFFIXES:
            violations.extend(check_includes(root, path, text))
            violations.extend(check_own_header_first(root, path, text))
            violations.extend(check_type(path, text, seen))
    return violations, count


def main(arguments):
    if len(arguments) != 2:
        print("usage: check_layering.py ROOT", file=sys.stderr)
        return 64
    root = Path(arguments[1]).resolve()
    violations, count = check_tree(root)
    for violation in violations:
        print(violation)
    if count == 0:
        print(f"{root}: no files of the project here", file=sys.stderr)
        return 1
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
