#!/usr/bin/env python3
"""The same clip through another program and through this one, by turns, and the ratio of their times.

    python3 bench/vs_peers/compare.py spatial_maker --clip golf.mov --python PEERS_PYTHON --weights depth_anything_v2_vits.pth
    python3 bench/vs_peers/compare.py converter --clip golf.mov --python PEERS_PYTHON --path CLONE --weights ...
    python3 bench/vs_peers/compare.py iw3 --clip golf.mov --python PEERS_PYTHON --path CLONE_OF_nunif --weights ...
    python3 bench/vs_peers/compare.py iw3_stereo --clip golf.mov --python PEERS_PYTHON --path CLONE_OF_nunif

Both sides are whole commands: start, loading of weights, reading, depth, two views, HEVC of both. Prints seconds of wall clock
and of processor time (all threads and children) for each turn, the ratio peer / ours of each pair (above 1 this program is
faster), and one line of JSON. See README.md for what each peer needs and what is not alike.
"""

import argparse
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "bench" / "vs_pytorch"))
from pairs import summary  # noqa: E402

PEERS = {
    # name: (needs a clone, configuration of ours, what is not alike)
    "spatial_maker": (False, "dav2.yaml", "it has neither cuts nor a filter over time, its views are one cv::remap each"),
    "converter": (True, "dav2.yaml", "it writes half the size and half of each view, its network is DPT-hybrid"),
    "iw3": (True, "dav2.yaml", "its own models and defaults"),
    "iw3_stereo": (True, None, "the views of given depth only: forward_fill beside stereo.view, nothing read or written"),
}


def die(text):
    sys.exit(f"compare: error: {text}")


def timed(command, environment, folder):
    """Seconds of one run of a command: by the clock, and of processor time with all its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wall = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        die(f"'{shlex.join(command)}' ended with {done.returncode}:\n{done.stdout[-2000:]}")
    return {"wall": wall, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def encoder_in_place(folder):
    """A program `ffmpeg` that takes the encoder of this comparison where Apple's is asked for, which is on Macs only."""
    real = next((str(Path(d) / "ffmpeg") for d in os.environ["PATH"].split(":") if (Path(d) / "ffmpeg").exists()), None)
    if real is None:
        die("there is no ffmpeg in PATH, which the peer runs; install it")
    shim = folder / "bin" / "ffmpeg"
    shim.parent.mkdir()
    shim.write_text(f"""#!/bin/bash
words=()
while [ $# -gt 0 ]; do
  case $1 in
    hevc_videotoolbox) words+=(libx265 -preset superfast -pix_fmt yuv420p -x265-params log-level=none) ;;
    -q:v) shift ;;
    *) words+=("$1") ;;
  esac
  shift
done
exec {shlex.quote(real)} "${{words[@]}}"
""")
    shim.chmod(0o755)
    return str(shim.parent)


def cut(clip, seconds, folder):
    """So many seconds of the clip, without sound, in H.264: what both sides read."""
    out = folder / "clip.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", clip, "-t", str(seconds), "-an", "-c:v", "libx264", "-preset", "veryfast",
                    "-crf", "16", "-pix_fmt", "yuv420p", str(out)], check=True)
    return out


def their_command(args, clip, folder):
    environment = dict(os.environ, OMP_NUM_THREADS=str(args.threads))
    if args.peer == "spatial_maker":
        checkpoints = folder / "checkpoints"
        checkpoints.mkdir()
        (checkpoints / "depth_anything_v2_vits.pth").symlink_to(Path(args.weights).resolve())
        environment["SPATIAL_MAKER_CHECKPOINTS"] = str(checkpoints)
        environment["PATH"] = encoder_in_place(folder) + ":" + environment["PATH"]
    if args.peer == "iw3":
        return ([args.python, "-m", "iw3.cli", "-i", str(clip), "-o", str(folder / "theirs.mp4"), "--depth-model", "Any_V2_S",
                 "--gpu", "-1", "--video-codec", "libx265", "--preset", "superfast", "--yes"],
                dict(environment, PYTHONPATH=args.path))
    side = [args.python, str(HERE / "peer_side.py"), args.peer, str(clip), str(folder / "theirs.mp4"), str(args.threads)]
    return side + ([args.path] if args.path else []), environment


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("peer", choices=list(PEERS))
    p.add_argument("--clip", required=True)
    p.add_argument("--python", default=sys.executable, help="an interpreter that has the peer's packages")
    p.add_argument("--path", help="a clone of the peer")
    p.add_argument("--weights", help="Depth Anything V2 small (.pth), for both sides; random ones will do")
    p.add_argument("--host", default=str(ROOT / "build/torch/bin/host"))
    p.add_argument("--seconds", type=float, default=1.0)
    p.add_argument("--threads", type=int, default=os.cpu_count())
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--set", action="append", default=[], help="more settings of our side, as the host's own")
    args = p.parse_args()
    needs_clone, config, unlike = PEERS[args.peer]
    if needs_clone and not args.path:
        die(f"{args.peer} is measured from a clone: name it with --path (README.md says which)")
    if args.peer == "iw3_stereo":
        return subprocess.run([args.python, str(HERE / "iw3_stereo.py"), "--clip", args.clip, "--path", args.path, "--threads",
                               str(args.threads), "--rounds", str(args.rounds), "--host", args.host], check=True)
    if not args.weights:
        die("both sides need weights: --weights depth_anything_v2_vits.pth")
    if not Path(args.host).exists():
        die(f"{args.host} is not there; build the preset torch, or name another program with --host")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = cut(args.clip, args.seconds, folder)
        theirs, environment = their_command(args, clip, folder)
        ours = [args.host, "--quiet", "--config", str(ROOT / "configs" / config), "--input", str(clip), "--output",
                str(folder / "ours.mp4"), "--overwrite", "--set", f"nodes.depth.weights={{path: {Path(args.weights).resolve()}}}",
                "--set", "nodes.sink.params.encoder=libx265", "--set", "nodes.sink.params.preset=superfast", "--set",
                f"limits.threads={args.threads}"]
        for setting in args.set:
            ours += ["--set", setting]
        pairs = []
        for i in range(args.rounds):
            pair = (timed(theirs, environment, folder), timed(ours, os.environ, folder))
            pairs.append(pair)
            print(f"turn {i + 1}: {args.peer} {pair[0]['wall']:.1f} s ({pair[0]['cpu']:.1f} s of processors), ours "
                  f"{pair[1]['wall']:.1f} s ({pair[1]['cpu']:.1f} s); ratio {pair[0]['wall'] / pair[1]['wall']:.2f} "
                  f"({pair[0]['cpu'] / pair[1]['cpu']:.2f})", flush=True)
    print(json.dumps({"peer": args.peer, "clip": Path(args.clip).name, "seconds": args.seconds, "threads": args.threads,
                      "not alike": unlike, "rounds": args.rounds, **summary(pairs, "peer")}))


if __name__ == "__main__":
    main()
