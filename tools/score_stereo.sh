#!/bin/sh
# Makes right views for a scorer with the program itself, through configs/stereo_from_depth.yaml: for each EXPORT/PAIR with
# left.png and disparity_filled.png (16 bits, pixels * 256) it writes OUT/PAIR.png. NAME=VALUE sets parameters of stereo.view.
#   tools/score_stereo.sh EXPORT OUT [NAME=VALUE...]
#   score_stereo.py --export EXPORT; tools/score_stereo.sh EXPORT OUT; score_stereo.py --candidate relievo=OUT
# RELIEVO_HOST names another build's program.
set -eu
if [ $# -lt 2 ]; then
  echo "usage: $0 EXPORT OUT [NAME=VALUE...]" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
export_dir=$1
out_dir=$2
shift 2
host=${RELIEVO_HOST:-$root/build/release/bin/host}
if [ ! -x "$host" ]; then
  echo "$host is not there: cmake --build --preset release --target host media stereo" >&2
  exit 1
fi
# Each NAME=VALUE becomes two words, --set and the parameter's whole name.
for setting in "$@"; do
  shift
  set -- "$@" --set "nodes.stereo.params.$setting"
done
mkdir -p "$out_dir"
for pair in "$export_dir"/*/; do
  name=$(basename "$pair")
  "$host" --config "$root/configs/stereo_from_depth.yaml" --input "$pair/left.png" --overwrite \
    --set "nodes.depth.path=$pair/disparity_filled.png" --set nodes.sink.params.layout=right \
    --output "$out_dir/$name.png" "$@" > "$out_dir/$name.log" 2>&1 || { cat "$out_dir/$name.log" >&2; exit 1; }
  rm "$out_dir/$name.log"
done
