"""Opening and loading a checkpoint of 1.3 GB: core/weights beside safetensors and torch.load, taken in turns.

    python weights_vs_python.py --bench build/release/bin/weights_bench [--folder DIR] [--runs 5]

Every measurement is a process of its own; imports are not counted. The file is in the page cache, but for the
lines "from disk", after which it is read once. Prints medians, the ratio to the yardstick, and fails if a bar is missed: open and list below 50 ms
with less than 20 MB resident beyond the file's pages, copy into tensors within 1.3 times a plain read of the file.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PYTHON = {
    "safetensors list": """
import torch
from safetensors import safe_open
begin = clock()
with safe_open(file, framework="pt") as f:
    listing = [(k, f.get_slice(k).get_dtype(), f.get_slice(k).get_shape()) for k in f.keys()]
""",
    "torch list": """
import torch
begin = clock()
listing = [(k, t.dtype, t.shape) for k, t in torch.load(file, mmap=True, weights_only=True).items()]
""",
    "safetensors load": """
import torch
from safetensors.torch import load_file
begin = clock()
tensors = {k: t.clone() for k, t in load_file(file).items()}
""",
    "torch load": """
import torch
begin = clock()
tensors = {k: t.clone() for k, t in torch.load(file, mmap=True, weights_only=True).items()}
""",
}
HEAD = """
import sys, time, json
clock = time.perf_counter
file = sys.argv[1]
def resident():
    total, skipped = 0, False
    for line in open('/proc/self/smaps'):
        words = line.split()
        if not words[0].endswith(':'): skipped = words[-1] == file
        elif words[0] == 'Rss:' and not skipped: total += int(words[1])
    return total
"""


def python(name, file):
    body = PYTHON[name].replace("begin = clock()", "before = resident(); begin = clock()")
    code = HEAD + body + "seconds = clock() - begin\n"
    code += "print(json.dumps({'seconds': seconds, 'resident_kb': resident(), 'grown_kb': resident() - before}))"
    return run([sys.executable, "-W", "ignore", "-c", code, str(file)])


def evicted(file, job):
    """The same with the file's pages out of the page cache, where the system does that when asked (Linux)."""
    if hasattr(os, "posix_fadvise"):
        with open(file, "rb") as f:
            os.fsync(f.fileno())
            os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    result = job()
    with open(file, "rb", buffering=0) as f:
        while f.read(1 << 24):
            pass
    return result


def run(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def write_files(folder):
    """A ViT-L/14 with a head, as a state dict in both containers: 1.3 GB of float32."""
    import torch
    from safetensors.torch import save_file

    width, shapes = 1024, {"cls_token": [1, 1, 1024], "pos_embed": [1, 1370, 1024], "patch_embed.proj.weight": [1024, 3, 14, 14]}
    for i in range(24):
        for name, shape in (("norm1.weight", [width]), ("norm1.bias", [width]), ("attn.qkv.weight", [3 * width, width]),
                            ("attn.qkv.bias", [3 * width]), ("attn.proj.weight", [width, width]), ("attn.proj.bias", [width]),
                            ("ls1.gamma", [width]), ("norm2.weight", [width]), ("norm2.bias", [width]),
                            ("mlp.fc1.weight", [4 * width, width]), ("mlp.fc1.bias", [4 * width]),
                            ("mlp.fc2.weight", [width, 4 * width]), ("mlp.fc2.bias", [width]), ("ls2.gamma", [width])):
            shapes[f"pretrained.blocks.{i}.{name}"] = shape
    for i in range(40):
        shapes[f"head.{i}.weight"] = [256, 256, 3, 3]
        shapes[f"head.{i}.bias"] = [256]
    state = {name: torch.rand(shape) for name, shape in shapes.items()}
    files = folder / "bench.pth", folder / "bench.safetensors"
    torch.save(state, files[0])
    save_file(state, files[1])
    return files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", required=True)
    parser.add_argument("--folder")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        torch_file, safe_file = write_files(Path(folder).resolve())
        print(f"{torch_file.name}: {torch_file.stat().st_size / 1e9:.2f} GB, medians of {options.runs}")
        jobs = {}
        for label, file in (("safetensors", safe_file), ("torch zip", torch_file)):
            for what in ("list", "load", "read"):
                jobs[f"relievo {what} {label}"] = lambda w=what, f=file: run([options.bench, w, str(f)])
            jobs[f"relievo list {label}, from disk"] = (
                lambda f=file: evicted(f, lambda: run([options.bench, "list", str(f)])))
        jobs["Python safetensors list"] = lambda: python("safetensors list", safe_file)
        jobs["Python torch.load(mmap) list"] = lambda: python("torch list", torch_file)
        jobs["Python safetensors load"] = lambda: python("safetensors load", safe_file)
        jobs["Python torch.load(mmap) load"] = lambda: python("torch load", torch_file)
        results = {name: [] for name in jobs}
        for turn in range(options.runs + 1):
            for name, job in jobs.items():
                result = job()
                if turn > 0:  # the first turn fills the page cache
                    results[name].append(result)
    median = {n: statistics.median(r["seconds"] for r in rs) for n, rs in results.items()}
    for name, seconds in median.items():
        memory = max((r.get("resident_kb", -1) for r in results[name]), default=-1)
        grown = max((r.get("grown_kb", -1) for r in results[name]), default=-1)
        extra = f"  resident beyond the file {memory / 1024:7.1f} MB, grown by {grown / 1024:6.1f} MB" if memory >= 0 else ""
        if " load" in name:
            yardstick = median["relievo read " + ("torch zip" if "torch" in name else "safetensors")]
            extra = f"  {seconds / yardstick:.2f} x a plain read"
        print(f"{name:34} {seconds * 1000:9.2f} ms{extra}")
    missed = []
    for label in ("safetensors", "torch zip"):
        if median[f"relievo list {label}"] >= 0.050:
            missed.append(f"opening {label} takes 50 ms or more")
        if max(r["resident_kb"] for r in results[f"relievo list {label}"]) >= 20 * 1024:
            missed.append(f"opening {label} takes 20 MB or more")
        # Neighbouring runs are compared, so that a busy machine slows both.
        ratio = statistics.median(a["seconds"] / b["seconds"] for a, b in
                                  zip(results[f"relievo load {label}"], results[f"relievo read {label}"]))
        print(f"load / read, {label}, median of the pairs: {ratio:.2f}")
        if ratio > 1.3:
            missed.append(f"loading {label} takes {ratio:.2f} times a plain read")
    for line in missed:
        print(f"weights_vs_python: MISSED: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
