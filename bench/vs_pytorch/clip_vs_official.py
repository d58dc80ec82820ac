#!/usr/bin/env python3
"""Wall clock of a clip on a GPU: this project's node beside the official infer_video_depth, side by side in one run.

    python3 bench/vs_pytorch/clip_vs_official.py --weights vda_s.pth --official CLONE --program build/torch/bin/vda_clip

Both sides begin with RGB bytes in host memory and end with float32 depth at source size in host memory; reading and
writing of films is in neither (the original reads a film as a whole beforehand, too). Each is a program of its own with the
weights loaded, both are warmed up by a shorter clip or a whole one, then take turns. The official side runs with its
defaults (float16 autocast), ours in f16. Depth of every --every-th frame is compared.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from vs_pytorch import ENCODERS, Side, load_network  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
MODELS = {"vits": "small", "vitb": "base", "vitl": "large"}


def synthetic(count, width, height):
    """Smooth shapes that drift, with some grain."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    grain = np.random.default_rng(1).integers(-9, 10, (height, width, 3)).astype(np.float32)
    frames = np.empty((count, height, width, 3), np.uint8)
    for i in range(count):
        wave = np.sin(x / 97 + i / 9) * np.cos(y / 61 - i / 13)
        other = np.sin((x + 2 * y) / 143 + i / 17)
        for c, (a, b) in enumerate(((80, 30), (50, 60), (20, 90))):
            frames[i, :, :, c] = np.clip(128 + a * wave + b * other + grain[:, :, c], 0, 255)
    return frames


def to_and_fro(i, n):
    at = i % (2 * n - 2)
    return at if at < n else 2 * n - 2 - at


def official_side(args):
    import torch

    answers, sys.stdout = sys.stdout, sys.stderr  # the official code prints on standard output
    network = load_network(args.weights, args.official).to(args.device)
    some = np.fromfile(args.frames_file, np.uint8).reshape(-1, args.height, args.width, 3)
    clip = np.stack([some[to_and_fro(i, len(some))] for i in range(args.frames)])
    for line in sys.stdin:
        frames = clip[: args.warm_up] if line.strip() == "warm" else clip
        torch.cuda.synchronize()
        wall = time.perf_counter()
        depth, _ = network.infer_video_depth(frames, 24, input_size=518, device=args.device, fp32=False)
        torch.cuda.synchronize()
        wall = time.perf_counter() - wall
        if line.strip() == "save":
            np.save(args.depth_file, depth[:: args.every])
        del depth
        print(json.dumps({"wall": wall}), file=answers, flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--weights", required=True)
    p.add_argument("--official", required=True, help="a clone of DepthAnything/Video-Depth-Anything")
    p.add_argument("--encoder", default="vits", choices=list(MODELS))
    p.add_argument("--program", default=str(ROOT / "build/torch/bin/vda_clip"))
    p.add_argument("--frames", type=int, default=318)
    p.add_argument("--distinct", type=int, default=48, help="frames that are made; the clip goes to and fro over them")
    p.add_argument("--width", type=int, default=1920)
    p.add_argument("--height", type=int, default=1080)
    p.add_argument("--device", default="cuda")
    p.add_argument("--precision", default="f16")
    p.add_argument("--rounds", type=int, default=2)
    p.add_argument("--warm-up", type=int, default=54)
    p.add_argument("--every", type=int, default=30)
    p.add_argument("--side", action="store_true", help=argparse.SUPPRESS)
    p.add_argument("--frames-file", help=argparse.SUPPRESS)
    p.add_argument("--depth-file", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.side:
        return official_side(args)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frames_file, depth_file, own_file = (folder / n for n in ("frames.rgb", "theirs.npy", "ours.f32"))
        synthetic(args.distinct, args.width, args.height).tofile(frames_file)
        numbers = [("--" + k, str(getattr(args, k.replace("-", "_")))) for k in
                   ("weights", "official", "frames", "width", "height", "device", "warm-up", "every")]
        theirs = Side([sys.executable, __file__, "--side", *(w for pair in numbers for w in pair),
                       "--frames-file", str(frames_file), "--depth-file", str(depth_file)])
        ours = Side([args.program, args.weights, MODELS[args.encoder], str(frames_file), str(args.distinct), str(args.width),
                     str(args.height), str(args.frames), args.device, args.precision, str(own_file), str(args.every)])
        theirs.turn("warm")
        ours.turn("go")
        pairs = []
        for i in range(args.rounds):
            word = "save" if i == 0 else "go"
            pairs.append((theirs.turn(word)["wall"], ours.turn(word)["wall"]))
        theirs.end()
        ours.end()
        a = np.load(depth_file)
        b = np.fromfile(own_file, np.float32).reshape(a.shape)
        apart = np.abs(a - b) / a.std()
        print(json.dumps({
            "what": "clip", "encoder": args.encoder, "frames": args.frames, "source": f"{args.width}x{args.height}",
            "official s": [round(t, 3) for t, _ in pairs], "ours s": [round(o, 3) for _, o in pairs],
            "official ms a frame": round(1000 * statistics.median(t for t, _ in pairs) / args.frames, 2),
            "ours ms a frame": round(1000 * statistics.median(o for _, o in pairs) / args.frames, 3),
            "ratios": [round(t / o, 2) for t, o in pairs],
            "difference / std": {"largest": float(apart.max()), "mean": float(apart.mean())}}), flush=True)


if __name__ == "__main__":
    main()
