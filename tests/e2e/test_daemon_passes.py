"""When the daemon measures, for whom, and what becomes of a pass that goes wrong."""
import json
import os
import shutil
import signal
import time
import unittest

import daemon
import program
from daemon import ACHIEVED, COMPLETED, FAST, NONE, OPERATOR, RATES, at_least


class Measuring(daemon.DaemonCase):
    def test_a_device_is_measured_by_the_interval_and_its_figures_stay(self):
        served = self.start(FAST, config=OPERATOR)
        metrics = served.wait_for_metric(ACHIEVED, at_least(1))
        self.assertEqual(metrics["tpp_last_pass_success"], 1)
        self.assertIn("by=interval", served.log())
        history = program.run("history", "--state-directory", self.state, "--format", "json")
        stored = program.report(history)
        self.assertGreaterEqual(len(stored["reports"]), 2)
        self.assertIn("us-ear-2023-10: 3A090.a", stored["boards"][0]["classes"])

        self.configure(NONE)
        served.hang_up()
        served.wait_for_words("msg=reloaded")
        measured = served.metrics()[RATES]
        passes = served.metrics()[COMPLETED]
        later = served.wait_for_metric(COMPLETED, at_least(passes + 3))
        self.assertEqual(later[RATES], measured)
        self.assertEqual(later[ACHIEVED], metrics[ACHIEVED])
        self.assertEqual(served.report()["mode"], "quick")

    def classes(self, served):
        """Class and assurance of each board under each edition, as the report in force says."""
        return {(v["board"], v["rule"]): (v["classification"], v["assurance"])
                for v in served.report()["verdicts"]}

    def test_an_inventory_judges_by_what_was_measured(self):
        served = self.start(FAST, config=OPERATOR, scenario="t4_node")
        served.wait_for_metric(RATES, at_least(1))
        measured = self.classes(served)
        self.assertEqual({assurance for _, assurance in measured.values()}, {"corroborated"})
        self.configure(NONE)
        served.hang_up()
        served.wait_for_words("msg=reloaded")
        passes = served.metrics()[COMPLETED]
        served.wait_for_metric(COMPLETED, at_least(passes + 3))
        self.assertEqual(self.classes(served), measured)

    def test_a_configuration_that_narrows_shows_no_board_to_be_below(self):
        config = OPERATOR + "measure: {kernel: mma}\n"
        served = self.start(FAST, config=config, scenario="t4_node")
        served.wait_for_metric(RATES, at_least(1))
        self.assertEqual({verdict["kind"] for verdict in served.report()["verdicts"]},
                         {"undetermined"})
        self.assertTrue(any(banner.startswith("FORCED") for banner in served.report()["banners"]))

    def test_a_restart_measures_nothing_that_was_measured(self):
        served = self.start(FAST, config=OPERATOR)
        metrics = served.wait_for_metric(ACHIEVED, at_least(1))
        self.assertEqual(served.terminate()[0], 0)
        again = self.start("--clock-speed=2", config=OPERATOR).wait_until_ready()
        self.assertEqual(again.metrics()[ACHIEVED], metrics[ACHIEVED])
        self.assertEqual(again.metrics()[RATES], 0)
        self.assertNotIn("pass is due", again.log())

    def test_a_device_that_hangs_twice_is_left_alone(self):
        config = OPERATOR + "measure: {silence: 1}\n"
        served = self.start(FAST, config=config, scenario="fault_hang")
        finding = 'tpp_finding{code="device.left_alone",class="health",severity="error"}'
        metrics = served.wait_for_metric(finding, lambda value: value == 1)
        self.assertEqual(served.log().count("pass is due"), 2)
        refused = served.answers(served.ask(devices=["0000:17:00.0"]))
        self.assertIn("left alone", refused[0]["refused"])
        passes = metrics[COMPLETED]
        served.wait_for_metric(COMPLETED, at_least(passes + 3))
        self.assertEqual(served.log().count("pass is due"), 2)

    def test_workers_that_crash_or_write_garbage_cost_their_benchmark_only(self):
        for scenario in ("fault_crash", "fault_garbage"):
            with self.subTest(scenario):
                shutil.rmtree(self.state, ignore_errors=True)
                served = self.start(config=daemon.SLURM, scenario=scenario).wait_until_ready()
                for passes in (1, 2):
                    metrics = served.measured()
                    self.assertGreaterEqual(metrics[RATES], 3 * passes)
                    self.assertGreaterEqual(metrics['tpp_measurements_total{outcome="failed"}'],
                                            passes)
                    self.assertIn(ACHIEVED, metrics)
                self.assertNotIn("pass failed", served.log())
                served.terminate()

    def test_a_worker_that_is_killed_costs_its_benchmark_and_a_pass_that_is_killed_itself(self):
        config = "load: {authority: slurm}\n"
        served = self.start(config=config, scenario="fault_slow").wait_until_ready()
        connection = served.ask(full=True)
        with connection.makefile() as lines:
            self.assertTrue(any("mma/fp16" in line for line in lines))
            os.kill(served.wait_for_worker(), signal.SIGKILL)
            *_, last = lines
        self.assertIn("news", json.loads(last))
        metrics = served.metrics()
        self.assertGreaterEqual(metrics['tpp_measurements_total{outcome="failed"}'], 1)

        connection = served.ask(full=True)
        worker = served.wait_for_worker()
        os.kill(served.wait_for_child("tpp-agent pass"), signal.SIGKILL)
        self.assertIn("SIGKILL", served.answers(connection)[-1]["refused"])
        served.wait_for(lambda: not daemon.command_of(worker), "its worker stays")
        after = served.metrics()
        self.assertEqual(after['tpp_passes_total{outcome="failed"}'], 1)
        self.assertEqual(after["tpp_last_pass_success"], 0)
        self.assertEqual(after.get(ACHIEVED), metrics.get(ACHIEVED))


class Held(daemon.DaemonCase):
    REFUSED = 'tpp_passes_total{outcome="refused"}'

    def test_a_reserved_node_is_measured_once_it_is_free(self):
        lock = self.folder / "reserved"
        lock.touch()
        config = OPERATOR.replace("pass: quick", f"pass: quick, lock_file: {lock}")
        served = self.start(FAST, config=config)
        # It is tried again and again.
        metrics = served.wait_for_metric(self.REFUSED, at_least(2))
        self.assertEqual(metrics[RATES], 0)
        self.assertEqual(metrics['tpp_finding{code="device.not_idle",class="condition",'
                                 'severity="warning"}'], 1)
        lock.unlink()
        self.assertGreater(served.wait_for_metric(RATES, at_least(1))[ACHIEVED], 0)

    def test_a_hook_of_the_site_holds_a_pass(self):
        allowed = self.folder / "allowed"
        hook = self.folder / "may-measure"
        hook.write_text(f"#!/bin/sh\ntest -e {allowed}\n")
        hook.chmod(0o755)
        config = OPERATOR.replace("pass: quick", f"pass: quick, hook: {{command: [{hook}]}}")
        served = self.start(FAST, config=config)
        self.assertEqual(served.wait_for_metric(self.REFUSED, at_least(1))[RATES], 0)
        allowed.touch()
        self.assertGreater(served.wait_for_metric(RATES, at_least(1))[ACHIEVED], 0)

    def test_a_node_that_is_reserved_in_the_middle_of_a_pass_has_its_device_at_once(self):
        lock = self.folder / "reserved"
        served = self.start(config=f"load: {{authority: slurm, lock_file: {lock}}}\n",
                            scenario="fault_slow").wait_until_ready()
        connection = served.ask(full=True)
        worker = served.wait_for_worker()
        began = time.monotonic()
        lock.touch()
        served.wait_for(lambda: not daemon.command_of(worker), "the worker stays", 0.005)
        latency = time.monotonic() - began
        print(f"the device is free {1000 * latency:.0f} ms after the lock came")
        self.assertLess(latency, 0.5 if daemon.quiet() else 5)
        news = served.answers(connection)[-1]["news"]
        self.assertIn(str(lock), news["devices"][0]["refused"])


class OnDemand(daemon.DaemonCase):
    SLURM = "load: {authority: slurm}\n"

    def test_a_job_has_its_devices_measured_and_hears_how_it_goes(self):
        served = self.start(FAST, config=self.SLURM).wait_until_ready()
        answers = served.answers(served.ask(devices=["0000:17:00.0"]))
        steps = [a["progress"] for a in answers if "progress" in a]
        self.assertEqual(answers[-1]["news"]["outcome"], "completed")
        text = "".join(a["text"] for a in answers if a.get("document") == "report")
        self.assertEqual(json.loads(text), served.report())
        self.assertTrue(steps)
        self.assertGreater(served.metrics()[ACHIEVED], 0)
        # Nobody else has it measured, however long it is.
        self.assertNotIn("pass is due", served.log())

    def two_t4s(self):
        """A scenario of two boards that are below, by declaration and by measurement."""
        head, one = (program.SCENARIOS / "t4_node.yaml").read_text().split("devices:\n")
        other = one.replace("0000:00:1e.0", "0000:00:1f.0").replace("00a4", "00a5").replace(
            "1324220000004", "1324220000005")
        file = self.folder / "two_t4s.yaml"
        file.write_text(f"{head}devices:\n{one}{other}")
        return file

    def test_a_board_of_which_nothing_was_measured_is_what_measure_and_classify_say_of_it(self):
        scenario = self.two_t4s()
        served = self.start(config=self.SLURM, scenario=scenario).wait_until_ready()
        self.assertEqual({v["kind"] for v in served.report()["verdicts"]}, {"below"})
        served.answers(served.ask(devices=["0000:00:1e.0"]))

        def kinds(report):
            return {(v["board"], v["rule"]): v["kind"] for v in report["verdicts"]}
        report = served.report()
        boards = {device["id"]: device["board"] for device in report["inventory"]["devices"]}
        self.assertEqual({kind for (board, _), kind in kinds(report).items()
                          if board == boards["0000:00:1e.0"]}, {"below"})
        self.assertEqual({kind for (board, _), kind in kinds(report).items()
                          if board == boards["0000:00:1f.0"]}, {"undetermined"})
        alone = program.run("measure", "--simulate", scenario, "--device",
                            "0000:00:1e.0", "--format", "json")
        self.assertEqual(kinds(program.report(alone)), kinds(report))
        again = program.run("classify", "--state-directory", self.state, "--pass", "2",
                            "--format", "json")
        found = [(d["subject"], d["determination"])
                 for d in json.loads(again.stdout)["items"]]
        self.assertEqual(len(found), 2, again.stderr)
        for subject, determination in found:
            self.assertEqual(determination == "undetermined",
                             boards["0000:00:1f.0"] in subject, found)

    def test_a_board_that_was_not_asked_for_is_no_failure_of_what_was(self):
        scenario = self.two_t4s()
        served = self.start(config=self.SLURM, scenario=scenario).wait_until_ready()

        def exit_code(*words):
            done = program.run("measure", *words, "--format", "json")
            kinds = {v["kind"] for v in program.report(done)["verdicts"]}
            self.assertEqual(kinds, {"below", "undetermined"}, done.stderr)
            return done.returncode
        for source in (("--via-daemon", self.socket), ("--simulate", scenario)):
            with self.subTest(source[0]):
                self.assertEqual(exit_code(*source, "--device", "0000:00:1e.0"), 0)
        # A board that was asked for and stays open is not assessed.
        self.assertEqual(served.terminate()[0], 0)
        self.start(config=self.SLURM + "measure: {kernel: mma}\n",
                   scenario=scenario).wait_until_ready()
        done = program.run("measure", "--via-daemon", self.socket, "--force", "--device",
                           "0000:00:1e.0")
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_what_is_not_there_is_refused(self):
        served = self.start(config=self.SLURM).wait_until_ready()
        self.assertIn("no such device",
                      served.answers(served.ask(devices=["0000:99:00.0"]))[0]["refused"])
        self.assertIn("not known", served.answers(served.ask(device="x"))[0]["refused"])
        words = ("measure", "--via-daemon", self.socket, "--device")
        done = program.run(*words, "nosuch")
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn("nosuch: there is no such device", done.stderr)
        # What may be another time.
        self.configure(NONE)
        served.hang_up()
        served.wait_for_words("msg=reloaded")
        self.assertEqual(program.run(*words, "nosuch").returncode, 75)

    def test_the_device_is_free_half_a_second_after_a_job_is_gone(self):
        served = self.start(config=self.SLURM, scenario="fault_slow").wait_until_ready()
        for _ in range(3):
            connection = served.ask(full=True)
            worker = served.wait_for_worker()
            began = time.monotonic()
            connection.close()
            served.wait_for(lambda: not daemon.command_of(worker), "the worker stays", 0.005)
            latency = time.monotonic() - began
            print(f"the device is free {1000 * latency:.0f} ms after the job is gone")
            self.assertLess(latency, 0.5 if daemon.quiet() else 5)
        # It is nothing that the device did, however often.
        metrics = served.wait_for_metric('tpp_passes_total{outcome="aborted"}', at_least(3))
        self.assertEqual(metrics['tpp_passes_total{outcome="failed"}'], 0)
        self.assertIn("progress", served.ask(full=True).makefile().readline())

    def test_a_job_that_goes_while_it_waits_is_forgotten(self):
        served = self.start(config=self.SLURM, scenario="fault_slow").wait_until_ready()
        first = served.ask(full=True)
        served.wait_for_worker()
        second = served.ask(full=True)
        served.wait_for(lambda: served.log().count("pass was asked for") == 2, "no request")
        second.close()
        self.assertEqual(served.answers(first)[-1]["news"]["outcome"], "completed")
        self.assertEqual(served.metrics()[COMPLETED], 2)
        self.assertEqual(served.answers(served.ask())[-1]["news"]["outcome"], "completed")
        self.assertEqual(served.metrics()[COMPLETED], 3)


class Ending(daemon.DaemonCase):
    def test_sigterm_ends_it_within_five_seconds_also_during_a_pass(self):
        for scenario in ("fault_slow", "fault_hang"):
            with self.subTest(scenario):
                served = self.start(config="load: {authority: slurm}\n", scenario=scenario)
                served.wait_until_ready()
                connection = served.ask(full=True)
                worker = served.wait_for_worker()
                waits = served.ask(full=True)
                served.wait_for(lambda: served.log().count("pass was asked for") == 2, "no request")
                code, took = served.terminate()
                print(f"SIGTERM during a pass ends it in {1000 * took:.0f} ms")
                self.assertEqual(code, 0, served.log())
                self.assertLess(took, 5 if daemon.quiet() else 20)
                self.assertEqual(daemon.command_of(worker), "")
                self.assertFalse(self.socket.exists())
                self.assertEqual(served.answers(waits), [{"refused": "the daemon is ending"}])
                self.assertEqual(served.answers(connection)[-1]["news"]["outcome"], "aborted")

    def test_a_driver_that_hangs_keeps_nobody_waiting(self):
        served = self.start(config=NONE, scenario="driver_hangs")
        lister = served.wait_for_child("tpp-bench")
        self.assertEqual(served.get()[0], 200)
        self.assertEqual(served.get("/-/ready")[0], 503)
        code, took = served.terminate()
        self.assertEqual(code, 0)
        self.assertLess(took, 5 if daemon.quiet() else 20)
        self.assertEqual(daemon.command_of(lister), "")

    def test_its_children_go_with_a_daemon_that_is_killed(self):
        served = self.start(config="load: {authority: slurm}\n", scenario="fault_slow")
        served.wait_until_ready()
        served.ask(full=True)
        worker = served.wait_for_worker()
        one = served.wait_for_child("tpp-agent pass")
        served.process.kill()
        served.process.wait()
        # The socket that it left behind is no other daemon's.
        again = self.start(config=NONE).wait_until_ready()
        again.wait_for(lambda: not daemon.command_of(worker) and not daemon.command_of(one),
                       "they stay")


if __name__ == "__main__":
    unittest.main()
