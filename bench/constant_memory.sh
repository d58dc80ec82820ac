#!/usr/bin/env bash
# Memory does not grow with the film: peak resident memory of a long run against that of a short one, same pipeline.
#
#   bench/constant_memory.sh [LONG_MINUTES] [SHORT_MINUTES] [null|encode] [mkv|mp4]
#
# Defaults: 60 and 3 minutes without the encoder, Matroska. Loops a 360p clip with its sound (no re-encoding), converts it
# with configs/convert.yaml, prints both peaks and the ratio; exit code 1 if the long run needs over 5 % more. Of an MP4
# file libavformat keeps an index of every frame and every packet of sound, which is of the file and not of the run. Depth is
# computed on small maps, to spare the hour: what would grow with time does so on small maps too.
set -euo pipefail
cd "$(dirname "$0")/.."
long=${1:-60}
short=${2:-3}
output=${3:-null}
container=${4:-mkv}
pixels=25600
host=build/release/bin/host
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ffmpeg -v error -i tests/data/big_buck_bunny.mp4 -vf scale=640:360 -c:v libx264 -preset veryfast -crf 28 \
  -c:a copy "$work/clip.mp4"

# The clip is ten seconds long.
film() {
  ffmpeg -v error -stream_loop $(($1 * 6 - 1)) -i "$work/clip.mp4" -map 0 -c copy "$work/film_$1.$container"
}

# Peak resident memory of converting the film of so many minutes, in KiB.
peak() {
  local minutes=$1 target=null
  [ "$output" = encode ] && target=$work/out_$minutes.mp4
  film "$minutes"
  /usr/bin/time -f '%M' -o "$work/peak_$minutes" "$host" --quiet --config configs/convert.yaml \
    --input "$work/film_$minutes.$container" --output "$target" --set nodes.depth.type=motion_cues.depth \
    --set nodes.depth.params.working_pixels="$pixels" --set nodes.sink.params.preset=ultrafast >/dev/null
  rm -f "$work/film_$minutes.$container" "$work/out_$minutes.mp4"
  cat "$work/peak_$minutes"
}

short_peak=$(peak "$short")
long_peak=$(peak "$long")
awk -v s="$short_peak" -v l="$long_peak" -v sm="$short" -v lm="$long" -v o="$output" -v c="$container" 'BEGIN {
  printf "{\"output\": \"%s\", \"container\": \"%s\", \"short_minutes\": %d, \"short_peak_kib\": %d, \"long_minutes\": %d, \"long_peak_kib\": %d, \"ratio\": %.4f}\n",
    o, c, sm, s, lm, l, l / s
  exit l / s > 1.05
}'
