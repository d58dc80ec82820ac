#!/usr/bin/env python3
"""One run of a peer, for compare.py: peer_side.py PEER CLIP OUT THREADS [CLONE]

Calls the peer's own functions as they are installed. What is put in their place: weights (random where the peer would fetch
them from a hub), the parts of a web page that draw a progress bar, and torchvision where it is not installed.
"""

import functools
import sys
import types
from unittest import mock


def compose_in_place():
    """Of torchvision the network's package takes one function, which calls others in turn."""
    try:
        import torchvision  # noqa: F401
    except ImportError:
        transforms = types.ModuleType("torchvision.transforms")
        transforms.Compose = lambda steps: lambda x: functools.reduce(lambda value, step: step(value), steps, x)
        sys.modules["torchvision"] = types.ModuleType("torchvision")
        sys.modules["torchvision.transforms"] = transforms


def spatial_maker(clip, out, threads, _):
    compose_in_place()
    from scripts.depth_to_stereo import DepthToStereoProcessor

    DepthToStereoProcessor(encoder="vits", num_threads=threads).process_video(clip, out)


def converter(clip, out, threads, path):
    """SreeHarhsa's converter: its fastest file, with random weights of DPT-hybrid."""
    from pathlib import Path

    import torch
    from transformers import DPTConfig, DPTForDepthEstimation, DPTImageProcessor

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    # Intel/dpt-hybrid-midas: a BiT stem and ViT-base.
    config = DPTConfig(is_hybrid=True, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072,
                       neck_hidden_sizes=[256, 512, 768, 768], backbone_out_indices=[2, 5, 8, 11], image_size=384)
    DPTForDepthEstimation.from_pretrained = lambda *a, **k: DPTForDepthEstimation(config)
    DPTImageProcessor.from_pretrained = lambda *a, **k: DPTImageProcessor()
    sys.modules["streamlit"] = mock.MagicMock()
    sys.path.insert(0, path)
    import Final_2D_to_3D as peer

    peer.OptimizedVideo3DConverter().convert_video(clip, str(Path(out).parent), method="side_by_side")


def main():
    peer, clip, out, threads = sys.argv[1:5]
    path = sys.argv[5] if len(sys.argv) > 5 else None
    {"spatial_maker": spatial_maker, "converter": converter}[peer](clip, out, int(threads), path)


if __name__ == "__main__":
    main()
