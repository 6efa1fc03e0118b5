#!/usr/bin/env python3
"""What PyTorch's matrix product reaches on this node's first GPU.

A child of compare_gpu.py, so that PyTorch is loaded once for all rounds. Writes a line of JSON that
says what is here, then one for each line read: {"precision", "shapes": [[m, n, k], ...],
"seconds"} gives {"what", "ops_per_second", "batches"}, or {"error"}. The fastest shape is found by short
trials, then measured; operands are random, N(0,1), and both run along k, as those of a linear layer.
"""

import json
import math
import os
import statistics
import sys

BATCH_S = 0.006
TRIAL_S = 0.02
RAMP_S = 0.1  # until clocks have risen


def cublaslt_in_use():
    """The path of the cuBLASLt that PyTorch has loaded; None if it shows none."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            for line in maps:
                if "libcublasLt.so" in line:
                    return line.split(maxsplit=5)[5].strip()
    except OSError:
        pass
    return None


def matmul(torch, dtype, shape):
    m, n, k = shape
    a = torch.randn(m, k, device="cuda", dtype=dtype)
    b = torch.randn(n, k, device="cuda", dtype=dtype)
    out = torch.empty(m, n, device="cuda", dtype=dtype)
    return lambda: torch.matmul(a, b.t(), out=out)


def fp32(torch, shape, tf32):
    torch.backends.cuda.matmul.allow_tf32 = tf32
    return matmul(torch, torch.float32, shape)


def fp8(torch, shape):
    m, n, k = shape
    a = torch.randn(m, k, device="cuda", dtype=torch.float16).to(torch.float8_e4m3fn)
    b = torch.randn(n, k, device="cuda", dtype=torch.float16).to(torch.float8_e4m3fn)
    one = torch.ones((), device="cuda", dtype=torch.float32)
    return lambda: torch._scaled_mm(a, b.t(), scale_a=one, scale_b=one, out_dtype=torch.bfloat16,
                                    use_fast_accum=True)


def int8(torch, shape):
    m, n, k = shape
    a = torch.randint(-127, 128, (m, k), device="cuda", dtype=torch.int8)
    b = torch.randint(-127, 128, (n, k), device="cuda", dtype=torch.int8)
    return lambda: torch._int_mm(a, b.t())


WAYS = {"fp64": ("torch.matmul", lambda torch, shape: matmul(torch, torch.float64, shape)),
        "fp32": ("torch.matmul", lambda torch, shape: fp32(torch, shape, False)),
        "tf32": ("torch.matmul, allow_tf32", lambda torch, shape: fp32(torch, shape, True)),
        "fp16": ("torch.matmul", lambda torch, shape: matmul(torch, torch.float16, shape)),
        "bf16": ("torch.matmul", lambda torch, shape: matmul(torch, torch.bfloat16, shape)),
        "fp8_e4m3": ("torch._scaled_mm, use_fast_accum", fp8),
        "int8": ("torch._int_mm", int8)}


def timed(torch, call, calls):
    """Seconds of so many calls, by the device's timer."""
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    begin.record()
    for _ in range(calls):
        call()
    end.record()
    end.synchronize()
    return max(1e-9, begin.elapsed_time(end) / 1e3)


def rates(torch, call, operations, seconds):
    """Of batches of at least BATCH_S, for about `seconds`."""
    timed(torch, call, 1)
    calls = math.ceil(BATCH_S / timed(torch, call, 1))
    found, spent = [], 0.0
    while not found or spent < seconds:
        batch = timed(torch, call, calls)
        found.append(operations * calls / batch)
        spent += batch
    return found


def fits(torch, shape):
    # Eight bytes an element of all three are as many as any way takes.
    m, n, k = shape
    return 8 * (m * k + n * k + m * n) < torch.cuda.mem_get_info()[0] / 2


def answer(torch, request):
    words, make = WAYS[request["precision"]]
    trials = []
    for shape in request["shapes"]:
        if not fits(torch, shape):
            continue
        operations = 2.0 * math.prod(shape)
        call = make(torch, shape)
        if not trials:
            rates(torch, call, operations, RAMP_S)
        trials.append((statistics.median(rates(torch, call, operations, TRIAL_S)), shape))
        del call
    if not trials:
        return {"error": "no shape fits into memory"}
    shape = max(trials)[1]
    batches = rates(torch, make(torch, shape), 2.0 * math.prod(shape), request["seconds"])
    return {"what": f"{words}, {'x'.join(map(str, shape))}",
            "ops_per_second": statistics.median(batches), "batches": batches}


def main():
    # Answers alone go where they are read; whatever a library prints goes to standard error.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(value):
        print(json.dumps(value), file=answers, flush=True)

    try:
        import torch
        if not torch.cuda.is_available():
            raise RuntimeError("it sees no GPU")
        torch.matmul(*(torch.ones(16, 16, device="cuda", dtype=torch.float16) for _ in range(2)))
        torch.cuda.synchronize()
    except Exception as error:  # whatever is wrong with an installation
        say({"error": str(error)})
        return 0
    say({"version": torch.__version__, "cublaslt": cublaslt_in_use()})
    for line in sys.stdin:
        try:
            say(answer(torch, json.loads(line)))
        except Exception as error:  # one precision that it cannot do hides no other
            say({"error": f"{type(error).__name__}: {error}".splitlines()[0]})
        torch.cuda.empty_cache()
    return 0


if __name__ == "__main__":
    sys.exit(main())
