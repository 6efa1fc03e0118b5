"""That check_amd_code.py finds what it is there to find, in disassemblies made up for it."""
import unittest

import check_amd_code as check


def disassembly(name, body, before=()):
    """A kernel that runs `before` once and `body` in a loop."""
    lines = ["", f"0000000000001000 <{name}>:"]
    address = 0x1000
    begin = 0
    for number, opcode in enumerate([*before, *body]):
        if number == len(before):
            begin = address
        lines.append(f"\t{opcode} v0, v1    // {address:012X}: ")
        address += 8
    lines.append(f"\ts_cbranch_scc1 65000    // {address:012X}: <{name}+0x{begin - 0x1000:x}>")
    lines.append(f"\ts_endpgm    // {address + 4:012X}: ")
    return "\n".join(lines)


def faults(name, body, before=()):
    (kernel,) = check.kernels_in(disassembly(name, body, before))
    return check.faults_of(kernel)


MFMA = ["v_mfma_f32_32x32x8_f16"] * 64
OWN = ["s_add_i32", "s_cmp_lg_u32"]


class CheckAmdCode(unittest.TestCase):
    def test_takes_a_loop_of_nothing_but_its_instruction(self):
        self.assertEqual(faults("mfma_fp16_32x32x8", MFMA + OWN, ["v_accvgpr_write_b32"] * 32), [])

    def test_finds_an_instruction_too_few(self):
        (fault,) = faults("mfma_fp16_32x32x8", MFMA[1:] + OWN)
        self.assertIn("63 multiply-adds", fault)

    def test_finds_another_instruction_in_its_place(self):
        found = faults("mfma_fp16_32x32x8", ["v_mfma_f32_32x32x4_f16"] * 64 + OWN)
        self.assertIn("0 multiply-adds", found[0])

    def test_finds_moved_accumulators_and_scratch_in_the_loop(self):
        for opcode in ("v_accvgpr_read_b32", "scratch_load_dword", "global_load_dword",
                       "v_mov_b32_e32"):
            found = faults("mfma_fp16_32x32x8", MFMA + OWN + [opcode])
            self.assertEqual(len(found), 1, opcode)

    def test_finds_a_loop_that_does_more_than_loop(self):
        (fault,) = faults("mfma_fp16_32x32x8", MFMA + ["s_nop"] * 40)
        self.assertIn("instructions of the loop's own", fault)

    def test_finds_a_loop_that_was_unrolled_away(self):
        (kernel,) = check.kernels_in("\n0000000000001000 <fma_fp16>:\n\ts_endpgm // 000000001000: ")
        self.assertEqual(check.faults_of(kernel), ["fma_fp16: no loop"])

    def test_counts_both_of_two_instructions_in_one_word(self):
        body = ["v_dual_fmac_f32 v0, v1, v2 :: v_dual_fmac_f32"] * 256
        self.assertEqual(faults("fma_fp32", body + OWN), [])

    def test_counts_a_packed_instruction_twice(self):
        self.assertEqual(faults("fma_fp32", ["v_pk_fma_f32"] * 256 + OWN), [])

    def test_knows_the_scaled_form_from_the_plain_one(self):
        plain = ["v_mfma_f32_16x16x128_f8f6f4"] * 64
        self.assertEqual(faults("mfma_e2m1_16x16x128", plain + OWN), [])
        self.assertNotEqual(faults("mfma_mxfp4_16x16x128", plain + OWN), [])

    def test_finds_spills_that_the_code_object_admits(self):
        notes = ".name: one\n.private_segment_fixed_size: 16\n.vgpr_spill_count: 4\n" \
                ".sgpr_spill_count: 0\n"
        self.assertEqual(len(check.metadata_faults(notes)), 2)


if __name__ == "__main__":
    unittest.main()
