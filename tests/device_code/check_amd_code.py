"""The machine code in the built HIP module, decoded without a GPU: the hot loop of each kernel holds
the instruction that it is named for, as often as its contract says, and nothing beside it but the
loop's own: no memory, no registers moved; and no kernel has scratch memory or spilled registers.

usage: check_amd_code.py MODULE LLVM_OBJDUMP LLVM_READELF "target lanes file family..."...
The arguments say which code objects there are to be, and of which families of kernels.
"""
import collections
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

ELF_MAGIC, EM_AMDGPU = b"\x7fELF", 224

# Chains x 2 x unroll: kernels/gpu/kernel_contract.h.
MATRIX, VECTOR = 8 * 2 * 4, 8 * 2 * 32

# Kernel -> the instruction that does the work, and how much of the loop's multiply-adds one does.
# `v_mfma_f32_32x32x8f16` and `v_mfma_f32_32x32x8_f16` are one, as CDNA 2 and CDNA 3 write it.
FORMATS = {"fp64": "f64", "fp32": "f32", "tf32": "xf32", "fp16": "f16", "bf16": "bf16", "int8": "i8",
           "e4m3_fnuz": "fp8_fp8", "e5m2_fnuz": "bf8_bf8"}
F8F6F4 = ("e4m3", "e5m2", "e3m2", "e2m3", "e2m1")
WMMA = {"fp16": "f16", "bf16": "bf16", "int8": "iu8", "int4": "iu4", "e4m3": "fp8_fp8",
        "e5m2": "bf8_bf8"}
FMA = {"fma_fp64": {"v_fma_f64": 1, "v_fmac_f64": 1},
       "fma_fp32": {"v_pk_fma_f32": 2, "v_dual_fmac_f32": 1, "v_fmac_f32": 1, "v_fma_f32": 1},
       "fma_fp16": {"v_pk_fma_f16": 1}}
# Families without rows: loops over memory.
OVER_MEMORY = {"dram": {"dram_read", "dram_write", "dram_copy"}, "fill": {"fill_items"}}
# What a loop needs for itself, and what clocks of 20 bits are read with (RDNA 3).
OWN = re.compile(r"s_(add|sub|addc|subb|and|cmp|cbranch|mov|getreg|waitcnt|wait|nop|delay_alu|clause|"
                 r"set_inst_prefetch)\w*")
MOST_OWN = 16
# Of vector loops the share: s_delay_alu is a hint in the stream of instructions.
MOST_OWN_VECTOR = 96


def instructions_of(kernel):
    """{instruction: multiply-adds of one}, and how many of them a loop has."""
    if kernel in FMA:
        return FMA[kernel], VECTOR
    kind, form, shape = re.fullmatch(r"(mfma|wmma(?:_gfx12)?)_(\w+?)_(\d+x\d+x\d+)(?:_1k)?",
                                     kernel).groups()
    if kind.startswith("wmma"):
        start = "i32" if form.startswith("int") else "f32"
        return {f"v_wmma_{start}_{shape}_{WMMA[form]}": 1}, MATRIX
    if form in F8F6F4:
        return {f"v_mfma_f32_{shape}_f8f6f4": 1}, MATRIX
    if form.startswith("mx"):
        return {f"v_mfma_scale_f32_{shape}_f8f6f4": 1}, MATRIX
    start = {"fp64": "f64", "int8": "i32"}.get(form, "f32")
    ends = [f"{mark}{FORMATS[form]}{end}" for mark in ("", "_") for end in ("", "_1k")]
    return {f"v_mfma_{start}_{shape}{end}": 1 for end in ends}, MATRIX


def plain(opcode):
    """Without the encoding's size, which the assembler chooses."""
    return re.sub(r"_e(32|64|64_dpp|32_dpp)$", "", opcode)


class Kernel:
    """One kernel's code: (address, opcodes, target of a branch) of each instruction."""

    def __init__(self, name, begin):
        self.name, self.begin, self.lines = name, begin, []

    def add(self, text, address, target):
        # Two instructions of one word stand in one line, "::" between them.
        self.lines.append((address, [plain(part.split()[0]) for part in text.split("::")], target))

    def hot_loop(self):
        """The opcodes of the shortest loop; None without one. What jumps back from behind the end is
        code that was put there, and no loop."""
        ends = [address for address, opcodes, _ in self.lines if opcodes[0] == "s_endpgm"]
        loops = [(address - target, target, address) for address, opcodes, target in self.lines
                 if opcodes[0].startswith("s_cbranch") and target is not None and target <= address
                 and not any(target <= end <= address for end in ends)]
        if not loops:
            return None
        _, begin, end = min(loops)
        return collections.Counter(opcode for address, opcodes, _ in self.lines
                                   if begin <= address <= end for opcode in opcodes)


def kernels_in(disassembly):
    kernels = []
    for line in disassembly.splitlines():
        head = re.match(r"([0-9a-f]+) <(\w+)>:$", line)
        if head:
            kernels.append(Kernel(head[2], int(head[1], 16)))
            continue
        body = re.match(r"\s+(\S.*?)\s*// ([0-9A-F]+):.*?(?:<\w+?(?:\+0x([0-9a-f]+))?>)?$", line)
        if body and kernels:
            branch = line.rstrip().endswith(">")
            target = kernels[-1].begin + int(body[3] or "0", 16) if branch else None
            kernels[-1].add(body[1], int(body[2], 16), target)
    return kernels


def faults_of(kernel):
    """What is wrong with one issue loop, in words."""
    loop = kernel.hot_loop()
    if loop is None:
        return [f"{kernel.name}: no loop"]
    wanted, count = instructions_of(kernel.name)
    found = sum(loop[opcode] * worth for opcode, worth in wanted.items())
    faults = []
    if found != count:
        faults.append(f"{kernel.name}: {found} multiply-adds by {' or '.join(wanted)}, "
                      f"expected {count}")
    own = {opcode: number for opcode, number in loop.items() if opcode not in wanted}
    faults += [f"{kernel.name}: {number} {opcode} in the loop" for opcode, number in own.items()
               if not OWN.fullmatch(opcode)]
    most = MOST_OWN_VECTOR if count == VECTOR else MOST_OWN
    if sum(own.values()) > most:
        faults.append(f"{kernel.name}: {sum(own.values())} instructions of the loop's own")
    return faults


def metadata_faults(notes):
    """Scratch memory and spilled registers that the code object says its kernels have."""
    faults, name = [], "?"
    for key, value in re.findall(r"\.(name|private_segment_fixed_size|[sv]gpr_spill_count):\s+(\S+)",
                                 notes):
        if key == "name":
            name = value
        elif value != "0":
            faults.append(f"{name}: {key} {value}")
    return faults


def rows_of(folder, family):
    """Kernels of a family, as its rows name them."""
    rows = folder / f"{family}.inc"
    if not rows.exists():
        return OVER_MEMORY[family]
    return set(re.findall(r"^TPP_ROW\((\w+),", rows.read_text(encoding="utf-8"), re.MULTILINE))


def images_in(module):
    at = module.find(ELF_MAGIC, 1)
    while at >= 0:
        if struct.unpack_from("<H", module, at + 0x12)[0] == EM_AMDGPU:
            table, = struct.unpack_from("<Q", module, at + 0x28)
            size, count = struct.unpack_from("<HH", module, at + 0x3A)
            yield module[at:at + table + size * count]
        at = module.find(ELF_MAGIC, at + 1)


def said(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def check_image(file, objdump, readelf, expected):
    """(target, faults) of one code object; `expected`: {target: kernels}."""
    flags = re.search(r"Flags:.*?(gfx\w+)", said(readelf, "-h", file))
    target = flags[1] if flags else "?"
    kernels = kernels_in(said(objdump, "-d", "--no-show-raw-insn", file))
    faults = metadata_faults(said(readelf, "--notes", file))
    names = {kernel.name for kernel in kernels}
    wanted = expected.get(target, set())
    faults += [f"{name} is not there" for name in sorted(wanted - names)]
    faults += [f"{name} was not asked for" for name in sorted(names - wanted)]
    for kernel in kernels:
        if kernel.name in wanted and not any(kernel.name in names for names in OVER_MEMORY.values()):
            faults += faults_of(kernel)
    return target, [f"{target} {fault}" for fault in faults]


def main(module_path, objdump, readelf, asked):
    rows = pathlib.Path(__file__).resolve().parents[2] / "kernels/hip/device"
    expected = {}
    for words in asked:
        target, _, _, *families = words.split()
        expected[target] = set().union(*(rows_of(rows, family) for family in families))
    faults, seen = [], set()
    with tempfile.TemporaryDirectory() as folder:
        for number, image in enumerate(images_in(pathlib.Path(module_path).read_bytes())):
            file = pathlib.Path(folder) / str(number)
            file.write_bytes(image)
            target, found = check_image(file, objdump, readelf, expected)
            seen.add(target)
            faults += found
    faults += [f"there is no code object for {target}" for target in sorted(set(expected) - seen)]
    for fault in faults:
        print(fault)
    return 1 if faults or not expected else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
