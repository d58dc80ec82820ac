#!/usr/bin/env python3
"""Time this project's Video Depth Anything against PyTorch, side by side in one run.

    cmake --preset release -DRLV_WITH_TORCH=ON -DRLV_BUILD_BENCH=ON && cmake --build --preset release --target vda_timing
    .cache/tools/torch/bin/python bench/vs_pytorch/vs_pytorch.py --weights vda_s.pth --size 504x280

Both sides run as programs of their own, by turns, with the same number of threads, the same frames and the same weights;
each does one unmeasured round first. Prints medians of wall and CPU seconds and the ratios PyTorch / ours of each pair of
turns: above 1 we are faster. "network": one pass over 32 frames. "film" (CPU): 32 + 22 n frames of the network's size; PyTorch
computes every window in whole, as the original does. "window" (GPU): one later window of a film, network only, frames
normalised and on the device: PyTorch computes 32 frames, we 22 and what depends on all; both give 22 new frames. The device
has finished when a clock stops, and memory is the peak that each side's libtorch has allocated. The outputs are compared, so
that nothing is timed that computes something else. On a GPU give --official and --precision f16: the official code under
its float16 autocast.
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
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from eager_vda import EagerVda  # noqa: E402
from pairs import summary  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
ENCODERS = {
    384: ("vits", 64, [48, 96, 192, 384]),
    768: ("vitb", 128, [96, 192, 384, 768]),
    1024: ("vitl", 256, [256, 512, 1024, 1024]),
}


def load_network(weights, official):
    state = torch.load(weights, map_location="cpu", weights_only=True)
    state = {name: tensor.float() for name, tensor in state.items()}
    if official is None:
        return EagerVda(state)
    sys.path.insert(0, official)
    from video_depth_anything.video_depth import VideoDepthAnything

    name, features, channels = ENCODERS[state["pretrained.cls_token"].shape[-1]]
    network = VideoDepthAnything(encoder=name, features=features, out_channels=channels)
    network.load_state_dict(state, strict=True)
    return network.eval()


def normalised(frames):
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return ((torch.from_numpy(frames).float() / 255 - mean) / std).permute(0, 3, 1, 2).unsqueeze(0)


def cuda_sync(device):
    if device != "cpu":
        torch.cuda.synchronize()


def pytorch_side(args):
    """A worker: one timing per line read from standard input."""
    # The official code prints on standard output.
    answers, sys.stdout = sys.stdout, sys.stderr
    torch.set_num_threads(args.threads)
    device = args.device
    network = load_network(args.weights, args.official)
    if device != "cpu":
        if isinstance(network, EagerVda):
            network.w = {k: v.to(device) for k, v in network.w.items()}
        else:
            network = network.to(device)
    frames = np.load(args.frames_file)
    windows = -(-len(frames) // 22) if args.film else 1  # as the original counts them
    clip = normalised(frames[:32]).to(device)
    if args.window:  # a later window begins with ten frames of the one before
        clip = clip[:, [0, 12, *range(24, 32), *range(10, 32)]]
    half = args.precision != "f32"
    for line in sys.stdin:
        cuda_sync(device)
        wall, cpu = time.perf_counter(), time.process_time()
        with torch.no_grad(), torch.autocast(device.split(":")[0], enabled=half, dtype=torch.float16):
            for _ in range(windows):
                depth = network(clip)
        cuda_sync(device)
        result = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "peak": 0}
        if device != "cpu":
            result["peak"] = torch.cuda.max_memory_allocated()
        if line.strip() == "save":
            np.save(args.depth_file, depth[0].float().cpu().numpy())
        print(json.dumps(result), file=answers, flush=True)


class Side:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def turn(self, word="go"):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("vs_pytorch: one side ended early; see its message above")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def compare(args, what, frames, folder):
    frames_file, depth_file, own_file = (folder / name for name in ("frames.npy", "theirs.npy", "ours.f32"))
    np.save(frames_file, frames)
    theirs = Side([sys.executable, __file__, "--side", "--weights", args.weights, "--threads", str(args.threads),
                   "--device", args.device, "--precision", args.precision, "--frames-file", str(frames_file),
                   "--depth-file", str(depth_file)] + ([] if what == "network" else ["--" + what]) + (["--official", args.official] if args.official else []))
    (folder / "frames.rgb").write_bytes(frames.tobytes())
    height, width = frames.shape[1:3]
    ours = Side([args.program, args.weights, what, str(folder / "frames.rgb"), str(len(frames)), str(width), str(height),
                 str(args.threads), args.device, args.precision, str(own_file)])
    theirs.turn("save")
    ours.turn("save")
    difference = None
    if what != "film":
        a, b = np.load(depth_file), np.fromfile(own_file, np.float32).reshape(-1, height, width)
        difference = float(np.abs(a - b).max() / a.std())
    for _ in range(args.warm_up):
        theirs.turn()
        ours.turn()
    pairs = [(theirs.turn(), ours.turn()) for _ in range(args.rounds)]
    theirs.end()
    ours.end()
    row = {"what": what, "frames": len(frames), "size": f"{width}x{height}", "device": args.device, "precision": args.precision,
           "largest difference / std": difference}
    if what == "window":
        row["PyTorch ms per new frame"] = round(statistics.median(p["wall"] for p, _ in pairs) * 1000 / 22, 3)
        row["ours ms per new frame"] = round(statistics.median(o["wall"] for _, o in pairs) * 1000 / 22, 3)
        row["ours / PyTorch"] = round(statistics.median(o["wall"] / p["wall"] for p, o in pairs), 4)
    if args.device != "cpu":
        row["PyTorch peak bytes"], row["ours peak bytes"] = (max(side["peak"] for side in sides) for sides in zip(*pairs))
    row.update(summary(pairs, "PyTorch"))
    return row


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--weights", required=True, help="a checkpoint of Video Depth Anything, .pth")
    p.add_argument("--official", help="a clone of DepthAnything/Video-Depth-Anything to time instead of eager_vda.py")
    p.add_argument("--program", default=str(ROOT / "build/release/bin/vda_timing"))
    p.add_argument("--size", default="504x280", help="of the frames and the network, multiples of 14")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--device", default="cpu")
    p.add_argument("--precision", default="f32", choices=["f32", "f16"])
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--warm-up", type=int, default=0, help="rounds without a clock after the first")
    p.add_argument("--windows", type=int, default=3, help="of the film")
    p.add_argument("--side", action="store_true", help=argparse.SUPPRESS)
    p.add_argument("--film", action="store_true", help=argparse.SUPPRESS)
    p.add_argument("--window", action="store_true", help=argparse.SUPPRESS)
    p.add_argument("--frames-file", help=argparse.SUPPRESS)
    p.add_argument("--depth-file", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.side:
        return pytorch_side(args)
    width, height = map(int, args.size.split("x"))
    # A film of soft noise: values do not matter for the time.
    count = 32 + 22 * (args.windows - 1)
    frames = np.random.default_rng(1).integers(0, 256, (count, height, width, 3), np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        on_cpu = (("network", frames[:32]), ("film", frames))
        on_gpu = (("window", frames[:32]),)
        for what, part in on_cpu if args.device == "cpu" else on_gpu:
            print(json.dumps(compare(args, what, part, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
