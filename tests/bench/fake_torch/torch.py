"""PyTorch without PyTorch, for tests of torch_gemm.py: a clock of its own runs 10^12 operations/s
for each product, and nothing is computed. What the environment variable FAKE_TORCH asks for:

  absent   there is no such module
  no_gpu   it sees none
  no_int8  torch._int_mm is not there
"""
import os
from types import SimpleNamespace

ASKED = os.environ.get("FAKE_TORCH", "")
if ASKED == "absent":
    raise ModuleNotFoundError("No module named 'torch'")

print("a library that talks where it should not")
__version__ = "0.0-fake"
float64, float32, float16, bfloat16, float8_e4m3fn, int8 = range(6)
clock_s = 0.0


class Tensor:
    def __init__(self, *shape):
        self.shape = shape

    def t(self):
        return Tensor(*reversed(self.shape))

    def to(self, _dtype):
        return self


def made(*shape, **_):
    """Of numbers, or of one tuple of them."""
    return Tensor(*(shape[0] if isinstance(shape[0], tuple) else shape))


randn = empty = ones = made


def randint(_low, _high, shape, **_):
    return Tensor(*shape)


def matmul(a, b, out=None):
    global clock_s
    (m, k), (other_k, n) = a.shape, b.shape
    assert k == other_k and (out is None or out.shape == (m, n)), (a.shape, b.shape)
    clock_s += 2 * m * n * k / 1e12
    return Tensor(m, n)


def _scaled_mm(a, b, scale_a, scale_b, out_dtype, use_fast_accum):
    assert scale_a.shape == scale_b.shape == () and out_dtype == bfloat16 and use_fast_accum
    return matmul(a, b)


def _int_mm(a, b):
    if ASKED == "no_int8":
        raise RuntimeError("_int_mm is not for this device\nand a second line")
    return matmul(a, b)


class Event:
    def __init__(self, enable_timing):
        assert enable_timing
        self.at_s = 0.0

    def record(self):
        self.at_s = clock_s

    def synchronize(self):
        pass

    def elapsed_time(self, end):
        return (end.at_s - self.at_s) * 1e3


cuda = SimpleNamespace(Event=Event, is_available=lambda: ASKED != "no_gpu",
                       mem_get_info=lambda: (1 << 30, 1 << 30), synchronize=lambda: None,
                       empty_cache=lambda: None)
backends = SimpleNamespace(cuda=SimpleNamespace(matmul=SimpleNamespace(allow_tf32=False)))
