#!/usr/bin/env python3
"""Runs one launch of a HIP kernel on tinygrad's emulator of AMD's instructions, for the fake runtime
(tests/fakes/hip/outside_emulator.h): the code object of the module, loaded as it is.

usage: emulate_amd.py FOLDER
Environment: TPP_TINYGRAD, a checkout of tinygrad that has test/mockgpu/amd/emu.py.
"""
import ctypes
import mmap
import os
import pathlib
import struct
import sys

# Its names of the families whose instructions it knows.
ARCHITECTURES = {"gfx950": "cdna", "gfx11": "rdna3", "gfx12": "rdna4"}
PT_LOAD, SHT_DYNSYM = 1, 11
STAMP_BYTES = 40


# What reads a clock, which nothing here has: bits that tell the instruction, and its words. They are
# put out of action (s_nop): what they read is in no product.
CLOCKS = ((0xFF80FF00, 0xBE804D00, 1),  # s_sendmsg_rtn_b64
          (0xFFFC0000, 0xC0900000, 2), (0xFFFC0000, 0xC0940000, 2))  # s_memtime, s_memrealtime
NOP = 0xBF800000


class CodeObject:
    """An ELF file in memory from which code can be run."""

    def __init__(self, data):
        self.data = data
        program_at, section_at = struct.unpack_from("<QQ", data, 0x20)
        program_size, programs, section_size, sections = struct.unpack_from("<HHHH", data, 0x36)
        segments = [struct.unpack_from("<IIQQQQQQ", data, program_at + i * program_size)
                    for i in range(programs)]
        loads = [segment for segment in segments if segment[0] == PT_LOAD]
        self.size = max(segment[3] + segment[6] for segment in loads)
        self.memory = mmap.mmap(-1, self.size + mmap.PAGESIZE)
        self.base = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        for _, _, offset, address, _, file_size, _, _ in loads:
            self.memory[address:address + file_size] = data[offset:offset + file_size]
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", data, section_at + i * section_size)
                         for i in range(sections)]

    def stop_clocks(self, begin, end):
        for at in range(begin, end, 4):
            word, = struct.unpack_from("<I", self.memory, at)
            for mask, value, words in CLOCKS:
                if word & mask == value:
                    struct.pack_into(f"<{words}I", self.memory, at, *[NOP] * words)

    def address_of(self, name):
        for section in self.sections:
            if section[1] != SHT_DYNSYM:
                continue
            names = self.sections[section[6]][4]
            for at in range(section[4], section[4] + section[5], 24):
                name_at, _, _, _, value, _ = struct.unpack_from("<IBBHQQ", self.data, at)
                end = self.data.index(b"\0", names + name_at)
                if self.data[names + name_at:end].decode() == name:
                    return value
        raise KeyError(name)


def user_data(properties, arguments):
    """The scalar registers that a kernel finds filled, as its descriptor asks for them."""
    words = []
    for bit, count in enumerate((4, 2, 2, 2, 2, 2, 1)):
        if properties >> bit & 1:
            is_arguments = bit == 3
            words += [arguments & 0xFFFFFFFF, arguments >> 32] if is_arguments else [0] * count
    return words


def mend_scaled_instructions():
    """A scaled instruction is two of eight bytes, and the emulator looks at the second alone: what
    stands before an unscaled one of the same name would be taken for its first, which begins with
    D3AC as LLVM's assembler has it."""
    # pylint: disable=import-outside-toplevel
    from tinygrad.renderer.amd.dsl import FixedBitField
    from tinygrad.runtime.autogen.amd.cdna.ins import VOP3PX2
    VOP3PX2._fields = [(name, FixedBitField(31, 16, 0xD3AC) if name == "x2encoding" else field)
                       for name, field in VOP3PX2._fields]


def in_amd_rows(sums):
    """Sums of instructions of 32 x 32, sixteen registers of 64 lanes: the emulator has sixteen rows,
    one below the other, in each half of a wave; AMD's calculator four, then the other half's."""
    half, tile = 32 * 4, 16 * 64 * 4
    placed = bytearray(len(sums))
    for base in range(0, len(sums), tile):
        for register in range(16):
            for side in range(2):
                row = 8 * (register // 4) + 4 * side + register % 4
                to = base + (2 * register + side) * half
                at = base + (2 * (row % 16) + row // 16) * half
                placed[to:to + half] = sums[at:at + half]
    return bytes(placed)


def run(folder):
    sys.path.insert(0, os.environ["TPP_TINYGRAD"])
    from test.mockgpu.amd.emu import run_asm  # pylint: disable=import-outside-toplevel
    mend_scaled_instructions()
    kernel, target, blocks, threads, sets, size = (folder / "request").read_text().split()
    architecture = next(name for start, name in ARCHITECTURES.items() if target.startswith(start))
    code = CodeObject((folder / "image").read_bytes())
    descriptor = code.address_of(kernel + ".kd")
    # The kernel descriptor of LLVM's guide to the AMDGPU backend.
    entry, = struct.unpack_from("<q", code.memory, descriptor + 16)
    resources, properties = struct.unpack_from("<IH", code.memory, descriptor + 52)
    operands = (folder / "operands").read_bytes()
    operand_buffer = ctypes.create_string_buffer(operands, len(operands))
    accumulators = ctypes.create_string_buffer(int(size))
    stamps = ctypes.create_string_buffer(STAMP_BYTES * int(blocks))
    iterations = 1
    arguments = ctypes.create_string_buffer(struct.pack(
        "<QQQII", ctypes.addressof(operand_buffer), ctypes.addressof(accumulators),
        ctypes.addressof(stamps), iterations, int(sets)), 64)
    begin = code.base + descriptor + entry
    code.stop_clocks(descriptor + entry, code.size // 4 * 4)
    done = run_asm(begin, code.size - descriptor - entry, int(blocks), 1, 1, int(threads), 1, 1,
                   ctypes.addressof(arguments), resources, 0, architecture,
                   user_data(properties, ctypes.addressof(arguments)))
    rows_differ = architecture == "cdna" and "_32x32x" in kernel
    (folder / "accumulators").write_bytes(
        in_amd_rows(accumulators.raw) if rows_differ else accumulators.raw)
    return done


if __name__ == "__main__":
    sys.exit(run(pathlib.Path(sys.argv[1])))
