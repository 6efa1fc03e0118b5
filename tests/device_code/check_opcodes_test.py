"""check_opcodes.py sees what it is for."""
import pathlib
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_opcodes


def code(*parts):
    """Instruction words: (opcode, how many)..."""
    words = [opcode for opcode, count in parts for _ in range(count)]
    return b"".join(struct.pack("<QQ", 0x7000 | opcode, 0) for opcode in words)


class Faults(unittest.TestCase):
    def faults(self, name, *parts):
        return "; ".join(check_opcodes.faults_of(name, code(*parts)))

    def test_none_of_a_sound_kernel(self):
        self.assertEqual(self.faults("mma_sm80_bf16", (check_opcodes.HMMA, 72), (0x918, 9)), "")
        self.assertEqual(self.faults("wgmma_sm90_int1", (check_opcodes.WGMMA_BIT, 36)), "")
        self.assertEqual(self.faults("fma_fp16", (check_opcodes.HFMA2, 260),
                                     (check_opcodes.HFMA2_ON_MATRIX_PIPE, 260)), "")

    def test_an_instruction_that_was_dropped(self):
        self.assertIn("71 instructions 0x23c, expected 72",
                      self.faults("mma_sm80_bf16", (check_opcodes.HMMA, 71)))

    def test_instructions_in_the_place_of_another(self):
        # As 8-bit floating point on Hopper: converted, then multiplied in 16 bits.
        words = self.faults("mma_sm89_e4m3_fp32", (check_opcodes.HMMA, 144))
        self.assertIn("0 instructions 0x27a", words)
        self.assertIn("144 matrix instructions of another kind", words)

    def test_local_memory(self):
        self.assertIn("LDL", self.faults("mma_sm80_fp64", (check_opcodes.DMMA, 72), (0x983, 1)))

    def test_a_descriptor_that_says_another_depth(self):
        def words(name, descriptor, units):
            issued = 0x75EA | (units - 1) << 85
            loaded = 0x7882 | descriptor << 32
            made = issued.to_bytes(16, "little") * 130 + loaded.to_bytes(16, "little")
            return "; ".join(check_opcodes.faults_of(name, made))
        self.assertEqual(words("tcgen05_nvfp4_k96", 0x90400480, 2), "")
        self.assertIn("no word 0x90400480", words("tcgen05_nvfp4_k96", 0x10400480, 2))
        self.assertIn("on 1 units", words("tcgen05_nvfp4_k96", 0x90400480, 1))
        self.assertIn("on 2 units", words("tcgen05_nvfp4", 0x08400480, 2))

    def test_a_loop_that_was_unrolled_or_cut(self):
        def words(count, architecture):
            """72 instructions, and after `count` of them a branch to the first."""
            back = -(count + 1) * 4  # in units of four bytes
            place = (back & 0xFF) << 16 | (back >> 8 & (1 << 48) - 1) << 34
            if architecture < 90:
                place = (back & (1 << 48) - 1) << 34
            branch = (0x947 | place).to_bytes(16, "little")
            made = code((check_opcodes.HMMA, count)) + branch + code(
                (check_opcodes.HMMA, 72 - count))
            return "; ".join(check_opcodes.loop_faults_of("mma_sm80_bf16", made, architecture))
        for architecture in (80, 90):
            self.assertEqual(words(64, architecture), "")
            self.assertIn("32 of its instructions in the loop, expected 64",
                          words(32, architecture))
        self.assertIn("0 of its", "; ".join(check_opcodes.loop_faults_of(
            "mma_sm80_bf16", code((check_opcodes.HMMA, 72)), 80)))

    def test_a_kernel_that_nobody_knows(self):
        self.assertIn("no row here", self.faults("mma_sm80_fp3", (check_opcodes.HMMA, 72)))

    def test_families(self):
        for name, family in (("mma_sm80_int4", "mma_sm80_sub_byte"), ("fma_fp64", "fma"),
                             ("mma_sm90_fp64", "mma_sm90_fp64"), ("mma_sm75_int1", "mma_sm75"),
                             ("mma_sm80_fp16_fp16", "mma_sm80"),
                             ("mma_sm89_e5m2_fp16", "mma_sm89_fp16"),
                             ("mma_sm89_e5m2_fp32", "mma_sm89"),
                             ("tcgen05_nvfp4", "tcgen05_fp4"), ("tcgen05_int8", "tcgen05_int8"),
                             ("tcgen05_mxfp4_k96", "tcgen05_fp4_k96"),
                             ("tcgen05_mxfp8", "tcgen05"),
                             ("wgmma_sm90_e4m3_fp16", "wgmma_sm90")):
            self.assertEqual(check_opcodes.family_of(name), family)

    def test_of_what_was_asked_for_a_toolkit_compiles_what_it_knows(self):
        wanted = ["fma sm_80 12.0", "fma sm_90a 12.0", "fma sm_103a 12.0", "narrow sm_80 12.8"]
        known = {"sm_80", "sm_90"}
        self.assertEqual(check_opcodes.built_by(wanted, known, (12, 4)), {("fma", 80), ("fma", 90)})
        self.assertEqual(check_opcodes.built_by(wanted, known | {"sm_103"}, (13, 0)),
                         {("fma", 80), ("fma", 90), ("fma", 103), ("narrow", 80)})


if __name__ == "__main__":
    unittest.main()
