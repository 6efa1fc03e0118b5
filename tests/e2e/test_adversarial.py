"""Boards made to look smaller than they are, on simulated nodes: none may come out as below.

Each takes a scenario whose class is known, changes what an adversary would, and asks for two
things: that no board is below, and that a finding says what was seen. The same on fakes of the
makers' libraries, where it is theirs to tell: test_adversarial_gpu.
"""
import json
import pathlib
import subprocess
import tempfile
import unittest

import yaml

import program

A100 = "nvidia-a100-sxm4-80-gb"
T4_NAME, T4_PCI = "Tesla T4", "10de:1eb8"

# What design.md section 2 lists, and what else the agent knows to be able to talk a board down.
VARIABLES = {
    "NVIDIA_TF32_OVERRIDE": "0",
    "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": "10",
    "CUDA_FORCE_PTX_JIT": "1",
    "HSA_CU_MASK": "0:0-9",
    "DNNL_MAX_CPU_ISA": "SSE41",
    "OPENBLAS_CORETYPE": "Prescott",
    "CUDA_VISIBLE_DEVICES": "",
    "HIP_VISIBLE_DEVICES": "",
    "ROCR_VISIBLE_DEVICES": "",
    "NVIDIA_VISIBLE_DEVICES": "none",
    "GPU_DEVICE_ORDINAL": "",
    "ZE_AFFINITY_MASK": "9",
    "ONEAPI_DEVICE_SELECTOR": "!*:*",
    "CUDA_INJECTION64_PATH": "/tmp/libinjected.so",
    "CUDA_MPS_PIPE_DIRECTORY": "/tmp/mps",
    "OCL_ICD_VENDORS": "/tmp/vendors",
    "OPENCL_VENDOR_PATH": "/tmp/vendors",
    "ROCBLAS_TENSILE_LIBPATH": "/tmp/tensile",
    "HIPBLASLT_TENSILE_LIBPATH": "/tmp/tensile",
}


def scenario(name):
    return yaml.safe_load((program.SCENARIOS / f"{name}.yaml").read_text())


def one(name):
    """The scenario with its first device alone, and that device."""
    node = scenario(name)
    del node["devices"][1:]
    return node, node["devices"][0]


def rates_of(parsed):
    return {program.name(m): m["outcome"]["rate"]["per_second"] for m in parsed["measurements"]
            if m["outcome"]["status"] == "rate"}


class Adversarial(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def measure(self, node, *words, **options):
        path = self.folder / "node.yaml"
        path.write_text(yaml.safe_dump(node))
        done = program.run("measure", "--simulate", path, "--format", "json", *words, **options)
        self.assertTrue(done.stdout, done.stderr)
        return program.report(done)

    def inventory(self, node, *words):
        """The report of a pass of the daemon that measures nothing."""
        path = self.folder / "node.yaml"
        path.write_text(yaml.safe_dump(node))
        said = self.folder / "said"
        subprocess.run(["bash", "-c", 'exec "$@" 3> "$0"', said, program.AGENT, "pass",
                        "--inventory", "--simulate", path, *words], check=True, timeout=120)
        documents = [json.loads(line) for line in said.read_text().splitlines()]
        (report,) = [d["text"] for d in documents if d.get("document") == "report"]
        return json.loads(report)

    def classified(self, parsed):
        """What `classify --report` says of it, which is never that it is not controlled."""
        stored = self.folder / "report.json"
        stored.write_text(json.dumps(parsed))
        told = program.run("classify", "--report", stored).stdout
        self.assertNotIn("not-controlled", told)
        return told

    def not_below(self, parsed, *codes):
        """No board is below, and each of the findings is there. Returns the first verdict."""
        self.assertTrue(parsed["verdicts"])
        for verdict in parsed["verdicts"]:
            self.assertIn(verdict["classification"], ("3A090.a", "3A090.b", "undetermined"))
            self.assertNotIn("not 3A090", verdict["rendered"])
        found = {f["code"] for f in parsed["findings"]}
        for code in codes:
            self.assertIn(code, found)
        return parsed["verdicts"][0]


class AdversarialClocks(Adversarial):
    def test_a_power_cap_at_half_lowers_the_rates_and_not_the_class(self):
        node, device = one("h100_node")
        full = rates_of(self.measure(node))
        device["clock_mhz"] /= 2
        parsed = self.measure(node)
        verdict = self.not_below(parsed, "device.clock_low")
        self.assertEqual((verdict["classification"], verdict["assurance"]),
                         ("3A090.a", "corroborated"))
        half = rates_of(parsed)["0000:17:00.0/mma/fp16"]
        self.assertAlmostEqual(half / full["0000:17:00.0/mma/fp16"], 0.5, delta=0.01)

    def test_a_clock_that_is_locked_and_said_to_be_the_highest_is_told(self):
        node, device = one("h100_node")
        device["clock_mhz"] = device["max_clock_mhz"] = 210
        self.assertEqual(self.not_below(self.measure(node), "device.clock_low")["classification"],
                         "3A090.a")

    def test_a_clock_that_falls_under_load_is_told(self):
        self.not_below(self.measure(scenario("fault_throttled")), "device.clock_low")

    def test_no_clock_makes_an_unknown_board_small(self):
        node, device = one("unknown_chip_large")
        device["clock_mhz"] = device["max_clock_mhz"] = 100
        verdict = self.not_below(self.measure(node), "evidence.no_catalogue_row")
        self.assertEqual((verdict["classification"], verdict["assurance"]),
                         ("undetermined", "none"))


class AdversarialParts(Adversarial):
    def test_a_mig_slice_is_not_the_board(self):
        parsed = self.measure(scenario("mig_slice"))
        verdict = self.not_below(parsed, "evidence.partial", "device.partitioned")
        self.assertEqual((verdict["classification"], verdict["assurance"]),
                         ("3A090.a", "declared_only"))

    def test_a_mig_slice_that_hides_that_it_is_one_contradicts_its_row(self):
        node, device = one("mig_slice")
        del device["slice"]
        device["id"] = device["id"].split("/")[0]
        self.assertEqual(self.not_below(self.measure(node), "evidence.units_differ")["assurance"],
                         "contradicted")

    def test_a_cpx_slice_is_not_the_board(self):
        node, device = one("h100_node")
        for benchmark in device["benchmarks"]:
            if "ops_per_clock_per_unit" in benchmark:
                benchmark["ops_per_clock_per_unit"] /= 2
        device.update(name="AMD Instinct MI300X", vendor="AMD", pci_id="1002:74a1", units=38,
                      unit_kind="CU", architecture="gfx942", memory_gb=24, max_clock_mhz=2100,
                      slice="a partition of an accelerator (CPX)", id="0000:17:00.0/3")
        verdict = self.not_below(self.measure(node), "evidence.partial", "device.partitioned")
        self.assertEqual((verdict["classification"], verdict["assurance"]),
                         ("3A090.a", "declared_only"))

    def test_half_of_a_board_that_is_hidden_leaves_it_open(self):
        for apart in (False, True):  # the other half is not there, or on a board of its own
            node = scenario("mi250x_node")
            if apart:
                for i, device in enumerate(node["devices"]):
                    device.update(serial=str(i), board_id=str(i), package_id=str(i))
            else:
                del node["devices"][1:]
            parsed = self.measure(node)
            self.not_below(parsed, "evidence.failed")
            for verdict in parsed["verdicts"]:
                self.assertEqual(verdict["classification"], "3A090.a", "by declaration")
                self.assertNotEqual(verdict["assurance"], "corroborated")
            for board in parsed["performances"]:
                self.assertFalse(board["tpp"]["achieved"]["complete"])
                self.assertIn("1 of 2 devices", " ".join(board["facts"]["failed"]))

    def test_one_device_that_fails_leaves_its_board_open(self):
        parsed = program.report(program.measure("one_failed_device", "--format", "json"))
        verdict = self.not_below(parsed, "evidence.failed")
        self.assertNotEqual(verdict["assurance"], "corroborated")
        node, device = one("t4_node")
        device["benchmarks"][-1]["fault"] = {"fails": "lost"}
        self.not_below(self.measure(node), "evidence.failed")


class AdversarialPast(Adversarial):
    def test_what_other_nodes_left_in_the_history_hides_no_measurement_of_this_one(self):
        node = scenario("unlocked_board")
        state = ("--state-directory", self.folder / "state")
        self.assertEqual(self.measure(node, *state)["verdicts"][0]["assurance"], "contradicted")
        other = program.SOURCE / "tests/fixtures/nodes/switched-gpus"
        for _ in range(5):
            done = program.run("measure", "--node", other, *state)
            self.assertIn(done.returncode, (1, 2), done.stderr)
        verdict = self.not_below(self.inventory(node, *state), "evidence.unlocked_units")
        self.assertEqual(verdict["assurance"], "contradicted")


class AdversarialEnvironment(Adversarial):
    def test_no_variable_that_could_talk_a_measurement_down_reaches_it(self):
        node, device = one("a100_node")
        device["heeds"] = list(VARIABLES)  # one that reached the measurement would halve its rates
        plain = rates_of(self.measure(node))
        for variable, value in VARIABLES.items():
            with self.subTest(variable):
                parsed = self.measure(node, environment={variable: value})
                verdict = self.not_below(parsed, "environment.ignored")
                self.assertEqual((verdict["classification"], verdict["assurance"]),
                                 ("3A090.a", "corroborated"))
                self.assertEqual(rates_of(parsed), plain)
                told = [f["message"] for f in parsed["findings"]
                        if f["code"] == "environment.ignored"]
                self.assertTrue(any(m.startswith(f"{variable} is set") for m in told), told)


class AdversarialThresholds(Adversarial):
    def test_no_threshold_can_be_made_laxer_where_a_verdict_rests_on_it(self):
        path = program.SCENARIOS / "unlocked_board.yaml"
        for laxer in ("unlocked_above=1.5", "cut_below=0.5", "corroborates_within=1",
                      "identity_facts=0", "units_within=1", "memory_within=1"):
            for words, environment in ((["--threshold", laxer], {}),
                                       ([], {"TPP_AGENT_THRESHOLD": laxer})):
                done = program.run("measure", "--simulate", path, *words, environment=environment)
                self.assertEqual((done.returncode, done.stdout), (64, ""), laxer)
                self.assertIn(laxer.split("=", maxsplit=1)[0], done.stderr)

    def test_one_that_was_changed_stands_in_the_first_line_and_in_the_report(self):
        words = ("--threshold", "clock_share=0.9,identity_facts=3")
        parsed = program.report(program.measure("t4_node", *words, "--format", "json"))
        told = "identity_facts=3 (default 2), clock_share=0.9 (default 0.75)"
        self.assertIn(f"THRESHOLDS: {told}", parsed["banners"])
        self.assertIn(told, program.first_line(program.measure("t4_node", *words).stdout))
        devices = program.run("devices", "--simulate", program.SCENARIOS / "t4_node.yaml", *words)
        self.assertIn(told, program.first_line(devices.stdout))
        low = [f for f in parsed["findings"] if f["code"] == "device.clock_low"]
        self.assertIn("below 90 % of its 1590 MHz", low[0]["message"])

    def test_a_stricter_one_ends_a_corroboration(self):
        node, device = one("t4_node")
        del device["memory_gb"]  # two facts are left
        self.assertEqual(self.measure(node)["verdicts"][0]["assurance"], "corroborated")
        verdict = self.not_below(self.measure(node, "--threshold", "identity_facts=3"))
        self.assertEqual(verdict["assurance"], "declared_only")


class AdversarialIdentity(Adversarial):
    def test_a_name_that_claims_a_smaller_part_is_held_against_the_other_facts(self):
        #       what is left of the A100's identity    row that is found, assurance, finding
        cases = [({}, A100, "declared_only", "evidence.identity_differs"),
                 ({"pci_id": None}, "nvidia-tesla-t4", "contradicted", "evidence.units_differ"),
                 ({"pci_id": "10de:ffff"}, "nvidia-tesla-t4", "contradicted",
                  "evidence.unlocked_units"),
                 ({"pci_id": T4_PCI}, "nvidia-tesla-t4", "contradicted", "evidence.unlocked_units"),
                 ({"pci_id": T4_PCI, "units": 40, "memory_gb": 16}, "nvidia-tesla-t4",
                  "contradicted", "evidence.unlocked_units")]
        for claims, row, assurance, code in cases:
            with self.subTest(claims):
                node, device = one("a100_node")
                device.update(claims, name=T4_NAME)
                node["devices"] = [{k: v for k, v in device.items() if v is not None}]
                parsed = self.measure(node)
                verdict = self.not_below(parsed, code)
                self.assertEqual(parsed["performances"][0]["chip"], row)
                self.assertEqual(verdict["assurance"], assurance)

    def test_what_another_maker_or_family_says_of_itself_contradicts_the_row(self):
        node, device = one("t4_node")
        self.assertEqual(self.measure(node)["verdicts"][0]["assurance"], "corroborated")
        for claims in ({"vendor": "AMD"}, {"architecture": "sm_90"}, {"unit_kind": "CU"}):
            with self.subTest(claims):
                node, device = one("t4_node")
                device.update(claims)
                verdict = self.not_below(self.measure(node), "evidence.identity_differs")
                self.assertEqual(verdict["assurance"], "contradicted")
                self.not_below(self.inventory(node), "evidence.identity_differs")

    def test_a_name_alone_makes_no_inventory_below(self):
        for kept, classification in ((("pci_id",), "below"), (("memory_gb",), "below"),
                                     ((), "undetermined")):  # units are always told
            node, device = one("t4_node")
            for fact in {"pci_id", "memory_gb"} - set(kept):
                del device[fact]
            parsed = self.inventory(node)
            self.assertEqual(parsed["mode"], "inventory")
            self.assertEqual({v["classification"] for v in parsed["verdicts"]}, {classification})
            stored = self.folder / "report.json"
            stored.write_text(json.dumps(parsed))
            answer = program.run("classify", "--report", stored, "--format", "json").stdout
            self.assertEqual("not-controlled" in answer, classification == "below", answer)

    def test_no_report_makes_a_ground_of_what_the_catalogue_has_from_memory(self):
        """The PCI id of this row is from memory, which its copy in a report does not say."""
        node, device = one("t4_node")
        for fact in ("architecture", "memory_gb"):
            del device[fact]
        device.update(name="Ascend310", vendor="Huawei", pci_id="19e5:d100", kind="accelerator",
                      unit_kind="core")
        parsed = self.inventory(node)
        (board,) = parsed["performances"]
        self.assertEqual((board["chip"], board["facts"]["identity_agrees"]),
                         ("huawei-ascend-310", []))
        stored = self.folder / "report.json"
        for row in ("huawei-ascend-310", "mine"):
            board["chip"] = parsed["chips"][0]["id"] = row
            for agrees, code, exit_code in (([], None, 2), (["PCI id"], "report.row_differs", 1)):
                board["facts"]["identity_agrees"] = agrees
                stored.write_text(json.dumps(parsed))
                done = program.run("classify", "--report", stored, "--format", "json")
                (item,) = json.loads(done.stdout)["items"]
                self.assertEqual((item["determination"], done.returncode),
                                 ("undetermined", exit_code))
                codes = [f["code"] for f in item.get("findings", [])]
                self.assertEqual(codes, [code] if code else [])

    def test_a_path_that_the_claimed_part_has_not_is_told(self):
        node, device = one("t4_node")
        device["benchmarks"].append({"kernel": "mma", "subject": "fp8_e4m3",
                                     "ops_per_clock_per_unit": 1024})
        self.assertNotEqual(
            self.not_below(self.measure(node), "evidence.undeclared_precision")["assurance"],
            "corroborated")

    def test_a_module_that_lies_about_its_units_contradicts_its_row(self):
        for factor in (2, 1):  # does the work of all of them, or of those it tells of
            with self.subTest(factor):
                node, device = one("t4_node")
                device["units"] //= 2
                for benchmark in device["benchmarks"]:
                    if "ops_per_clock_per_unit" in benchmark:
                        benchmark["ops_per_clock_per_unit"] *= factor
                codes = ["evidence.units_differ"] + ["evidence.cut_units"] * (factor == 1)
                self.assertEqual(self.not_below(self.measure(node), *codes)["assurance"],
                                 "contradicted")


def shrunk(what):
    """The A100's rows of the shipped catalogue with what an adversary would change of one."""
    document = yaml.safe_load(
        (program.SOURCE / "agent/catalog/nvidia_ampere.yaml").read_text())
    row = next(c for c in document["chips"] if c["id"] == A100)
    tables = ["declared_tops", "declared_vector_tops"]
    if what != "rates":
        tables += ["ops_per_clock_per_unit", "vector_ops_per_clock_per_unit"]
    for table in tables:
        for figure in row.get(table, {}).values():
            figure[0] /= 8
    if what == "not for datacentres":
        row["datacenter"] = False
    document["chips"] = [row]
    return json.dumps(document, default=str)


class AdversarialCatalogue(Adversarial):
    def test_a_row_of_the_users_makes_an_unknown_chip_no_smaller_than_it_is(self):
        node, device = one("unknown_chip_large")
        document = yaml.safe_load(shrunk("not for datacentres"))
        row = document["chips"][0]
        row.update(id="mine", name="Mine", pci_ids=[device["pci_id"]], reported_names=[])
        row["grounds"].pop("reported_names", None)
        (self.folder / "catalog.d").mkdir()
        (self.folder / "catalog.d/mine.yaml").write_text(json.dumps(document, default=str))
        parsed = self.measure(node, "--site-directory", self.folder)
        verdict = self.not_below(parsed, "evidence.unlocked_units")
        self.assertEqual(parsed["performances"][0]["chip"], "mine")
        self.assertEqual(verdict["assurance"], "contradicted")

    def test_a_name_of_the_users_gives_known_silicon_no_other_area(self):
        """Without a PCI id nothing but the name ties the board to the row; units and memory are
        those of the L4, whose area makes it what it is."""
        node, device = one("l4_node")
        del device["pci_id"]
        device["name"] = "NVIDIA L4 PCIe"
        document = yaml.safe_load(
            (program.SOURCE / "agent/catalog/nvidia_ada.yaml").read_text())
        row = next(c for c in document["chips"] if c["id"] == "nvidia-l4")
        row.update(id="mine", name="L4 PCIe", pci_ids=[], reported_names=[device["name"]])
        row["dies"][0]["area_mm2"][0] = 900
        document["chips"] = [row]
        (self.folder / "catalog.d").mkdir()
        (self.folder / "catalog.d/mine.yaml").write_text(json.dumps(document, default=str))
        parsed = self.measure(node, "--site-directory", self.folder)
        self.not_below(parsed, "evidence.identity_differs")
        self.assertEqual(parsed["performances"][0]["chip"], "mine")
        self.assertIn("has its units and memory (nvidia-l4)", self.classified(parsed))

    def test_a_catalogue_that_shrinks_a_chip_is_held_against_the_shipped_one(self):
        for what in ("rates and grid", "not for datacentres"):
            for words in (("--catalog", self.folder / "catalog.d/mine.yaml"),
                          ("--site-directory", self.folder)):
                with self.subTest(what=what, words=words[0]):
                    (self.folder / "catalog.d").mkdir(exist_ok=True)
                    (self.folder / "catalog.d/mine.yaml").write_text(shrunk(what))
                    node, _ = one("a100_node")
                    parsed = self.measure(node, *words)
                    verdict = self.not_below(parsed, "evidence.identity_differs",
                                             "evidence.unlocked_units")
                    self.assertEqual(verdict["assurance"], "contradicted")
                    self.assertTrue(any(b.startswith("OVERRIDDEN") for b in parsed["banners"]))

    def test_a_board_is_presumed_what_the_shipped_catalogue_has_it_as(self):
        """A row of the user's leaves it open, also one that fits no device any more; what is
        presumed stands in the verdict, for the computer, and in `classify` of report and row."""
        node, device = one("a100_node")
        device["benchmarks"] = [{"kernel": "mma", "subject": "fp16", "ops_per_clock_per_unit": 8}]
        changes = {"for datacentres": {"datacenter": False},
                   "planar dies": {"dies": None, "nonplanar": False},
                   "other ids": {"pci_ids": ["ffff:0001"], "reported_names": ["Mine"]}}
        for what, change in changes.items():
            with self.subTest(what):
                document = yaml.safe_load(shrunk("rates and grid"))
                row = document["chips"][0]
                row.update(change)
                document["chips"] = [{k: v for k, v in row.items() if v is not None}]
                path = self.folder / "mine.yaml"
                path.write_text(json.dumps(document, default=str))
                parsed = self.measure(node, "--catalog", path)
                verdict = self.not_below(parsed, "classification.presumed_controlled")
                self.assertEqual((verdict["classification"], verdict["presumed"]),
                                 ("undetermined", "3A090.a"), verdict["notes"])
                self.assertIn(f"the shipped catalogue has it as {A100}: 3A090.a (3A090.a.1, 3A090.a.2)",
                              verdict["notes"])
                (computer,) = [f["message"] for f in parsed["findings"]
                               if f["code"] == "classification.system"
                               and verdict["rule"] in f["message"]]
                self.assertIn("presumed to contain boards of 3A090.a", computer)
                stored = self.folder / "report.json"
                stored.write_text(json.dumps(parsed))
                sources = [("--report", stored)]
                if what != "other ids":
                    sources.append(("--chip", A100, "--catalog", path))
                for source in sources:
                    done = program.run("classify", *source, "--format", "json")
                    told = json.loads(done.stdout)
                    told = told["items"][0] if "items" in told else told
                    self.assertEqual(told["rendered"],
                                     "undetermined, presumed controlled (3A090.a.1, 3A090.a.2)", source)
                    self.assertIn(f"the shipped catalogue has it as {A100}: license-required (3A090",
                                  " ".join(told["notes"]))


if __name__ == "__main__":
    unittest.main()
