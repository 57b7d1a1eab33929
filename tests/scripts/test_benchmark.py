"""What the benchmark's arithmetic, its table and its loop in Python promise.

Run: python tests/scripts/test_benchmark.py

A small network for the arithmetic: step 0 is a convolution of 32 outputs (tensors 0, 1), step 1 a ReLU after it, step 2
a convolution beside them that reads the images (tensor 2), step 3 joins both, step 4 is linear (tensor 3).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import benchmark_campaigns  # noqa: E402
import benchmark_cuda  # noqa: E402
import benchmark_faults  # noqa: E402
import benchmark_limit  # noqa: E402
import benchmark_table  # noqa: E402
from benchmark_faults import Fault  # noqa: E402
from demo_campaigns import DEMO, Reference  # noqa: E402

TENSORS = [
    {"name": "a.weight", "shape": [32, 3, 2, 2], "touched": [0], "needed": [0, 1, 3, 4]},
    {"name": "a.bias", "shape": [32], "touched": [0], "needed": [0, 1, 3, 4]},
    {"name": "b.weight", "shape": [64, 3, 1, 1], "touched": [2], "needed": [2, 3, 4]},
    {"name": "c.weight", "shape": [10, 96], "touched": [4], "needed": [4]},
]
FULL = [10.0, 2.0, 20.0, 4.0, 6.0]
NARROW = [3.0, 0.0, 5.0, 0.0, 0.0]


LAYERS = [0, -1, 1, -1, 2]  # of the steps
WORK = {"layers": [{"block_width": 16}, {"block_width": 16}, {"block_width": 0}]}


def fault(tensor: int, element: int = 0) -> Fault:
    return Fault(tensor, element, 1, 1)


def cost(*faults: Fault, narrow: list[float] | None = None) -> float:
    return benchmark_limit.trial_cost(list(faults), TENSORS, FULL, narrow)


class Limits(unittest.TestCase):
    def test_a_trial_costs_the_steps_that_depend_on_its_faults(self) -> None:
        self.assertEqual(cost(fault(0)), 22)
        self.assertEqual(cost(fault(2)), 30)
        self.assertEqual(cost(fault(3)), 6)

    def test_steps_needed_by_several_faults_are_paid_once(self) -> None:
        self.assertEqual(cost(fault(0), fault(1), fault(3)), 22)
        self.assertEqual(cost(fault(0), fault(2)), sum(FULL))

    def test_without_faults_nothing_is_needed(self) -> None:
        self.assertEqual(cost(), 0)
        self.assertEqual(benchmark_limit.ratio(42, benchmark_limit.mean_cost([[]], TENSORS, FULL)), float("inf"))

    def test_one_block_of_channels_costs_what_it_costs_narrow(self) -> None:
        self.assertEqual(cost(fault(0, 15 * 12), fault(1, 0), narrow=NARROW), 15)
        self.assertEqual(cost(fault(2, 63 * 3), narrow=NARROW), 15)

    def test_faults_in_two_blocks_need_the_whole_layer(self) -> None:
        self.assertEqual(cost(fault(0, 15 * 12), fault(1, 16), narrow=NARROW), 22)

    def test_a_layer_after_a_changed_one_is_never_narrow(self) -> None:
        self.assertEqual(cost(fault(0), fault(3), narrow=[3.0, 0.0, 5.0, 0.0, 1.0]), 15)

    def test_a_step_that_cannot_be_had_narrow_is_paid_in_full(self) -> None:
        self.assertEqual(cost(fault(3), narrow=NARROW), 6)

    def test_narrow_is_never_taken_when_it_is_slower(self) -> None:
        self.assertEqual(cost(fault(0), narrow=[30.0, 0, 0, 0, 0]), 22)

    def test_the_limit_is_the_whole_pass_over_the_mean_trial(self) -> None:
        mean = benchmark_limit.mean_cost([[fault(0)], [fault(3)]], TENSORS, FULL)
        self.assertAlmostEqual(benchmark_limit.ratio(42, mean), 42 / 14)

    def test_macs_of_a_block_are_its_share_of_the_outputs(self) -> None:
        can = [time > 0 for time in NARROW]
        self.assertEqual(benchmark_limit.narrow_macs(TENSORS, [320.0, 0, 640.0, 0, 9.0], can), [160, 0, 160, 0, 0])


LIST = ["run,trial,tensor,element,mask,before,after\n", "0,0,2,5,00000001,00000010,00000011\n",
        "0,1,2,5,80000000,00000011,80000011\n", "0,1,3,7,00000002,00000000,00000002\n",
        "1,0,0,1,40000000,3f800000,7f800000\n"]


class FaultLists(unittest.TestCase):
    def test_faults_pile_up_only_where_the_test_says_so(self) -> None:
        added = benchmark_faults.parse(LIST)
        self.assertEqual(len(benchmark_faults.present(added, (0, 1), cumulative=True)), 3)
        self.assertEqual(len(benchmark_faults.present(added, (0, 1), cumulative=False)), 2)
        self.assertEqual(benchmark_faults.present(added, (1, 0), cumulative=True), [Fault(0, 1, 1 << 30, 0x7F800000)])

    def test_a_word_hit_twice_holds_what_the_last_fault_left(self) -> None:
        faults = benchmark_faults.present(benchmark_faults.parse(LIST), (0, 1), cumulative=True)
        self.assertEqual(benchmark_faults.words(faults), {2: {5: 0x80000011}, 3: {7: 2}})
        self.assertEqual(benchmark_faults.masks(faults), {2: {5: 0x80000001}, 3: {7: 2}})

    def test_a_list_that_is_none_is_refused_with_the_line(self) -> None:
        for lines, line in ((["run,trial\n"], "line 1"), ([*LIST, "1,2,3\n"], "line 6")):
            with self.assertRaisesRegex(ValueError, line):
                benchmark_faults.parse(lines)


def spent(seconds: float, probe: float = 0) -> dict[str, float]:
    return {"seconds": seconds, "golden": 1, "probe": probe, "trials": 0.8 * (seconds - probe), "verify": 0}


def repetition(slowness: float) -> dict[str, Any]:
    return {"forward": 42, "walk": 42 * 1.01, "peak_bytes": 2e9, "work": WORK,
            "steps": {"full": FULL, "narrow": NARROW},
            "tests": {"layer": {"whole": spent(2 * 50 * slowness / 0.8), "resumed": spent(40 * slowness + 3, probe=3),
                                "differences": 0, "unchanged": [5, 6]}}}


def network() -> dict[str, Any]:
    """Trials that strike tensors 0 and 3, measured three times."""
    python = {"header": {"pytorchfi_note": "", "left_out": {"layer": 7}},
              "repetitions": [{"tests": {"layer": {"plain_python": {"seconds": [60, 62], "unchanged": [5, 6]},
                                                   "pytorchfi": {"seconds": [90, 92], "unchanged": [5, 6]}}}}] * 3}
    header = {"tensors": TENSORS, "steps": [{"macs": macs, "layer": layer} for macs, layer in zip(FULL, LAYERS)],
              "kept_bytes": 1e6, "images": {"count": 8, "blocks": 1},
              "tests": {"layer": {"runs": 2, "points": 2, "sampled": [[0, 0], [1, 1]]}}}
    return {"name": "small", "header": header, "repetitions": [repetition(slow) for slow in (1, 9, 0.5)],
            "python": python}


def added() -> dict[tuple[int, int], list[Fault]]:
    return {(run, trial): [fault((0, 3)[trial], 0)] for run in range(2) for trial in range(2)}


class Tables(unittest.TestCase):
    def summary(self) -> dict[str, Any]:
        return benchmark_table.summarise(network(), {"layer": added()})

    def test_figures_are_medians_and_probing_is_apart(self) -> None:
        found = self.summary()["tests"]["layer"]
        self.assertAlmostEqual(found["whole"], 50)
        self.assertAlmostEqual(found["resumed"]["seconds"], 10)
        self.assertAlmostEqual(found["resumed"]["overhead"], 0.2)
        self.assertEqual(found["resumed"]["probe_seconds"], 3)
        self.assertAlmostEqual(found["ratio"], 5)

    def test_limits_stand_beside_what_was_reached(self) -> None:
        found = self.summary()["tests"]["layer"]
        self.assertAlmostEqual(found["limit"]["time_plain"], 42 / 14)
        self.assertAlmostEqual(found["limit"]["time"], 42 / 10.5)
        self.assertAlmostEqual(found["limit"]["macs"], 42 / ((12 + 5 + 6) / 2))
        self.assertAlmostEqual(found["share_of_limit"], 5 / 4)

    def test_the_limit_knows_only_blocks_that_the_program_takes(self) -> None:
        for width, cost in ((0, 22), (16, 15), (24, 22 - 10 + 10 * 24 / 32)):
            measured = network()
            for repetition in measured["repetitions"]:
                repetition["work"] = {"layers": [{"block_width": width}, *WORK["layers"][1:]]}
            found = benchmark_table.summarise(measured, {"layer": added()})["tests"]["layer"]["limit"]
            self.assertAlmostEqual(found["time"], 42 / ((cost + 6) / 2))

    def test_loops_in_python_are_compared_with_resumed_trials(self) -> None:
        found = self.summary()["tests"]["layer"]
        self.assertAlmostEqual(found["plain_python"]["ratio"], 6.1)
        self.assertAlmostEqual(found["pytorchfi"]["ratio"], 9.1)

    def test_python_with_our_allocator_stands_in_brackets(self) -> None:
        tuned = network()
        tuned["python_tuned"] = {"repetitions": [{"tests": {"layer": {"plain_python": {"seconds": [50]}}}}]}
        tuned["summary"] = benchmark_table.summarise(tuned, {"layer": added()})
        self.assertEqual(benchmark_table.row(tuned, "layer")[-2:], ["6.1× (5×)", "9.1×"])

    def test_a_trial_that_python_counts_otherwise_is_told(self) -> None:
        changed = network()
        changed["repetitions"][0]["tests"]["layer"]["unchanged"] = [5, 7]
        self.assertEqual(benchmark_table.python_differences(changed), 1)
        self.assertEqual(benchmark_table.python_differences(network()), 0)

    def test_the_table_names_the_machine_and_has_a_row_for_each_test(self) -> None:
        machine = {"cpu": "Some CPU", "cores": 2, "threads": 2, "device": "cpu", "libtorch": "2.11.0", "repetitions": 3}
        text = benchmark_table.markdown({"machine": machine, "networks": [{**network(), "summary": self.summary()}]})
        self.assertIn("Some CPU, 2 cores, 2 threads; LibTorch 2.11.0; medians of 3", text)
        self.assertIn("| small, 8 | layer | 50000 | 10000 | **5×** | 4× | 125 % |", text)
        self.assertIn("7 faults in biases", text)

    def test_what_was_not_measured_is_a_dash(self) -> None:
        alone = network()
        del alone["python"]
        alone["summary"] = benchmark_table.summarise(alone, {"layer": added()})
        self.assertTrue(" | ".join(benchmark_table.row(alone, "layer")).endswith("– of 3× | – | –"))

    def test_figures_that_must_not_be_believed_are_told(self) -> None:
        measured = {**network(), "summary": self.summary()}
        measured["header"]["float32_probe"] = {"pass": True, "error": 1e-7}
        self.assertEqual(benchmark_table.wrong(measured), [])
        measured["header"]["float32_probe"] = {"pass": False, "error": 3e-4}
        measured["summary"]["tests"]["layer"]["differences"] = 2
        measured["summary"]["python_differences"] = 3
        self.assertEqual(len(benchmark_table.wrong(measured)), 3)

    def test_numbers_have_three_figures(self) -> None:
        self.assertEqual([benchmark_table.shown(number) for number in (1234.5, 123.4, 12.34, 1.234, 0.01234)],
                         ["1234", "123", "12.3", "1.23", "0.0123"])


class Driver(unittest.TestCase):
    def test_the_cpu_is_named_as_the_system_names_it(self) -> None:
        self.assertEqual(benchmark_campaigns.cpu_model("processor : 0\nmodel name\t: Fast: CPU\n"), "Fast: CPU")
        self.assertEqual(benchmark_campaigns.cpu_model(""), "unknown CPU")

    def test_a_contender_answers_each_line_with_one(self) -> None:
        program = "import sys\nprint('{}', flush=True)\nfor n, _ in enumerate(sys.stdin): print(n, flush=True)"
        contender = benchmark_campaigns.Contender([sys.executable, "-c", program])
        self.assertEqual([contender.repeat(), contender.repeat()], [0, 1])
        contender.end()
        self.assertEqual(contender.process.returncode, 0)

    def test_a_contender_can_have_an_environment_of_its_own(self) -> None:
        program = "import os; print(os.environ['GLIBC_TUNABLES'].count('malloc'))"
        made = benchmark_campaigns.Contender([sys.executable, "-c", program],
                                             GLIBC_TUNABLES=benchmark_campaigns.KEEP_FREED_MEMORY)
        self.assertEqual(made.header, 3)
        made.end()

    def test_a_contender_that_ends_is_told(self) -> None:
        with self.assertRaisesRegex(SystemExit, "ended with 3"):
            benchmark_campaigns.Contender([sys.executable, "-c", "raise SystemExit(3)"])

    def test_every_usual_network_is_known(self) -> None:
        self.assertLessEqual(set(benchmark_campaigns.USUAL), set(benchmark_campaigns.KNOWN))
        for known in benchmark_campaigns.NETWORKS:
            self.assertTrue(not known.config or (ROOT / "configs" / f"{known.config}.json").exists(), known)


class Extrapolation(unittest.TestCase):
    def test_a_campaign_is_its_blocks_of_golden_passes_and_trials(self) -> None:
        seconds = benchmark_cuda.campaign_seconds(image_count=1000, batch=300, runs=60, points=50, trial_seconds=0.01)
        self.assertAlmostEqual(seconds, 4 * 60 * 50 * 0.01)


class PythonLoop(unittest.TestCase):
    """The demo's network, by the loop and by plain modules whose state was exchanged."""

    @classmethod
    def setUpClass(cls) -> None:
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        cls.reference = Reference()

    def write(self, folder: Path, hits: list[tuple[int, int, int]]) -> None:
        names, state = self.reference.names, self.reference.state
        rows = [benchmark_faults.HEADER]
        for tensor, element, mask in hits:
            before = self.reference.word(tensor, element)
            rows.append(f"0,{len(rows) - 1},{tensor},{element},{mask:08x},{before:08x},{before ^ mask:08x}")
        (folder / "faults_full.csv").write_text("\n".join(rows) + "\n")
        images = self.reference.images
        images.numpy().tofile(folder / "images.f32")
        header = {"model": str(DEMO / "signs.pt"), "device": "cpu", "threads": 1,
                  "tensors": [{"name": name, "shape": list(state[name].shape)} for name in names],
                  "images": {"count": len(images), "height": images.shape[2], "width": images.shape[3]},
                  "tests": {"full": {"cumulative": True, "sampled": [[0, place] for place in range(len(hits))]}}}
        (folder / "header.json").write_text(json.dumps(header))

    def expected(self, hits: list[tuple[int, int, int]]) -> list[int]:
        words, counts = {}, []
        for tensor, element, mask in hits:
            words[(tensor, element)] = self.reference.word(tensor, element) ^ mask
            found = self.reference.forward(words)
            kept = (found.argmax(1) == self.reference.golden.argmax(1)) & found.isfinite().all(1)
            counts.append(int(kept.sum()))
        return counts

    def test_it_counts_what_plain_modules_give_and_restores_the_weights(self) -> None:
        hits = [(0, 11, 1 << 23), (4, 100, 1 << 30), (0, 3, 1 << 30)]
        with tempfile.TemporaryDirectory() as name:
            self.write(Path(name), hits)
            script = [sys.executable, str(ROOT / "scripts/benchmark_python.py"), name]
            done = subprocess.run(script, input="\n\n", capture_output=True, text=True, check=True)
        _, *repetitions = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(repetitions), 2)
        expected = self.expected(hits)
        self.assertLess(min(expected), len(self.reference.images))
        for found in repetitions:
            self.assertEqual(found["tests"]["full"]["plain_python"]["unchanged"], expected)


if __name__ == "__main__":
    unittest.main()
