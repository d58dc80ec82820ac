#!/usr/bin/env bash
# Opens and loads a checkpoint of 1.3 GB with core/weights, the safetensors package and torch.load, in turns; see
# tools/weights_vs_python.py. Needs the Python of scripts/setup torch, 3 GB of disk for its two files, and as much memory.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
python=.cache/tools/torch/bin/python
[ -x "$python" ] || { echo "weights_vs_python: error: no $python; run scripts/setup torch" >&2; exit 1; }
"$python" -c 'import safetensors' 2>/dev/null || "$python" -m pip install --quiet --disable-pip-version-check safetensors
cmake --preset release -DRLV_BUILD_BENCH=ON >/dev/null
cmake --build --preset release --target weights_bench >&2
exec "$python" -W ignore tools/weights_vs_python.py --bench build/release/bin/weights_bench "$@"
