"""By which code the CUDA module measures, also where the driver refuses a part of it, and what that
shows. Rates count only where the device's timer agrees with the host's."""
import json
import tempfile
import unittest

from test_cuda import FAKE, MODULE, bench


@unittest.skipUnless(MODULE.exists() and FAKE.exists(), "the cuda module is not built")
class CudaCode(unittest.TestCase):
    def outcomes(self, fake, names):
        """Benchmark -> its outcome."""
        with tempfile.TemporaryFile("w+") as records:
            number = records.fileno()
            bench(fake, f"--benchmark_filter=/({names})/", f"--record_fd={number}",
                  pass_fds=[number])
            records.seek(0)
            found = [json.loads(line) for line in records]
        return {r["benchmark"].split("/", 1)[1]: r for r in found if r["record"] == "outcome"}

    def test_a_driver_that_refuses_machine_code_compiles_ptx(self):
        for lazily in ("", " refuse-lazily=1"):
            seen = self.outcomes("cc=9.0 units=2 refuse-machine-code=209" + lazily,
                                 "mma/bf16|mma/fp8_e4m3|dram/read")
            rate = seen["mma/bf16"].get("rate")
            self.assertTrue(rate, seen["mma/bf16"])
            self.assertTrue(rate["generic"])
            self.assertIn("PTX of compute_80 compiled by the driver: it refused sm_90a machine "
                          "code", rate["path"])
            # Whatever the code, it is the memory that is measured.
            self.assertFalse(seen["dram/read"]["rate"]["generic"])
            # No PTX has what this architecture alone has: a failure, which shows nothing.
            self.assertEqual(seen["mma/fp8_e4m3"]["status"], "failed")
            self.assertIn("update the driver", seen["mma/fp8_e4m3"]["reason"])

    def test_a_driver_that_refuses_part_of_the_code_shows_lower_bounds_alone(self):
        seen = self.outcomes("cc=9.0 units=2 refuse-machine-code=200 refuse-only=wgmma_sm90",
                             "mma/bf16")
        rate = seen["mma/bf16"].get("rate")
        self.assertTrue(rate, seen["mma/bf16"])
        self.assertTrue(rate["generic"])
        self.assertIn("sm_90a machine code, perhaps not the fastest instruction", rate["path"])
        self.assertFalse(self.outcomes("cc=9.0 units=2", "mma/bf16")["mma/bf16"]["rate"]["generic"])

    def test_a_driver_that_refuses_ptx_too_is_to_be_updated(self):
        seen = self.outcomes("cc=9.0 refuse-machine-code=209 refuse-ptx=222", "mma/fp32|fma/fp32")
        self.assertEqual(seen["fma/fp32"]["status"], "failed")
        self.assertIn("PTX of compute_75: CUDA_ERROR_222", seen["fma/fp32"]["reason"])
        self.assertIn("update the driver", seen["fma/fp32"]["reason"])

    def test_fp4_of_b300_takes_two_units_where_there_are(self):
        for units, words in (
                (2, "tcgen05.mma.cta_group::2.kind::mxf4nvf4.block_scale.block16"),
                (3, "scale_vec::4X, sm_103a machine code, perhaps not the fastest")):
            rate = self.outcomes(f"cc=10.3 units={units}", "mma/nvfp4")["mma/nvfp4"]["rate"]
            self.assertTrue(rate["generic"], rate["path"])
            self.assertIn(words, rate["path"])


if __name__ == "__main__":
    unittest.main()
