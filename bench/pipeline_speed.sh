#!/usr/bin/env bash
# Frames a second of the default pipeline with motion_cues on the 720p demo clip: without the encoder, and with it.
#
#   bench/pipeline_speed.sh [REPEATS]
#
# The two are run in turns, since machines are shared; the medians and each stage's share of the time come out as JSON.
set -euo pipefail
cd "$(dirname "$0")/.."
repeats=${1:-3}
host=build/release/bin/host
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

convert() {
  "$host" --quiet --json --overwrite --config configs/convert.yaml --input tests/data/big_buck_bunny.mp4 \
    --output "$1" --set nodes.depth.type=motion_cues.depth --set nodes.sink.params.preset=superfast
}

for i in $(seq "$repeats"); do
  convert null >"$work/null_$i.json"
  convert "$work/film.mp4" >"$work/encode_$i.json"
done
python3 - "$work" <<'PYTHON'
import glob, json, statistics, sys

def runs(kind):
    return [json.load(open(path)) for path in sorted(glob.glob(f"{sys.argv[1]}/{kind}_*.json"))]

def summary(kind):
    all_runs = runs(kind)
    seconds = statistics.median(run["seconds"] for run in all_runs)
    middle = min(all_runs, key=lambda run: abs(run["seconds"] - seconds))
    frames = middle["frames"]
    return {
        "frames": frames,
        "seconds": round(seconds, 2),
        "fps": round(frames / seconds, 1),
        "busy_share": {node["name"]: round(node["busy_s"] / middle["seconds"], 2) for node in middle["nodes"]},
    }

without, with_encoder = summary("null"), summary("encode")
print(json.dumps({"without_encoder": without, "with_encoder": with_encoder,
                  "encoder_costs": round(with_encoder["seconds"] / without["seconds"], 2)}, indent=1))
PYTHON
