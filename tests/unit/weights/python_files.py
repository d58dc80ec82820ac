"""Writes checkpoints with PyTorch and safetensors, and what Python reads in them, for the tests of core/weights.

    python python_files.py FOLDER               small files of every kind, with FOLDER/expected.json
    python python_files.py FOLDER FILE          only expected.json, for a checkpoint that is there

expected.json: {file: {"tensors": {name: {"dtype", "shape", "crc32"}}}}, the sum over the elements in C order.
"""
import json
import sys
import zlib
from collections import OrderedDict
from pathlib import Path

import torch

NAMES = {
    torch.float64: "f64", torch.float32: "f32", torch.float16: "f16", torch.bfloat16: "bf16",
    torch.float8_e5m2: "f8_e5m2", torch.float8_e4m3fn: "f8_e4m3", torch.float8_e5m2fnuz: "f8_e5m2fnuz",
    torch.float8_e4m3fnuz: "f8_e4m3fnuz", torch.float8_e8m0fnu: "f8_e8m0",
    torch.int64: "i64", torch.int32: "i32", torch.int16: "i16", torch.int8: "i8",
    torch.uint64: "u64", torch.uint32: "u32", torch.uint16: "u16", torch.uint8: "u8", torch.bool: "bool",
    torch.complex128: "c128", torch.complex64: "c64", torch.complex32: "c32",
}


def raw(tensor):
    flat = torch.empty(tensor.shape, dtype=tensor.dtype)
    flat.copy_(tensor.detach())
    return flat.reshape(-1).view(torch.uint8).numpy().tobytes()


def described(tensors):
    return {"tensors": {name: {"dtype": NAMES[t.dtype], "shape": list(t.shape), "crc32": zlib.crc32(raw(t))}
                        for name, t in tensors.items()}}


def flat(value, name=""):
    """Tensors of nested dicts and lists with the keys joined by dots."""
    if isinstance(value, torch.Tensor):
        return {name: value}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    return {n: t for key, v in items for n, t in flat(v, f"{name}.{key}" if name else str(key)).items()}


def typed(dtype):
    bits = torch.arange(48, dtype=torch.uint8)
    return (bits % 2 if dtype == torch.bool else bits).view(dtype)


def torch_objects():
    torch.manual_seed(1)
    matrix = torch.randn(6, 5)
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(4, 2, bias=False))
    shared = torch.randn(10)
    parameters = OrderedDict((n, torch.nn.Parameter(torch.randn(3, 2))) for n in "ab")
    yield "module_state_dict", module.state_dict(), None
    yield "every_type", {name: typed(dtype) for dtype, name in NAMES.items()}, None
    yield "views", {"matrix": matrix, "transposed": matrix.t(), "column": matrix[:, 2], "rows": matrix[1:4:2],
                    "expanded": matrix[:1].expand(4, 5), "scalar": matrix[3, 3], "empty": matrix[:0],
                    "channels_last": torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last)}, None
    yield "shared", OrderedDict(a=shared, b=shared[2:7], c=shared.view(2, 5)), None
    yield "parameters", parameters, None
    yield "training", {"epoch": 3, "lr": 1e-3, "state_dict": module.state_dict(), "notes": [None, (1, 2), {"x": b"y"}],
                       "size": matrix.shape}, "state_dict"
    yield "model_and_optimizer", {"model": {"w": matrix}, "optimizer": {"state": {0: {"m": shared}}, "lr": 0.1}}, None
    yield "list", [matrix, {"x": shared}], None


def small_files(folder):
    expected = {}
    for name, value, root in torch_objects():
        for protocol in (2, 3, 4, 5):
            file = f"{name}_{protocol}.pth"
            torch.save(value, folder / file, pickle_protocol=protocol)
            expected[file] = described(flat(value[root] if root else value))
    torch.save(torch_objects().__next__()[1], folder / "old.pth", _use_new_zipfile_serialization=False)
    expected["old.pth"] = {"error": "PyTorch's format from before 1.6"}
    torch.save(torch.nn.Linear(2, 2), folder / "module.pth")
    expected["module.pth"] = {"error": "refers to 'torch.nn.modules.linear.Linear'"}
    try:
        from safetensors.torch import save_file
    except ImportError:
        return expected
    safe = {n: t for n, t in ((NAMES[d], typed(d)) for d in NAMES) if n not in ("c128", "c32")}
    for name, tensors in (("every_type", safe), ("scalar", {"a": torch.tensor(3.5), "e": torch.empty(0, 2)})):
        try:
            save_file(tensors, folder / f"{name}.safetensors", metadata={"format": "pt"})
        except (KeyError, ValueError):  # an element type that this version does not know
            tensors = {n: t for n, t in tensors.items() if not n.startswith("f8_")}
            save_file(tensors, folder / f"{name}.safetensors", metadata={"format": "pt"})
        expected[f"{name}.safetensors"] = described(tensors)
    return expected


def main():
    folder = Path(sys.argv[1])
    if len(sys.argv) == 2:
        expected = small_files(folder)
    else:
        file = Path(sys.argv[2])
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file
            tensors = load_file(file)
        else:
            tensors = torch.load(file, mmap=True, weights_only=True)
        expected = {str(file): described(flat(tensors))}
    (folder / "expected.json").write_text(json.dumps(expected))


main()
