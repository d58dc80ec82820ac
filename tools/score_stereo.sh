#!/bin/sh
# Makes right views for a scorer: for each EXPORT/PAIR with left.png and disparity_filled.png (16 bits, pixels * 256) it
# writes OUT/PAIR.png. NAME=VALUE sets parameters of stereo.view.
#   tools/score_stereo.sh EXPORT OUT [NAME=VALUE...]
#   score_stereo.py --export EXPORT; tools/score_stereo.sh EXPORT OUT; score_stereo.py --candidate relievo=OUT
set -eu
if [ $# -lt 2 ]; then
  echo "usage: $0 EXPORT OUT [NAME=VALUE...]" >&2
  exit 2
fi
export_dir=$1
out_dir=$2
shift 2
cli=${STEREO_CLI:-$(dirname "$0")/../build/release/tests/stereo_cli}
if [ ! -x "$cli" ]; then
  echo "$cli is not there: cmake --build --preset release --target stereo_cli" >&2
  exit 1
fi
mkdir -p "$out_dir"
for pair in "$export_dir"/*/; do
  name=$(basename "$pair")
  "$cli" "$pair/left.png" "$pair/disparity_filled.png" "$out_dir/$name.png" "$@"
done
