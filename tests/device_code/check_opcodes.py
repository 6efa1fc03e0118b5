"""The machine code in the built CUDA module, decoded without a GPU: each kernel has the instruction
that it is named for, as often as its loop says, and touches no local memory. The assembler takes
instructions that it puts several others in the place of, and may drop one whose result it thinks
unused: neither shows before this, or in a rate.

usage: check_opcodes.py MODULE NVCC "family architecture since"...
The arguments are what was asked for, each by toolkits of that version on. Of it the module has what
the toolkit of NVCC knows, which is asked here anew; an image more or less is a fault.
"""
import collections
import re
import struct
import subprocess
import sys

# The low 12 bits of a 16-byte instruction word. Found by assembling one instruction after the other
# and looking at what changed, with the CUDA 13.0 assembler; those of 12.0 and 12.4 write the same.
HMMA, IMMA, DMMA, BMMA, QMMA = 0x23C, 0x237, 0x23F, 0x23D, 0x27A
QMMA_SCALED, OMMA_SCALED = 0x47A, 0x47F
TENSOR_MEMORY, TENSOR_MEMORY_SCALED = 0x5EA, 0xDEA
WGMMA_REAL, WGMMA_INTEGER, WGMMA_BIT, WGMMA_FP8 = 0x9F0, 0x9F1, 0x9F2, 0x9F3
LDG, STG = {0x981, 0x381}, {0x986, 0x386}
DFMA, FFMA, HFMA2, HFMA2_ON_MATRIX_PIPE = 0x22B, 0x223, 0x231, 0x235
MATRIX = {HMMA, IMMA, DMMA, BMMA, QMMA, QMMA_SCALED, OMMA_SCALED, WGMMA_REAL, WGMMA_INTEGER,
          WGMMA_BIT, WGMMA_FP8, TENSOR_MEMORY, TENSOR_MEMORY_SCALED}
LOCAL_MEMORY = {0x983: "LDL", 0x387: "STL", 0x987: "STL"}

# Chains x (2 x unroll + 1); slices x (2 x unroll + 1): kernels/gpu/kernel_contract.h.
IN_REGISTERS, IN_TILES, VECTOR = 8 * (2 * 4 + 1), 4 * (2 * 4 + 1), 8 * (2 * 32 + 1)
IN_TENSOR_MEMORY, IN_TENSOR_MEMORY_K96 = 4 * (2 * 16 + 1), 2 * (2 * 32 + 1)
IN_LONG_TILES = 4 * (2 * 8 + 1)

# Of these, all but the step after the loop.
IN_LOOP = {IN_REGISTERS: 64, IN_TILES: 32, VECTOR: 512, IN_TENSOR_MEMORY: 128,
           IN_TENSOR_MEMORY_K96: 128, IN_LONG_TILES: 64}
# Branches on a thread's and on a warp's condition. How far they go stands from bit 34 on, in units of
# four bytes; since sm_90 without its lowest eight bits, which stand from bit 16 on. Found as above.
BRANCHES = {0x947, 0x547}

# Kernel -> opcodes that do the work, and how many of them there are. The first pattern that fits.
KERNELS = (
    (r"tcgen05_(mxfp8|mxfp6)", {TENSOR_MEMORY_SCALED}, IN_TENSOR_MEMORY),
    (r"tcgen05_\w+_k96", {TENSOR_MEMORY}, IN_TENSOR_MEMORY_K96),
    (r"tcgen05_\w+", {TENSOR_MEMORY}, IN_TENSOR_MEMORY),
    (r"wgmma_sm90_(e4m3|e5m2)", {WGMMA_FP8}, IN_TILES),
    (r"wgmma_sm90_(fp16|bf16|tf32)", {WGMMA_REAL}, IN_TILES),
    (r"wgmma_sm90_int8", {WGMMA_INTEGER}, IN_TILES),
    (r"wgmma_sm90_int1", {WGMMA_BIT}, IN_TILES),
    (r"study_wgmma_bf16_[12]x64", {WGMMA_REAL}, IN_LONG_TILES),
    (r"study_wgmma_(fp16|bf16|tf32)_[12]x\d+", {WGMMA_REAL}, IN_TILES),
    (r"study_wgmma_e4m3_[12]x32", {WGMMA_FP8}, IN_TILES),
    (r"study_wgmma_int8_[12]x32", {WGMMA_INTEGER}, IN_TILES),
    (r"study_mma_(fp16|bf16|tf32)_\d+", {HMMA}, IN_REGISTERS),
    (r"study_mma_int8_\d+", {IMMA}, IN_REGISTERS),
    (r"mma_sm120_(mxfp8|mxfp6|e[0-9]m[0-9]_scaled)", {QMMA_SCALED}, IN_REGISTERS),
    (r"mma_sm120_(mxfp4|nvfp4)", {OMMA_SCALED}, IN_REGISTERS),
    (r"mma_sm120_(e3m2|e2m3|e2m1)", {QMMA}, IN_REGISTERS),
    (r"mma_sm\d+_(e4m3|e5m2)", {QMMA}, IN_REGISTERS),
    (r"mma_sm\d+_(fp16|bf16|tf32)", {HMMA}, IN_REGISTERS),
    (r"mma_sm\d+_(int8|int4)", {IMMA}, IN_REGISTERS),
    (r"mma_sm\d+_int1", {BMMA}, IN_REGISTERS),
    (r"mma_sm\d+_fp64", {DMMA}, IN_REGISTERS),
    (r"fma_fp64", {DFMA}, VECTOR),
    (r"fma_fp32", {FFMA}, VECTOR),
    # Eight loads under way and one of the rest; of stores as many as the assembler unrolls.
    (r"dram_read", LDG, 9),
    (r"dram_write", STG, range(4, 9)),
    (r"dram_copy", LDG, 9),
    (r"fill_items", STG, range(1, 9)),
    # Two pipes do half-precision multiply-adds since A100; the assembler takes turns.
    (r"fma_fp16", {HFMA2, HFMA2_ON_MATRIX_PIPE}, VECTOR),
)

# How many elements along k these take is told by a word that the kernel loads: format 1 of A and B
# (bits 7, 10), N 256 / 8 (17), the scales' format (23), M / 16 (24), 96 elements and not 64 (31).
DESCRIPTORS = {"tcgen05_mxfp4": 0x08C00480, "tcgen05_nvfp4": 0x08400480,
               "tcgen05_mxfp4_k96": 0x90C00480, "tcgen05_nvfp4_k96": 0x90400480}
# Of an instruction in tensor memory: it runs on two units.
ON_TWO_UNITS = 1 << 85

ELF_MAGIC, EM_CUDA = b"\x7fELF", 190


class Image:
    """One embedded ELF file of device code."""

    def __init__(self, data):
        self.data = data
        flags, = struct.unpack_from("<I", data, 0x30)
        # CUDA 13 writes another version of its interface, with the architecture a byte further up.
        self.architecture = flags >> 8 & 0xFF if data[8] >= 8 else flags & 0xFF
        table, = struct.unpack_from("<Q", data, 0x28)
        size, count, names = struct.unpack_from("<HHH", data, 0x3A)
        self.headers = [struct.unpack_from("<IIQQQQIIQQ", data, table + i * size)
                        for i in range(count)]
        self.names_at = self.headers[names][4]

    def kernels(self):
        """(name, instruction words) of each."""
        for header in self.headers:
            at = self.names_at + header[0]
            name = self.data[at:self.data.index(b"\0", at)].decode()
            if name.startswith(".text."):
                yield name[len(".text."):], self.data[header[4]:header[4] + header[5]]


def images_in(module):
    at = module.find(ELF_MAGIC, 1)
    while at >= 0:
        if struct.unpack_from("<H", module, at + 0x12)[0] == EM_CUDA:
            yield Image(module[at:])
        at = module.find(ELF_MAGIC, at + 1)


def opcodes_of(code):
    return collections.Counter(struct.unpack_from("<H", code, i)[0] & 0xFFF
                               for i in range(0, len(code), 16))


def descriptor_faults_of(name, code):
    if name not in DESCRIPTORS:
        return []
    faults = []
    words = {struct.unpack_from("<I", code, i)[0] for i in range(0, len(code), 4)}
    if DESCRIPTORS[name] not in words:
        faults.append(f"{name}: no word {DESCRIPTORS[name]:#010x}, the descriptor of its product")
    for i in range(0, len(code), 16):
        instruction = int.from_bytes(code[i:i + 16], "little")
        on_two_units = instruction & ON_TWO_UNITS != 0
        if instruction & 0xFFF == TENSOR_MEMORY and on_two_units != name.endswith("_k96"):
            faults.append(f"{name}: an instruction on {1 + on_two_units} units")
            break
    return faults


def loop_faults_of(name, code, architecture):
    """Whether the innermost loop with the work in it holds as much of it as it should."""
    _, wanted, count = next(row for row in KERNELS
                            if re.fullmatch(row[0] + r"(_fp16|_fp32)?", name))
    if isinstance(count, range) or count not in IN_LOOP:
        return []
    words = [int.from_bytes(code[i:i + 16], "little") for i in range(0, len(code), 16)]
    inside = []
    for at, word in enumerate(words):
        if word & 0xFFF not in BRANCHES:
            continue
        distance = word >> 34 & (1 << 48) - 1
        distance -= (distance >> 47) << 48
        if architecture >= 90:
            distance = distance << 8 | word >> 16 & 0xFF
        begin = at + 1 + distance // 4
        inside.append(sum(each & 0xFFF in wanted for each in words[max(begin, 0):at]))
    found = min((each for each in inside if each > 0), default=0)
    return [] if found == IN_LOOP[count] else [
        f"{name}: {found} of its instructions in the loop, expected {IN_LOOP[count]}"]


def faults_of(name, code):
    """What is wrong with one kernel, in words."""
    fitting = [row for row in KERNELS if re.fullmatch(row[0] + r"(_fp16|_fp32)?", name)]
    if not fitting:
        return [f"{name}: no row here says what it is made of"]
    _, wanted, count = fitting[0]
    opcodes = opcodes_of(code)
    faults = []
    found = sum(opcodes[opcode] for opcode in wanted)
    if found not in (count if isinstance(count, range) else (count,)):
        words = " or ".join(f"{opcode:#x}" for opcode in sorted(wanted))
        faults.append(f"{name}: {found} instructions {words}, expected {count}")
    for opcode in sorted(MATRIX - wanted):
        if opcodes[opcode]:
            faults.append(f"{name}: {opcodes[opcode]} matrix instructions of another kind, "
                          f"{opcode:#x}")
    faults += descriptor_faults_of(name, code)
    faults += [f"{name}: {word}, local memory" for opcode, word in LOCAL_MEMORY.items()
               if opcodes[opcode]]
    return faults


def family_of(name):
    """The device code's file: its kernels are named after it, those of several formats apart."""
    if name.startswith("study_"):
        return re.match(r"study_(?:wg)?mma", name).group() + "_sm90"
    if name.startswith("mma_sm89") and name.endswith("_fp16"):
        return "mma_sm89_fp16"
    for end, family in (("_int4", "_sub_byte"), ("_int1", "_sub_byte"), ("_fp64", "_fp64")):
        if name.endswith(end) and name.startswith(("mma_sm80", "mma_sm90")):
            return name[:-len(end)] + family
    if name.startswith("tcgen05"):
        own = re.fullmatch(r"tcgen05_(?:mx|nv)(fp4(?:_k96)?)|tcgen05_(int8)", name)
        return "tcgen05_" + (own[1] or own[2]) if own else "tcgen05"
    return re.match(r"(?:wg)?mma_sm\d+|fma|dram|fill", name).group()


def built_by(wanted, known_code, version):
    """{(family, number)} of what a toolkit compiles of `wanted`."""
    built = set()
    for words in wanted:
        family, architecture, since = words.split()
        plain = architecture.rstrip("a")  # whoever knows sm_90 knows sm_90a
        if plain in known_code and version >= tuple(map(int, since.split("."))):
            built.add((family, int(plain[3:])))
    return built


def toolkit(nvcc):
    """(architectures, version) that a toolkit says of itself."""
    known_code, told = (subprocess.run([nvcc, word], capture_output=True, text=True, check=True)
                        .stdout for word in ("--list-gpu-code", "--version"))
    major, minor = re.search(r"release (\d+)\.(\d+)", told).groups()
    return set(known_code.split()), (int(major), int(minor))


def main(module_path, nvcc, wanted):
    with open(module_path, "rb") as file:
        module = file.read()
    faults, seen = [], set()
    for image in images_in(module):
        for name, code in image.kernels():
            seen.add((family_of(name), image.architecture))
            found = faults_of(name, code) or loop_faults_of(name, code, image.architecture)
            faults += [f"sm_{image.architecture} {fault}" for fault in found]
    expected = built_by(wanted, *toolkit(nvcc))
    if not expected:
        faults.append(f"{nvcc} knows none of the architectures")
    faults += [f"{family} for sm_{number} is not in the module"
               for family, number in sorted(expected - seen)]
    faults += [f"{family} for sm_{number} is in the module, and was not asked for"
               for family, number in sorted(seen - expected)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
