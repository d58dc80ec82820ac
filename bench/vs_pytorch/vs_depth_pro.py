#!/usr/bin/env python3
"""Time this project's Depth Pro against transformers' or Apple's own, side by side in one run.

    cmake --preset torch -DRLV_BUILD_BENCH=ON && cmake --build --preset torch --target depth_pro_timing
    pip install transformers==5.23.0     # beside torch; for --official instead: timm, and a clone of apple/ml-depth-pro
    python bench/vs_pytorch/vs_depth_pro.py --weights model.safetensors
    python bench/vs_pytorch/vs_depth_pro.py --weights depth_pro.pt --official ml-depth-pro --device cuda --precision f16

Both sides get the same weights, the same network input (3 x 1536 x 1536) and the same number of threads, and estimate depth
and the field of view. They run by turns as programs of their own, so that only one holds its memory at a time; each runs
--warm-up times unmeasured, then --repeats times. Prints medians of wall and processor time and the ratios theirs / ours of
each pair of turns: above 1 we are faster. The depths are compared, so that nothing is timed that computes something else.
transformers' network is built in Apple's sizes (its default configuration is another, smaller network).
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from pairs import summary

ROOT = Path(__file__).resolve().parents[2]
SIDE = 1536
TYPES = {"f32": "float32", "f16": "float16", "bf16": "bfloat16"}
# Of all three encoders as Apple published them.
BACKBONE = {
    "model_type": "dinov2",
    "hidden_size": 1024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "patch_size": 16,
    "image_size": 384,
    "use_mask_token": False,
}


def transformers_network(weights, dtype):
    from transformers import DepthProConfig, DepthProForDepthEstimation

    config = DepthProConfig(
        image_model_config=dict(BACKBONE),
        patch_model_config=dict(BACKBONE),
        fov_model_config=dict(BACKBONE),
        use_fov_model=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        config.save_pretrained(folder)
        os.symlink(Path(weights).resolve(), Path(folder) / "model.safetensors")
        network = DepthProForDepthEstimation.from_pretrained(folder, dtype=dtype)
    return network, lambda x: network(pixel_values=x).predicted_depth


def official_network(weights, clone, dtype, device):
    import torch

    sys.path.insert(0, str(Path(clone) / "src"))
    from depth_pro.depth_pro import DEFAULT_MONODEPTH_CONFIG_DICT, create_model_and_transforms

    config = DEFAULT_MONODEPTH_CONFIG_DICT
    config.checkpoint_uri = None
    network, _ = create_model_and_transforms(config=config, device=torch.device("cpu"))
    state = torch.load(weights, map_location="cpu", weights_only=True)
    network.load_state_dict({name: tensor.float() for name, tensor in state.items()}, strict=True)
    network.to(device=device, dtype=dtype)
    return network, lambda x: network(x)[0]


def their_side(args):
    """A worker: prints one line of JSON for each measured run."""
    import torch

    torch.set_num_threads(args.threads)
    on_device = args.device != "cpu"
    dtype = getattr(torch, TYPES[args.precision])
    if args.official:
        network, call = official_network(args.weights, args.official, dtype, args.device)
    else:
        network, call = transformers_network(args.weights, dtype)
    network.eval().to(args.device)
    pictures = torch.from_numpy(np.fromfile(args.pictures, np.float32).reshape(-1, 3, SIDE, SIDE))
    pictures = pictures.to(args.device, dtype)
    with torch.inference_mode():
        for i in range(-args.warm_up, args.repeats):
            depth = None
            if on_device:
                torch.cuda.synchronize()
            wall, cpu = time.perf_counter(), time.process_time()
            depth = call(pictures)
            if on_device:
                torch.cuda.synchronize()
            result = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
            if on_device:
                result["GiB"] = round(torch.cuda.max_memory_allocated() / 2**30, 2)
            else:
                result["GiB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)
            if i >= 0:
                print(json.dumps(result), flush=True)
    depth.float().cpu().numpy().tofile(args.out)


def turn(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_WAIT_POLICY": "passive"})
    if done.returncode != 0:
        sys.exit("vs_depth_pro: one side failed; see its message above")
    runs = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {key: statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "GiB")}


def picture(count):
    """Soft noise of several sizes, as values of a normalised picture: what it shows does not matter for the time."""
    random = np.random.default_rng(1)
    sum_of = np.zeros((count, 3, SIDE, SIDE), np.float32)
    for size in (6, 48, 384):
        grid = random.uniform(-0.5, 0.5, (count, 3, size, size)).astype(np.float32)
        sum_of += np.kron(grid, np.ones((SIDE // size, SIDE // size), np.float32))
    return np.clip(sum_of, -1, 1)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--weights", required=True, help="model.safetensors, or depth_pro.pt with --official")
    p.add_argument("--official", help="a clone of apple/ml-depth-pro to time instead of transformers")
    p.add_argument("--program", default=str(ROOT / "build/torch/bin/depth_pro_timing"))
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--device", default="cpu")
    p.add_argument("--precision", default="f32", choices=list(TYPES))
    p.add_argument("--frames", type=int, default=1, help="through the network at once")
    p.add_argument("--windows-at-once", type=int, default=0, help="ours; 0 is what the node takes")
    p.add_argument("--warm-up", type=int, default=0, help="unmeasured runs of each turn; give 5 on a GPU")
    p.add_argument("--repeats", type=int, default=1, help="measured runs of each turn; give 20 on a GPU")
    p.add_argument("--rounds", type=int, default=2, help="pairs of turns")
    p.add_argument("--side", action="store_true", help=argparse.SUPPRESS)
    p.add_argument("--pictures", help=argparse.SUPPRESS)
    p.add_argument("--out", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.side:
        return their_side(args)
    with tempfile.TemporaryDirectory() as folder:
        pictures, their_out, our_out = (str(Path(folder) / name) for name in ("in.f32", "theirs.f32", "ours.f32"))
        picture(args.frames).tofile(pictures)
        theirs = [sys.executable, __file__, "--side", "--pictures", pictures, "--out", their_out, "--weights", args.weights,
                  "--threads", str(args.threads), "--device", args.device, "--precision", args.precision,
                  "--warm-up", str(args.warm_up), "--repeats", str(args.repeats)]
        theirs += ["--official", args.official] if args.official else []
        ours = [args.program, args.weights, pictures, str(args.frames), str(SIDE), str(args.threads), args.device,
                args.precision, str(args.windows_at_once), str(args.warm_up), str(args.repeats), our_out]
        pairs = []
        for _ in range(args.rounds):
            pairs.append((turn(theirs), turn(ours)))
            print(json.dumps({"theirs": pairs[-1][0], "ours": pairs[-1][1]}), file=sys.stderr, flush=True)
        a, b = (np.fromfile(name, np.float32) for name in (their_out, our_out))
    row = {"theirs": "official" if args.official else "transformers", "device": args.device, "precision": args.precision,
           "threads": args.threads, "frames": args.frames,
           "largest difference / std": float(np.abs(a - b).max() / a.std()),
           "mean difference / std": float(np.abs(a - b).mean() / a.std())}
    row.update(summary(pairs, "theirs"))
    row["theirs GiB"], row["ours GiB"] = (max(pair[i]["GiB"] for pair in pairs) for i in (0, 1))
    print(json.dumps(row))


if __name__ == "__main__":
    main()
