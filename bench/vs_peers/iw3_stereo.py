#!/usr/bin/env python3
"""iw3's forward_fill beside stereo.view: both views of frames whose depth is known, by turns in one run.

Run by compare.py iw3_stereo. iw3's own code from a clone of nagadomi/nunif, on the CPU, on frames in memory; of ours what the
program's report says that the node `stereo` was busy with a frame of the same clip. Depth is a ramp on both sides.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]


def forward_warp(path):
    """iw3.forward_warp without the packages' __init__, which import far more."""
    import importlib

    for name in ("nunif", "nunif.modules", "iw3"):
        module = types.ModuleType(name)
        module.__path__ = [os.path.join(path, *name.split("."))]
        sys.modules[name] = module
    return importlib.import_module("iw3.forward_warp")


def frames_of(clip, count, folder):
    raw = folder / "frames.rgb"
    probe = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of",
                            "csv=p=0", clip], check=True, capture_output=True, text=True).stdout.strip().split(",")
    width, height = int(probe[0]), int(probe[1])
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", clip, "-frames:v", str(count), "-f", "rawvideo", "-pix_fmt", "rgb24", str(raw)],
                   check=True)
    return np.fromfile(raw, np.uint8).reshape(-1, height, width, 3)


def ramp(height, width):
    """The depth that the node example.ramp makes: near at the bottom."""
    return np.repeat(np.linspace(0, 1, height, dtype=np.float32)[:, None], width, axis=1)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--clip", required=True)
    p.add_argument("--path", required=True)
    p.add_argument("--host", required=True)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--frames", type=int, default=24)
    args = p.parse_args()
    import torch

    torch.set_num_threads(args.threads)
    warp = forward_warp(args.path)
    with tempfile.TemporaryDirectory() as name:
        frames = frames_of(args.clip, args.frames, Path(name))
        height, width = frames.shape[1:3]
        depth = torch.from_numpy(ramp(height, width))[None, None]

        def theirs():
            begin = time.perf_counter()
            with torch.inference_mode():
                for frame in frames[: max(2, args.frames // 8)]:
                    colour = torch.from_numpy(frame).permute(2, 0, 1)[None].float() / 255
                    warp.apply_divergence_forward_warp(colour, depth, 2.0, 0.5, method="forward_fill", synthetic_view="both")
            return 1000 * (time.perf_counter() - begin) / max(2, args.frames // 8)

        def ours():
            report = subprocess.run([args.host, "--json", "--quiet", "--config", str(ROOT / "configs/convert.yaml"), "--input", args.clip,
                                     "--set", "nodes.depth.type=example.ramp", "--output", "null", "--set",
                                     f"nodes.source.params.seconds={args.frames / 24}", "--set", f"limits.threads={args.threads}"],
                                    check=True, capture_output=True, text=True)
            run = json.loads(report.stdout)
            node = next(n for n in run["nodes"] if n["name"] == "stereo")
            return 1000 * node["busy_s"] / node["frames_out"]

        theirs()
        pairs = [(theirs(), ours()) for _ in range(args.rounds)]
    print(json.dumps({"peer": "iw3_stereo", "source": f"{width}x{height}", "threads": args.threads,
                      "iw3 forward_fill ms": [round(t, 1) for t, _ in pairs], "ours ms": [round(o, 1) for _, o in pairs],
                      "ratio": round(statistics.median(t / o for t, o in pairs), 2)}))


if __name__ == "__main__":
    main()
