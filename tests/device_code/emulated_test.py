"""Every issue loop of the HIP module, as the code object that ships, on tinygrad's emulator of AMD's
instructions: which of them leave a right product, all but those that the emulator lacks.

usage: emulated_test.py TARGET CONFORMANCE MODULE FOLDER_OF_THE_FAKE_RUNTIME
Environment: TPP_TINYGRAD, a checkout of tinygrad (a9069c1 was tried); skipped (77) without it.
"""
import os
import pathlib
import re
import subprocess
import sys

SKIPPED = 77
# What the emulator does not do.
LACKING = {
    # No 4-bit integers.
    "gfx1100": {"mma/int4 variant 0"},
    # Nor FP8 by WMMA.
    "gfx1201": {"mma/int4 variant 0", "mma/fp8_e4m3 variant 0", "mma/fp8_e5m2 variant 0"},
    # Nor fp64, nor FP6 and FP4; of int8 its own C does not compile.
    "gfx950": {"mma/fp64 variant 0"} | {
        f"mma/{precision} variant {variant}" for variant in (0, 1)
        for precision in ("int8", "fp6_e2m3", "fp6_e3m2", "fp4_e2m1", "mxfp6", "mxfp4")},
}


def main(target, conformance, module, fake):
    if not os.environ.get("TPP_TINYGRAD"):
        print("skipped: TPP_TINYGRAD names no checkout of tinygrad")
        return SKIPPED
    emulator = pathlib.Path(__file__).resolve().parent / "emulate_amd.py"
    environment = dict(os.environ, LD_LIBRARY_PATH=fake, PYTHONDONTWRITEBYTECODE="1",
                       TPP_FAKE_HIP=f"arch={target} units=1 emulator={emulator}")
    done = subprocess.run([conformance, f"--module={module}", "--gtest_filter=*RunsEveryVariant*"],
                          env=environment, capture_output=True, text=True, check=False)
    if "RunsEveryVariant" not in done.stdout:
        print(done.stdout, done.stderr)
        return 1
    wrong = set(re.findall(r": 0/(\S+ variant \d+)", done.stdout))
    for form in sorted(wrong ^ LACKING[target]):
        print(f"{target} {form}: " + ("wrong" if form in wrong else "right, and not expected to be"))
    return 1 if wrong != LACKING[target] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
