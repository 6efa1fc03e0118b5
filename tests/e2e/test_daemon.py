"""The daemon as its operator sees it: what it serves, how it is told, how it begins and ends."""
import shutil
import subprocess
import threading
import time
import unittest

import daemon
import program
from daemon import (ACHIEVED, BOARD, COMPLETED, DECLARED, FAST, NONE, OPERATOR, RATES, RELOADED, SLURM,
                    at_least)


class Beginning(daemon.DaemonCase):
    def test_what_is_wrong_with_a_configuration_is_said_with_its_place(self):
        code, words = self.refused("--socket=none", config="load:\n  authority: everybody\n")
        self.assertEqual(code, 2)
        self.assertIn("config.yaml:2:14", words)
        self.assertEqual(len(words.splitlines()), 1)
        code, words = self.refused("--config.check", config="loads: {}\n")
        self.assertEqual(code, 2)
        self.assertIn("config.yaml:1:1", words)
        self.assertEqual(self.refused("--config.check"), (0, ""))

    def test_a_check_refuses_what_the_first_pass_would_refuse(self):
        rules = self.folder / "rules.yaml"
        rules.write_text("id: x\n")
        site = self.folder / "site"
        (site / "catalog.d").mkdir(parents=True)
        (site / "catalog.d" / "mine.yaml").write_text("chips: {}\n")
        boards = self.folder / "boards.yaml"
        boards.write_text("boards:\n  - name: one\n    device: []\n")
        for line, column, words in (
                ("precision: [fp16, fp61]", 21, "'fp61'"),
                ("precision: fp16,fp61", 14, "'fp61'"),
                ("precision: yes", 14, "--precision"),
                ("kernel: matmul", 11, "'matmul'"),
                ("silence: soon", 12, "'soon' is no duration"),
                ("silence: -5s", 12, "no duration"),
                ("silence: [1s, 2s]", 17, "--silence"),
                ("classify-cpu: perhaps", 17, "perhaps"),
                ("reading: tf32_bits", 12, "no setting"),
                ("reading: tf32_bits=21", 12, "tf32_bits"),
                ("reading: [tf32_bits=19, board_size=1]", 27, "board_size"),
                ("reading: [tf32_bits=19, tf32_bits=32]", 27, "contradict"),
                ("threshold: [clock_share=0.9, clock_share=0.8]", 32, "clock_share"),
                ("threshold: clock_share=2", 14, "clock_share"),
                ("threshold: cut_below=0.9", 14, "cut_below"),
                ("threshold: clock=0.9", 14, "clock"),
                ("board-level: rack", 16, "'rack'"),
                ("board-map: /nonexistent.yaml", 14, "/nonexistent.yaml"),
                (f"board-map: {boards}", 14, f"{boards}:3:"),
                ("rules: /nonexistent", 10, "/nonexistent"),
                (f"rules: {rules}", 10, f"{rules}:1:"),
                ("catalog: /nonexistent", 12, "/nonexistent"),
                ("site-directory: /nonexistent", 19, "/nonexistent"),
                (f"site-directory: {site}", 19, "mine.yaml:1:"),
                ("metrics-detail: perhaps", 19, "perhaps")):
            right = "precision: fp16" if line.startswith("kernel") else "kernel: mma"
            with self.subTest(line):
                code, said = self.refused("--config.check",
                                          config=f"measure:\n  {right}\n  {line}\n")
                self.assertEqual(code, 2, said)
                self.assertIn(f"config.yaml:3:{column}: ", said)
                self.assertIn(words, said)

    def test_a_check_takes_what_a_pass_goes_by(self):
        boards = self.folder / "boards.yaml"
        boards.write_text("boards:\n  - name: one\n    devices: [\"0000:17:00.0\"]\n")
        config = NONE + f"""
measure:
  precision: [fp16, int8]
  kernel: mma
  silence: 20s
  classify-cpu: yes
  reading: [tf32_bits=19]
  threshold: [clock_share=0.9, cut_below=0.99]
  board-map: {boards}
  board-level: board
  rules: {program.SOURCE / "agent" / "rules"}
  catalog: {program.SOURCE / "agent" / "catalog"}
  site-directory: {self.folder}
  metrics-detail: yes
"""
        self.assertEqual(self.refused("--config.check", config=config), (0, ""))
        served = self.start(config=config).wait_until_ready()
        self.assertNotIn("level=error", served.log())

    def test_an_address_or_a_socket_that_is_taken_is_said(self):
        served = self.start(config=NONE)
        code, words = self.refused("--socket=none", f"--web.listen-address={served.address}")
        self.assertEqual(code, 2)
        self.assertIn(served.address, words)
        code, words = self.refused("--web.listen-address=127.0.0.1:0", "--socket", self.socket)
        self.assertEqual(code, 2)
        self.assertIn("a daemon answers there already", words)
        served.wait_until_ready()
        self.assertIn("refused", served.answers(served.ask())[0])

    def test_words_that_cannot_be_understood_are_usage(self):
        for words in (("--log.level=loud",), ("--web.listen-address=nowhere",), ("--socket",)):
            with self.subTest(words):
                self.assertEqual(self.refused(*words)[0], 64)

    def test_a_history_that_cannot_be_kept_stops_nothing(self):
        self.state.write_text("a file where a directory should be")
        served = self.start(FAST, config=OPERATOR)
        metrics = served.wait_for_metric(ACHIEVED, at_least(1))
        self.assertIn("level=warn", served.log())
        self.assertIn('tpp_finding{code="history.not_written",class="health",severity="warning"}',
                      metrics)

    def test_a_damaged_history_is_kept_aside(self):
        self.state.mkdir()
        (self.state / "history.sqlite").write_bytes(b"no database any more" * 500)
        served = self.start(FAST, config=OPERATOR)
        served.wait_for_metric(ACHIEVED, at_least(1))
        self.assertTrue([p for p in self.state.iterdir() if "damaged" in p.name])
        self.assertIn("level=warn", served.log())
        history = program.run("history", "--state-directory", self.state, "--format", "json")
        self.assertEqual(history.returncode, 0, history.stderr)


class Serving(daemon.DaemonCase):
    def test_the_first_scrape_is_answered_at_once_and_the_first_look_follows(self):
        served = self.start(config=NONE)
        status, text = served.get()
        latency = time.monotonic() - served.began
        print(f"the first scrape is answered {1000 * latency:.0f} ms after the start")
        self.assertEqual(status, 200)
        self.assertIn("tpp_passes_total", text)
        self.assertLess(latency, 0.3 if daemon.quiet() else 10)
        served.wait_until_ready()
        self.assertIn(DECLARED, served.metrics())
        self.assertEqual(served.report()["mode"], "inventory")
        self.assertIn("NVIDIA H100", served.get("/")[1])

    def test_evidence_that_is_old_is_a_finding(self):
        config = OPERATOR + "measure: {threshold: evidence_age=0}\n"
        served = self.start(FAST, config=config)
        finding = 'tpp_finding{code="evidence.stale",class="condition",severity="warning"}'
        served.wait_for_metric(RATES, at_least(1))
        # In the next inventory, which the accelerated schedule has soon.
        self.configure(NONE + "measure: {threshold: evidence_age=0}\n")
        served.hang_up()
        served.wait_for_metric(finding, lambda value: value == 1)
        served.wait_for_words("msg=reloaded")
        self.configure(NONE)
        served.hang_up()
        served.wait_for(lambda: served.metrics().get(finding, 0) == 0, "it stays")

    def test_nothing_is_measured_unless_somebody_is_named_who_may(self):
        served = self.start("--clock-speed=100", config=NONE)
        metrics = served.wait_for_metric(COMPLETED, at_least(3))
        self.assertEqual(metrics[RATES], 0)
        self.assertNotIn(ACHIEVED, metrics)
        self.assertEqual(metrics[f'tpp_board_assurance{{board="{BOARD}",rule="us-ear-2023-10",'
                                 'assurance="declared_only"}'], 1)
        self.assertEqual(served.answers(served.ask()), [
            {"refused": "load.authority is none: nothing is measured on this node"}])

    def test_pages_of_metrics_pass_promtool_and_have_as_many_series_after_every_pass(self):
        served = self.start(config=SLURM).wait_until_ready()
        once = served.measured()[RATES]
        # The first measurement cannot be compared with an earlier one, which is a finding.
        second = served.measured()
        descriptors = served.descriptors()
        served.measured()
        fourth = served.measured()
        self.assertEqual((second[RATES], fourth[RATES]), (2 * once, 4 * once))
        self.assertEqual(set(second), set(fourth))
        served.wait_for(lambda: served.descriptors() <= descriptors, "files stay open")
        if shutil.which("promtool"):
            checked = subprocess.run(["promtool", "check", "metrics"], input=served.get()[1],
                                     capture_output=True, text=True, check=False)
            self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))


class Reloading(daemon.DaemonCase):
    def test_a_new_configuration_is_taken_and_a_wrong_one_is_not(self):
        served = self.start(FAST, config=NONE).wait_until_ready()
        self.assertEqual(served.metrics()[RELOADED], 1)
        answered, done = [], threading.Event()

        def scrape():
            while not done.is_set():
                answered.append(served.get()[0])

        scraper = threading.Thread(target=scrape)
        scraper.start()
        try:
            self.configure("load:\n  authority: everybody\n")
            served.hang_up()
            served.wait_for_metric(RELOADED, lambda value: value == 0)
            self.assertIn("config.yaml:2:14", served.log())
            self.assertIn("level=error", served.log())
            self.configure("load: {authority: slurm}\nmeasure: {catalog: /nonexistent}\n")
            served.hang_up()
            served.wait_for(lambda: served.log().count("not reloaded") == 2, "no refusal")
            self.assertIn("load.authority is none", served.answers(served.ask())[0]["refused"])
            self.configure("load: {authority: slurm}\n")
            served.hang_up()
            served.wait_for_metric(RELOADED, lambda value: value == 1)
            self.assertIn("news", served.answers(served.ask())[-1])
        finally:
            done.set()
            scraper.join()
        self.assertEqual(set(answered), {200})

    def test_a_configuration_that_comes_during_a_pass_is_taken_over_after_it(self):
        served = self.start(config="load: {authority: slurm}\n", scenario="fault_slow")
        served.wait_until_ready()
        connection = served.ask(full=True)
        served.wait_for_worker()
        self.configure(NONE)
        served.hang_up()
        self.configure("load: {authority: kubernetes}\n")
        served.hang_up()
        self.assertEqual(served.answers(connection)[-1]["news"]["outcome"], "completed")
        served.wait_for_words("msg=reloaded")
        # The newest one is in force.
        self.assertIn("news", served.answers(served.ask())[-1])


class ServiceManager(daemon.DaemonCase):
    def test_systemd_is_told_how_it_fares(self):
        manager = daemon.ServiceManager(self)
        served = self.start(config=NONE, environment={"NOTIFY_SOCKET": str(manager.path),
                                                      "WATCHDOG_USEC": "400000"})
        heard = manager.wait_for("READY=1")
        self.assertIn("STATUS=1 devices; nothing is measured unless asked for",
                      heard[-1].splitlines())
        moments = []
        for _ in range(4):
            manager.wait_for("WATCHDOG=1")
            moments.append(time.monotonic())
        longest = max(b - a for a, b in zip(moments, moments[1:]))
        self.assertLess(longest, 0.4 if daemon.quiet() else 20)
        served.hang_up()
        self.assertIn("MONOTONIC_USEC=", manager.wait_for("RELOADING=1")[-1])
        manager.wait_for("READY=1")
        self.assertEqual(served.terminate()[0], 0)
        manager.wait_for("STOPPING=1")

    def test_a_driver_that_hangs_does_not_keep_systemd_waiting(self):
        manager = daemon.ServiceManager(self)
        served = self.start(config=NONE, scenario="driver_hangs",
                            environment={"NOTIFY_SOCKET": str(manager.path)})
        heard = manager.wait_for("READY=1")
        self.assertIn("STATUS=0 devices; nothing is measured unless asked for",
                      heard[-1].splitlines())
        self.assertEqual(served.get("/-/ready")[0], 200)
        self.assertIn("backend.failed", {f["code"] for f in served.report()["findings"]})

    def test_a_reload_during_a_pass_does_not_keep_systemd_waiting(self):
        manager = daemon.ServiceManager(self)
        served = self.start(config="load: {authority: slurm}\n", scenario="fault_slow",
                            environment={"NOTIFY_SOCKET": str(manager.path)})
        manager.wait_for("READY=1")
        served.ask(full=True)
        worker = served.wait_for_worker()
        manager.wait_for("STATUS=measuring 0000:17:00.0/")
        served.hang_up()
        manager.wait_for("RELOADING=1")
        manager.wait_for("READY=1")
        self.assertIn("--benchmark_filter", daemon.command_of(worker))


if __name__ == "__main__":
    unittest.main()
