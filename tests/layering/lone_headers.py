#!/usr/bin/python3
"""Compiles alone each header that no source of the same name includes first.

Usage: lone_headers.py ROOT COMPILER [FLAG...]

Together with the rule that a source includes its own header first this shows that every header can
be included by itself.
"""

import concurrent.futures
import os
import platform
import subprocess
import sys
from pathlib import Path

FOLDERS = ("agent", "probes", "kernels", "exporters")
ARCHITECTURES = {"x86_64", "aarch64"}


def lone_headers(root):
    foreign = ARCHITECTURES - {platform.machine()}
    for folder in FOLDERS:
        for header in sorted((root / folder).rglob("*.h")):
            has_source = header.with_suffix(".cpp").is_file()
            if not has_source and not foreign & set(header.parts):
                yield header.relative_to(root).as_posix()


def compile_alone(root, compiler, header):
    """What the compiler says of a source that holds nothing but this include; "" if all is well."""
    # The header twice: a lost include guard shows too.
    source = f'#include "{header}"\n' * 2
    command = [*compiler, "-std=c++20", f"-I{root}", "-fsyntax-only", "-x", "c++", "-"]
    result = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 else f"{header} does not compile alone:\n{result.stderr}"


def main(arguments):
    root, compiler = Path(arguments[1]).resolve(), arguments[2:]
    headers = list(lone_headers(root))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(lambda header: compile_alone(root, compiler, header), headers))
    errors = [words for words in said if words]
    print("\n".join(errors))
    print(f"{len(headers)} headers compiled alone, {len(errors)} failed")
    return 1 if errors or not headers else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
