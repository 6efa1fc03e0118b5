"""A node written down by `devices --record`, and looked at again with `--node`.

The node is this one with GPUs of fake libraries: a copy of the agent's tree looks for them in the
fakes' folders, and they read what they are to play from the home folder.
"""
import json
import os
import pathlib
import resource
import shutil
import signal
import stat
import subprocess
import tempfile
import unittest

import program

BUILD = pathlib.Path(program.AGENT).resolve().parent.parent
MODULE = BUILD / "lib/tpp/backends/cuda.so"
FAKES = [BUILD / "tests/fakes/cuda", BUILD / "tests/fakes/nvml"]
SERIALS = ("1654922001234", "1654922005678")
UUIDS = ("GPU-10101010-1010-1010-1010-101010101010", "GPU-11111111-1111-1111-1111-111111111111")
PARTS = [f"MIG-10101010-1010-1010-1010-1010101010{last}" for last in ("10", "11")]


def gpus(first=""):
    """Two, of which the first may be divided."""
    return "driver: 590.48.01\ndevices:\n" + "".join(f"""
  - pci: {{domain: 0, bus: {0xab + i}, device: 0, id: 0x233010de}}
    name: Fake GPU
    uuid: {UUIDS[i]}
    serial: "{SERIALS[i]}"
    capability: [9, 0]
    memory_bytes: 85520809984
{first if i == 0 else ""}""" for i in range(2))


MIG = "    mig: 1\n    most_instances: 7\n    instances:\n" + "".join(
    f"      - {{uuid: {part}, name: Fake GPU MIG 1g.10gb, multiprocessors: 16}}\n" for part in PARTS)


def texts(folder):
    return {path: path.read_text(errors="replace") for path in pathlib.Path(folder).rglob("*")
            if path.is_file() and not path.is_symlink()}


def told(done):
    """The inventory without what differs by design: the first line, and where modules lie."""
    inventory = json.loads(done.stdout)
    inventory.pop("banners", None)
    for module in inventory["modules"]:
        module["path"] = pathlib.Path(module["path"]).name
    # Of the machine that looks, not of the one that is looked at.
    inventory["findings"] = program.of_the_node(inventory["findings"])
    return inventory


class Node(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.tree = pathlib.Path(cls.folder.name) / "tree"
        (cls.tree / "lib/tpp/backends").mkdir(parents=True)
        (cls.tree / "bin").mkdir()
        (cls.tree / "share").symlink_to(BUILD / "share")
        for file in ("bin/tpp-agent", "bin/tpp-bench", "lib/tpp/backends/cuda.so"):
            shutil.copy2(BUILD / file, cls.tree / file)
            subprocess.run(["patchelf", "--force-rpath", "--set-rpath",
                            ":".join(map(str, FAKES)), cls.tree / file], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        self.there = pathlib.Path(self.home.name) / "recorded"

    def run_agent(self, *words, nvml="", cuda="cc=9.0 units=2 count=2", **options):
        (pathlib.Path(self.home.name) / "fake_cuda").write_text(cuda)
        (pathlib.Path(self.home.name) / "fake_nvml.yaml").write_text(nvml or gpus())
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TPP_")}
        return subprocess.run([self.tree / "bin/tpp-agent", *map(str, words)],
                              env=dict(environment, HOME=self.home.name), capture_output=True,
                              text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
                              **options)

    def record(self, *words, **node):
        done = self.run_agent("devices", "--format", "json", "--topology", "--record", self.there,
                              *words, **node)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done

    def look(self, *words):
        return program.run("devices", "--node", self.there, *words)


@unittest.skipUnless(MODULE.exists() and FAKES[0].exists() and shutil.which("patchelf"),
                     "the cuda module is not built, or there is no patchelf")
class Recording(Node):
    def test_what_was_recorded_is_seen_again_to_the_last_member(self):
        for cuda, nvml in (("cc=9.0 units=2 count=2", gpus()),
                           ("cc=9.0 units=2 count=2 mig=2,-", gpus(MIG))):
            there = self.record("--record-serials", cuda=cuda, nvml=nvml)
            seen = self.look("--format", "json", "--topology")
            self.assertEqual(told(seen), told(there))
            self.assertEqual(seen.stderr, "")
            shutil.rmtree(self.there)

    def test_its_first_line_says_that_it_is_another_node_and_of_when(self):
        self.record()
        first = program.first_line(self.look().stdout)
        self.assertRegex(first, r"^RECORDED: not this node, but the one in .*recorded, as it was on "
                                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(tpp-agent [0-9.]+, serial numbers "
                                r"and names masked\)")
        banners = json.loads(self.look("--format", "json").stdout)["banners"]
        self.assertEqual(banners[0], first.split(" | ")[0])

    def test_no_number_of_the_machine_is_in_any_file_unless_asked_for(self):
        node = gpus(MIG)
        self.record(nvml=node, cuda="cc=9.0 units=2 count=2 mig=2,-")
        for path, text in texts(self.there).items():
            for number in (*SERIALS, *UUIDS, *PARTS, self.home.name):
                self.assertNotIn(number.removeprefix("GPU-").removeprefix("MIG-"), text, path)
        masked = told(self.look("--format", "json"))
        shutil.rmtree(self.there)
        plain = told(self.record("--record-serials", nvml=node,
                                 cuda="cc=9.0 units=2 count=2 mig=2,-"))
        self.assertIn(SERIALS[0], "".join(texts(self.there).values()))
        # The same devices of the same boards, all as long and as distinct as they were.
        self.assertEqual([len(d["id"]) for d in masked["devices"]],
                         [len(d["id"]) for d in plain["devices"]])
        self.assertEqual([len(b["devices"]) for b in masked["boards"]],
                         [len(b["devices"]) for b in plain["boards"]])
        self.assertEqual(len({d.get("uuid") for d in masked["devices"]}),
                         len({d.get("uuid") for d in plain["devices"]}))
        self.assertEqual([d.get("backend") for d in masked["devices"]],
                         [d.get("backend") for d in plain["devices"]])

    def report_of_masked(self, name, day, serials):
        """What `measure` says of a masked recording of the node with other serial numbers, as of a
        day."""
        nvml = gpus()
        for serial, other in zip(SERIALS, serials):
            nvml = nvml.replace(serial, other)
        self.record(nvml=nvml)
        report = json.loads(program.run("measure", "--node", self.there, "--format", "json").stdout)
        shutil.rmtree(self.there)
        path = pathlib.Path(self.home.name) / f"{name}.json"
        path.write_text(json.dumps({**report, "started_at": f"2026-06-{day}T12:00:00Z"}))
        return path

    def test_history_takes_no_board_of_one_masked_node_for_one_of_another(self):
        reports = [self.report_of_masked("one", "01", SERIALS),
                   self.report_of_masked("other", "02", ("1654922777777", "1654922888888"))]
        hosts = {json.loads(path.read_text())["inventory"]["node"]["hostname"] for path in reports}
        history = json.loads(program.run("history", *reports, "--format", "json").stdout)
        self.assertEqual(len(hosts), 2, hosts)
        self.assertTrue(all(host.startswith("node-") for host in hosts), hosts)
        boards = [b for b in history["boards"] if b["board"].startswith("0000:")]
        self.assertEqual([b["reports"] for b in boards], [1, 1, 1, 1])
        self.assertEqual(sum("masked by recording" in note for note in history["notes"]), 1)
        self.assertTrue(history["reports"][1]["by_slot_alone"])
        # The same parts stand in the same slots: nothing came or went, and nothing is known to be
        # the same.
        self.assertEqual(history["reports"][1]["events"], [])
        table = program.run("history", *reports).stdout
        self.assertIn("whether any board is the same is not known", table)
        self.assertNotIn("no change was found", table)

    def test_nobody_else_can_read_it(self):
        self.record()
        for path in (self.there, *self.there.rglob("*")):
            if path.is_symlink():
                continue
            expected = 0o700 if path.is_dir() else 0o600
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), expected, path)

    def test_a_slash_behind_a_new_folder_changes_nothing(self):
        done = self.run_agent("devices", "--record", f"{self.there}/")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertTrue((self.there / "recording.json").exists())

    def test_an_empty_folder_of_others_is_closed_to_them(self):
        self.there.mkdir(mode=0o755)
        self.record()
        self.assertEqual(stat.S_IMODE(self.there.stat().st_mode), 0o700)

    def test_a_folder_that_holds_something_is_refused_before_anything_is_asked(self):
        self.there.mkdir()
        (self.there / "mine").write_text("kept")
        done = self.run_agent("devices", "--record", self.there)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("is not empty; choose a folder that is new or empty", done.stderr)
        self.assertEqual([p.name for p in self.there.iterdir()], ["mine"])

    def test_what_cannot_be_a_folder_is_refused(self):
        for path, words in ((__file__, "it is no folder"), ("/proc/nowhere/at/all", "No such file")):
            done = self.run_agent("devices", "--record", path)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(words, done.stderr)

    def test_a_full_disk_leaves_nothing_behind(self):
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))

        done = self.run_agent("devices", "--record", self.there, preexec_fn=small_files)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("nothing was recorded: make room there, or choose", done.stderr)
        self.assertFalse(self.there.exists())

    def test_words_that_contradict_each_other_are_a_usage_error(self):
        scenario = program.SCENARIOS / "t4_node.yaml"
        for words in (("--record", self.there, "--simulate", scenario),
                      ("--node", self.there, "--simulate", scenario),
                      ("--node", self.there, "--record", "elsewhere"),
                      ("--node", self.there, "--backend-option", "cpu.isa=avx2"),
                      ("--node", self.there, "--topology-synthetic", "pu:2"),
                      ("--record-serials",)):
            self.assertEqual(self.run_agent("devices", *words).returncode, 64, words)
        self.assertFalse(self.there.exists())

    def test_a_recorded_node_is_classified_by_declaration_and_never_measured(self):
        self.record()
        done = program.run("measure", "--node", self.there, "--format", "json")
        report = json.loads(done.stdout)
        self.assertEqual((report["mode"], report["measurements"]), ("inventory", []))
        self.assertTrue(report["banners"][0].startswith("RECORDED: "))
        self.assertEqual(sum(p["board"].startswith("0000:") for p in report["performances"]), 2)

    def test_how_a_probe_failed_is_recorded_with_its_words(self):
        broken = self.record(nvml="devices: [")
        seen = self.look("--format", "json", "--topology")
        failed = [f for f in told(broken)["findings"] if f["code"] == "probe.failed"]
        self.assertTrue(failed)
        self.assertEqual([f for f in told(seen)["findings"] if f["code"] == "probe.failed"], failed)


@unittest.skipUnless(MODULE.exists() and FAKES[0].exists() and shutil.which("patchelf"),
                     "the cuda module is not built, or there is no patchelf")
class DamagedRecording(Node):
    def damaged(self, file, text):
        """What is said of the recording with that file in place of its own."""
        (self.there / file).write_text(text)
        done = self.look()
        self.assertEqual(done.returncode, 2, (text[:80], done.stdout))
        self.assertNotIn("terminate called", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr

    def test_is_told_with_what_is_wrong(self):
        self.record()
        manifest = (self.there / "recording.json").read_text()
        parsed = json.loads(manifest)
        for change, words in (({"recording": 2}, "is a recording of form 2; this tpp-agent reads form 1"),
                              ({"recording": "1"}, "is damaged"), ({"masked": None}, "is damaged"),
                              ({"answers": 7}, "is no list"),
                              ({"answers": [{"of": "probe x", "file": "../../etc/passwd"}]}, "outside"),
                              ({"answers": [{"of": "cat x", "file": "x"}]}, "neither a probe nor")):
            self.assertIn(words, self.damaged("recording.json", json.dumps({**parsed, **change})))
        for length in (0, 1, 40, len(manifest) // 2, len(manifest) - 3):
            self.assertIn("recording.json", self.damaged("recording.json", manifest[:length]))
        self.damaged("recording.json", "[" * 100_000)
        (self.there / "recording.json").unlink()
        self.assertIn("no recording.json", self.look().stderr)

    def test_answers_that_are_missing_or_cut_are_told_with_their_file(self):
        self.record()
        answer = self.there / "answers/probe-nvidia.ndjson"
        lines = answer.read_text().splitlines(keepends=True)
        self.assertIn("does not say how it ended", self.damaged("answers/probe-nvidia.ndjson", lines[0]))
        self.damaged("answers/probe-nvidia.ndjson", '{"record":"ended","how":"bored","code":0}\n')
        answer.unlink()
        self.assertIn("probe-nvidia.ndjson", self.look().stderr)
        os.mkfifo(answer)
        self.assertIn("no file", self.look().stderr)

    def test_an_answer_that_is_garbage_costs_no_other(self):
        self.record()
        ended = '{"record":"ended","how":"exited","code":0}\n'
        (self.there / "answers/probe-nvidia.ndjson").write_text("garbage\n" + ended)
        (self.there / "answers/backend-cuda.ndjson").write_text('{"record":"hello"}\n' + ended)
        done = self.look("--format", "json")
        inventory = json.loads(done.stdout)
        self.assertEqual([d["id"] for d in inventory["devices"]], ["cpu:0"])
        self.assertEqual({f["code"] for f in inventory["findings"]} & {"probe.failed", "backend.failed"},
                         {"probe.failed", "backend.failed"})

    def test_bytes_of_the_kernel_that_are_no_text_are_shown_as_such(self):
        self.record()
        (self.there / "proc/sys/kernel/hostname").write_bytes(b"rack\xff7\n")
        inventory = json.loads(self.look("--format", "json").stdout)
        self.assertEqual(inventory["node"]["hostname"], "rack\ufffd7")
        self.assertNotIn("probe.failed", [f["code"] for f in inventory["findings"]])

    def test_a_topology_that_kills_its_reader_is_a_finding(self):
        self.record()
        (self.there / "topology.xml").write_text("<topology><object type=\"Machine\"")
        codes = [f["code"] for f in json.loads(self.look("--format", "json").stdout)["findings"]]
        self.assertIn("probe.failed", codes)


if __name__ == "__main__":
    unittest.main()
