"""A simulated node of sixteen devices with fourteen precisions each, as the daemon's figures are
asked for."""

PRECISIONS = ("fp64", "tf32", "fp32", "fp16", "bf16", "fp8_e4m3", "fp8_e5m2", "fp6_e2m3", "fp6_e3m2",
              "mxfp8", "mxfp4", "int8", "int4", "int1")

DEVICE = """\
  - id: "0000:{bus:02x}:00.0"
    name: NVIDIA H100 80GB HBM3
    vendor: NVIDIA
    kind: gpu
    architecture: sm_90
    pci_id: "10de:2330"
    uuid: GPU-00000000-0000-0000-0000-0000000000{bus:02x}
    serial: "16525230000{bus:02x}"
    driver_version: "580.65.06"
    units: 132
    unit_kind: SM
    max_clock_mhz: 1980
    clock_mhz: 1755
    memory_gb: 80
    memory_bus_bits: 5120
    memory_gtps: 5.234
    datacenter: true
    benchmarks:
"""
BENCHMARK = "      - {{kernel: mma, subject: {}, ops_per_clock_per_unit: {}, efficiency: 0.998}}\n"


def scenario(in_real_time=False):
    """The text of the scenario; `in_real_time`: a benchmark takes as long as on a device."""
    text = "version: 1\ndevices:\n"
    for index in range(16):
        text += DEVICE.format(bus=0x10 + index)
        if in_real_time:
            text = text.removesuffix("    benchmarks:\n") + "    fault: {slow: 1}\n    benchmarks:\n"
        text += "".join(BENCHMARK.format(name, 4096) for name in PRECISIONS)
    return text
