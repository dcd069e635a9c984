"""Compiles planning.swift with the planner, and gives it the shipped knowledge base: what hack/bench planner and accuracy share."""
import csv
import json
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(ROOT, "Sources/KnowledgeBase/Data")
# The planner and the cores that it needs, in the order of their dependencies.
MODULES = ["Drawing", "Planning"]
FIGURES = ["prompt_tokens", "output_tokens", "concurrency", "requests_per_second", "ttft_mean_ms", "ttft_p95_ms", "itl_mean_ms", "itl_p95_ms",
           "e2e_mean_ms", "e2e_p95_ms", "precision", "source"]


def compile_planner(folder):
    """The path of the program; needs swiftc only."""
    common = ["swiftc", "-O", "-swift-version", "6", "-package-name", "podium", "-I", folder, "-L", folder]
    for module in MODULES:
        sources = [os.path.join(place, name) for place, _, names in os.walk(os.path.join(ROOT, "Sources", module)) for name in names if name.endswith(".swift")]
        subprocess.run(
            common + ["-wmo", "-parse-as-library", "-emit-library", "-static", "-emit-module", "-module-name", module,
                      "-emit-module-path", f"{folder}/{module}.swiftmodule", "-o", f"{folder}/lib{module}.a"] + sorted(sources), check=True)
    subprocess.run(
        common + ["-module-name", "PlanningBenchmark", "-o", f"{folder}/planning", os.path.join(ROOT, "hack/benchmarks/planning.swift")]
        + [f"-l{module}" for module in reversed(MODULES)], check=True)
    return f"{folder}/planning"


def documents(name):
    with open(os.path.join(DATA, name)) as file:
        return json.load(file)


def rows():
    """All shipped benchmark rows as lists of cells."""
    result = []
    for name in ("simulated.csv", "measured.csv", "estimated.csv"):
        with open(os.path.join(DATA, name), newline="") as file:
            for row in csv.DictReader(file):
                result.append([row["kind"], row["model"], row["accelerator"], row["gpus"]] + [row.get(figure) or "" for figure in FIGURES])
    return result


def sweep():
    """Measured loads with percentiles: those of the test of the same."""
    with open(os.path.join(ROOT, "Tests/KnowledgeBaseTests/Reports/load-sweep.csv"), newline="") as file:
        return [[row["kind"], row["model"], row["accelerator"], row["gpus"]] + [row.get(figure) or "" for figure in FIGURES]
                for row in csv.DictReader(file)]


def write_facts(path, benchmarks):
    def cell(value):
        return "" if value is None else str(value)

    lines = []
    for a in documents("accelerators.json"):
        lines.append(["accelerator", a["name"], "|".join(a["aliases"]), a["nodeLabel"], a["memoryGB"], a.get("pricePerHourUSD")])
    for m in documents("models.json"):
        lines.append(["model", m["id"], "|".join(m["aliases"]), m["parametersBillions"], m["contextLength"], m["minimumMemoryGB"]])
    for u in documents("use-cases.json"):
        lines.append(["useCase"] + [u[key] for key in ("name", "promptTokens", "outputTokens", "ttftP95", "itlP95", "e2eP95", "activeFraction",
                                                       "requestsPerActiveUserPerMinute", "peakMultiplier")])
    quality = documents("quality.json")
    lines += [["step", step["billions"], step["score"]] for step in quality["steps"]]
    lines += [["bonus", case, part, points] for case, parts in quality["bonuses"].items() for part, points in parts.items()]
    with open(path, "w") as file:
        for line in lines + benchmarks:
            file.write("\t".join(cell(value) for value in line) + "\n")


def run(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout
