"""Video Depth Anything in plain eager PyTorch, from a state dict: the other side of vs_pytorch.py.

It does what the original does operator by operator: contiguous NCHW maps, attention as matrix products and a softmax (the
original without xformers), the last part of the head on four frames at a time. Pass --official to vs_pytorch.py to time the
original itself instead, from a clone of it.
"""

import torch
import torch.nn.functional as F

SIZES = {  # heads, tapped blocks
    384: (6, (2, 5, 8, 11)),
    768: (12, (2, 5, 8, 11)),
    1024: (16, (4, 11, 17, 23)),
}


class EagerVda:
    def __init__(self, state):
        self.w = state
        self.width = state["pretrained.cls_token"].shape[-1]
        self.heads, self.taps = SIZES[self.width]

    def linear(self, name, x):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def conv(self, name, x, **kwargs):
        return F.conv2d(x, self.w[name + ".weight"], self.w.get(name + ".bias"), **kwargs)

    def norm(self, name, x, eps):
        return F.layer_norm(x, x.shape[-1:], self.w[name + ".weight"], self.w[name + ".bias"], eps)

    @staticmethod
    def attention(q, k, v):
        scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)
        return scores.softmax(dim=-1) @ v

    def positions(self, rows, columns):
        table = self.w["pretrained.pos_embed"]
        if rows == 37 and columns == 37:
            return table
        grid = table[:, 1:].reshape(1, 37, 37, -1).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, scale_factor=((rows + 0.1) / 37, (columns + 0.1) / 37), mode="bicubic")
        return torch.cat([table[:, :1], grid.permute(0, 2, 3, 1).reshape(1, rows * columns, -1)], dim=1)

    def backbone(self, x):
        n, _, height, width = x.shape
        x = self.conv("pretrained.patch_embed.proj", x, stride=14).flatten(2).transpose(1, 2)
        x = torch.cat([self.w["pretrained.cls_token"].expand(n, -1, -1), x], dim=1)
        x = x + self.positions(height // 14, width // 14)
        taps = []
        for i in range(self.taps[-1] + 1):
            p = f"pretrained.blocks.{i}."
            length = x.shape[1]
            qkv = self.linear(p + "attn.qkv", self.norm(p + "norm1", x, 1e-6))
            q, k, v = qkv.reshape(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            mixed = self.attention(q, k, v).transpose(1, 2).reshape(n, length, -1)
            x = x + self.w[p + "ls1.gamma"] * self.linear(p + "attn.proj", mixed)
            hidden = F.gelu(self.linear(p + "mlp.fc1", self.norm(p + "norm2", x, 1e-6)))
            x = x + self.w[p + "ls2.gamma"] * self.linear(p + "mlp.fc2", hidden)
            if i in self.taps:
                taps.append(self.norm("pretrained.norm", x, 1e-6)[:, 1:])
        return taps

    def motion(self, i, x, frames):
        p = f"head.motion_modules.{i}.temporal_transformer."
        n, channels, rows, columns = x.shape
        h = F.group_norm(x, 32, self.w[p + "norm.weight"], self.w[p + "norm.bias"], 1e-6)
        h = self.linear(p + "proj_in", h.permute(0, 2, 3, 1).reshape(n, rows * columns, channels))
        b = p + "transformer_blocks.0."
        for a in range(2):
            attn = f"{b}attention_blocks.{a}."
            y = self.norm(f"{b}norms.{a}", h, 1e-5)
            y = y.reshape(-1, frames, rows * columns, channels).transpose(1, 2).reshape(-1, frames, channels)
            y = y + self.w[attn + "pos_encoder.pe"][:, :frames]
            q, k, v = (
                self.linear(attn + name, y).reshape(len(y), frames, 8, -1).transpose(1, 2)
                for name in ("to_q", "to_k", "to_v")
            )
            y = self.attention(q, k, v).transpose(1, 2).reshape(len(y), frames, channels)
            y = self.linear(attn + "to_out.0", y)
            h = h + y.reshape(-1, rows * columns, frames, channels).transpose(1, 2).reshape(h.shape)
        value, gate = self.linear(b + "ff.net.0.proj", self.norm(b + "ff_norm", h, 1e-5)).chunk(2, dim=-1)
        h = h + self.linear(b + "ff.net.2", value * F.gelu(gate))
        h = self.linear(p + "proj_out", h).reshape(n, rows, columns, channels).permute(0, 3, 1, 2).contiguous()
        return x + h

    def unit(self, name, x):
        y = self.conv(name + ".conv1", F.relu(x), padding=1)
        return self.conv(name + ".conv2", F.relu(y), padding=1) + x

    def fuse(self, level, x, finer=None, size=None):
        p = f"head.scratch.refinenet{level}"
        if finer is not None:
            x = x + self.unit(p + ".resConfUnit1", finer)
        x = self.unit(p + ".resConfUnit2", x)
        size = {"scale_factor": 2} if size is None else {"size": size}
        return self.conv(p + ".out_conv", F.interpolate(x, mode="bilinear", align_corners=True, **size))

    def __call__(self, clip):
        """clip [1, frames, 3, rows, columns] to depth [1, frames, rows, columns]."""
        _, frames, _, height, width = clip.shape
        rows, columns = height // 14, width // 14
        maps = []
        for i, tap in enumerate(self.backbone(clip.flatten(0, 1))):
            x = tap.permute(0, 2, 1).reshape(frames, -1, rows, columns)
            x = self.conv(f"head.projects.{i}", x)
            if i < 2:
                w, b = (self.w[f"head.resize_layers.{i}.{n}"] for n in ("weight", "bias"))
                x = F.conv_transpose2d(x, w, b, stride=4 >> i)
            if i == 3:
                x = self.conv("head.resize_layers.3", x, stride=2, padding=1)
            maps.append(x)
        maps[2] = self.motion(0, maps[2], frames)
        maps[3] = self.motion(1, maps[3], frames)
        maps = [self.conv(f"head.scratch.layer{i + 1}_rn", m, padding=1) for i, m in enumerate(maps)]
        path = self.motion(2, self.fuse(4, maps[3], size=maps[2].shape[2:]), frames)
        path = self.motion(3, self.fuse(3, path, maps[2], maps[1].shape[2:]), frames)
        depth = []
        for i in range(0, frames, 4):
            x = self.fuse(2, path[i : i + 4], maps[1][i : i + 4], maps[0].shape[2:])
            x = self.conv("head.scratch.output_conv1", self.fuse(1, x, maps[0][i : i + 4]), padding=1)
            x = F.interpolate(x, size=(height, width), mode="bilinear", align_corners=True)
            x = F.relu(self.conv("head.scratch.output_conv2.0", x, padding=1))
            depth.append(F.relu(self.conv("head.scratch.output_conv2.2", x)))
        return torch.cat(depth).reshape(1, frames, height, width)
