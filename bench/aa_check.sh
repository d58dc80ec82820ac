#!/usr/bin/env bash
# Whether the benchmark can be trusted on this machine: how often it sees a difference between an approach and itself, how
# often it sees a tenth more work, and what its fixtures cost.
#
#   bench/aa_check.sh [COMPARISONS] [REPETITIONS]
#
# The approach is the tests' probe, whose work is a given amount of processor time. Both sides are cells of one benchmark,
# timed in turns. What the fixtures cost: inside a run, the time that the sink which notes the moments is at work, in percent of
# the run; beside it, the processor time of the benchmark's own process in percent of its children's. Needs Linux and a
# release build with tests; prints JSON.
set -euo pipefail
cd "$(dirname "$0")/.."
comparisons=${1:-20}
repetitions=${2:-8}
host=$PWD/build/release/bin/host
probe=$PWD/build/release/tests/plugins/probe
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ffmpeg -v error -f lavfi -i testsrc2=r=24:s=320x180 -frames:v 48 -c:v libx264 -preset ultrafast -pix_fmt yuv420p "$work/film.mp4"
cat >"$work/bench.yaml" <<YAML
version: 1
plugins: {path: $probe}
bench:
  seconds: 1
  repetitions: $repetitions
  samples: $work/film.mp4
  approaches:
    - {name: a, type: probe.depth, params: {burn_ms: 20}}
    - {name: b, type: probe.depth, params: {burn_ms: 20}}
    - {name: slow, type: probe.depth, params: {burn_ms: 22.1}}
YAML

for i in $(seq "$comparisons"); do
  "$host" --quiet --config "$work/bench.yaml" --output "$work/report_$i" >/dev/null
done

python3 - "$work" "$host" "$comparisons" <<'PYTHON'
import json, os, statistics, subprocess, sys

work, host, comparisons = sys.argv[1], sys.argv[2], int(sys.argv[3])

def side(report, approach, name):
    """The report with one cell, under a name that both sides share."""
    cells = [dict(cell, name="cell") for cell in report["cells"] if cell["approach"] == approach]
    path = f"{work}/{name}.json"
    with open(path, "w") as out:
        json.dump(dict(report, cells=cells), out)
    return path

def verdict(before, after, measure):
    words = [host, "--json", "bench", "compare", before, after, "--measure", measure]
    return json.loads(subprocess.run(words, check=True, capture_output=True).stdout)[0]["verdict"]

result = {"comparisons": comparisons}
for measure in ("steady_ms_per_frame", "cpu_ms_per_frame"):
    alarms = found = 0
    for i in range(1, comparisons + 1):
        report = json.load(open(f"{work}/report_{i}/report.json"))
        a, b, slow = (side(report, approach, approach) for approach in ("a", "b", "slow"))
        alarms += verdict(a, b, measure) in ("faster", "slower")
        found += verdict(a, slow, measure) == "slower"
    result[measure] = {"false_alarms": alarms, "slowdowns_found": found}

def own_and_childrens(words):
    """Seconds of processor time of a process itself, and of the children that it has waited for."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    child = os.posix_spawn(words[0], words, os.environ, file_actions=quiet)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    fields = open(f"/proc/{child}/stat").read().rsplit(")", 1)[1].split()
    os.waitpid(child, 0)
    ticks = [int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:15]]
    return ticks[0] + ticks[1], ticks[2] + ticks[3]

words = [host, "--overwrite", "--config", f"{work}/bench.yaml", "--output", f"{work}/once"]
own, childrens = own_and_childrens(words)
runs = []
for _ in range(5):
    timed = f"{work}/once/cells/depth-a-f32-cpu-film-1s/timed.json"
    run = json.loads(subprocess.run([host, "--json", "--config", timed], check=True, capture_output=True).stdout)
    sink = next(node for node in run["nodes"] if node["name"] == "bench_sink")
    runs.append(100 * sink["busy_s"] / run["seconds"])
result["fixture_percent"] = {"inside": round(statistics.median(runs), 3), "beside": round(100 * own / childrens, 2)}
print(json.dumps(result, indent=1))
PYTHON
