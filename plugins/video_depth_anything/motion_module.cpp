#include "plugins/video_depth_anything/motion_module.hpp"

#include <algorithm>

namespace relievo::video_depth_anything {
namespace {

constexpr std::int64_t kHeads = 8;
constexpr std::int64_t kGroups = 32;
constexpr double kGroupEps = 1e-6;
constexpr double kLayerEps = 1e-5;

// Places are independent of each other; so many at once that the widest intermediate, the
// feed-forward's 8 * channels, stays in the cache of a CPU or in some 256 MiB of a GPU.
std::int64_t places_at_once(const at::Tensor& map) {
  const std::int64_t numbers = map.is_cpu() ? std::int64_t{1} << 19 : std::int64_t{1} << 27;
  return std::max<std::int64_t>(16, numbers / (map.size(0) * 8 * map.size(1)));
}

}  // namespace

MotionModule::MotionModule(const NamedWeights& weights, std::int64_t channels)
    : channels_(channels), sum_type_(weights.dtype() == at::kHalf ? at::kHalf : at::kFloat) {
  const auto w = weights["temporal_transformer"];
  norm_weight_ = w["norm"].get("weight", {channels});
  norm_bias_ = w["norm"].get("bias", {channels});
  proj_in_ = Linear(w["proj_in"], channels, channels);
  sum_norm_ = nets::SumNorm(proj_in_.weight.device(), channels, sum_type_, weights.dtype());
  const auto norm_type = sum_norm_.is_one_pass() ? at::kFloat : sum_type_;
  const auto block = w["transformer_blocks"][0];
  for (std::size_t i = 0; i < attentions_.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    const auto a = block["attention_blocks"][index];
    auto& attention = attentions_.at(i);
    attention.norm = LayerNorm(block["norms"][index], channels, kLayerEps, norm_type);
    const auto matrix = at::cat({a["to_q"].take("weight", {channels, channels}),
                                 a["to_k"].take("weight", {channels, channels}),
                                 a["to_v"].take("weight", {channels, channels})});
    attention.qkv.weight = a.place(matrix);
    attention.out = Linear(a["to_out"][0], channels, channels);
    const auto positions = a["pos_encoder"].take("pe", {1, kWindow, channels}).squeeze(0);
    attention.positions = a.place(positions);
    attention.position_qkv = a.place(at::linear(positions, matrix));
  }
  ff_norm_ = LayerNorm(block["ff_norm"], channels, kLayerEps, norm_type);
  // One matrix in the checkpoint: values first, then what gates them.
  const auto ff = block["ff"]["net"][0]["proj"];
  const auto ff_weight = ff.take("weight", {8 * channels, channels}).chunk(2);
  const auto ff_bias = ff.take("bias", {8 * channels}).chunk(2);
  ff_value_.weight = ff.place(ff_weight[0]);
  ff_value_.bias = ff.place(ff_bias[0]);
  ff_gate_.weight = ff.place(ff_weight[1]);
  ff_gate_.bias = ff.place(ff_bias[1]);
  ff_out_ = Linear(block["ff"]["net"][2], 4 * channels, channels);
  proj_out_ = Linear(w["proj_out"], channels, channels);
}

// GroupNorm, as tokens [frames, places, channels] of float32.
at::Tensor MotionModule::normed(const at::Tensor& map) const {
  const auto frames = map.size(0);
  const auto places = map.size(2) * map.size(3);
  if (map.scalar_type() == at::kFloat)
    return nets::tokens_of_map(at::group_norm(map, kGroups, norm_weight_, norm_bias_, kGroupEps));
  // In half precision the sums are taken in float32, straight from the channels-last map, of which
  // the library's own operator would make a copy first.
  const auto tokens = nets::tokens_of_map(map);
  const auto grouped = tokens.view({frames, places, kGroups, channels_ / kGroups});
  const auto count = static_cast<double>(places * (channels_ / kGroups));
  const auto mean = at::sum(grouped, {1, 3}, /*keepdim=*/true, at::kFloat).div_(count);
  const auto power =
      at::linalg_vector_norm(grouped, 2, at::IntArrayRef({1, 3}), /*keepdim=*/true, at::kFloat)
          .square_()
          .div_(count);
  const auto rate = power.sub(mean.square()).clamp_min_(0).add_(kGroupEps).rsqrt_();
  const auto by_group = [&](const at::Tensor& parameter) {
    return parameter.to(at::kFloat).view({1, 1, kGroups, channels_ / kGroups});
  };
  const auto scale = by_group(norm_weight_).mul(rate);
  const auto shift = by_group(norm_bias_).sub(scale.mul(mean));
  return at::addcmul(shift, grouped, scale).view({frames, places, channels_});
}

// q [places, queries, channels] over k and v [places, frames, channels].
at::Tensor MotionModule::attend(const at::Tensor& q, const at::Tensor& k,
                                const at::Tensor& v) const {
  const auto heads = [&](const at::Tensor& x) {
    return x.unflatten(2, {kHeads, channels_ / kHeads}).transpose(1, 2);
  };
  // Of the kernels for sequences this short this one is the fastest on CUDA where heads are small
  // (H200, PyTorch 2.11: two thirds of the default's time), and not where they are large.
  constexpr std::int64_t kSmallHead = 48;
  const bool efficient =
      q.is_cuda() && q.scalar_type() != at::kFloat && channels_ / kHeads <= kSmallHead;
  const auto mixed = efficient
                         ? std::get<0>(at::_scaled_dot_product_efficient_attention(
                               heads(q), heads(k), heads(v), {}, /*compute_log_sumexp=*/false))
                         : at::scaled_dot_product_attention(heads(q), heads(k), heads(v));
  return mixed.transpose(1, 2).reshape({q.size(0), q.size(1), channels_});
}

at::Tensor MotionModule::feed_forward(const at::Tensor& h) const {
  auto gate = ff_gate_.gelu(h);
  return ff_out_(gate.mul_(ff_value_(h)));
}

void MotionModule::transform(at::Tensor& x) const {
  const auto& [first, second] = attentions_;
  const auto mixed = [&](const Attention& attention, const at::Tensor& h) {
    const auto qkv = attention.qkv(h);
    const auto part = [&](std::int64_t i) {
      return qkv.narrow(2, i * channels_, channels_);
    };
    return attention.out(attend(part(0), part(1), part(2)));
  };
  auto h = sum_norm_.read(x, first.norm, {first.positions, 0});
  h = sum_norm_.add(x, mixed(first, h), second.norm, second.positions);
  h = sum_norm_.add(x, mixed(second, h), ff_norm_);
  x.add_(feed_forward(h));
}

at::Tensor MotionModule::rounded(const at::Tensor& x) const {
  return x.to(proj_in_.weight.scalar_type());
}

at::Tensor MotionModule::project(const at::Tensor& tokens) const {
  const auto by_place = tokens.transpose(0, 1).to(proj_in_.weight.scalar_type(), false, false,
                                                  at::MemoryFormat::Contiguous);
  return proj_in_(by_place.contiguous()).to(sum_type_);
}

at::Tensor MotionModule::operator()(const at::Tensor& map) const {
  const auto tokens = normed(map);
  const auto places = tokens.size(1);
  auto result = at::empty(tokens.sizes(), map.options());
  const auto original = nets::tokens_of_map(map);
  const auto step = places_at_once(map);
  for (std::int64_t first = 0; first < places; first += step) {
    const auto count = std::min(step, places - first);
    auto x = project(tokens.narrow(1, first, count));
    transform(x);
    auto sum = result.narrow(1, first, count);
    at::add_out(sum, proj_out_(rounded(x)).transpose(0, 1), original.narrow(1, first, count));
  }
  return nets::map_of_tokens(result, map.size(2), map.size(3));
}

at::Tensor MotionModule::recall(const Attention& attention, const at::Tensor& x,
                                AttentionMemory& memory, const MemoryAccess& access) const {
  const auto places = x.size(0);
  // The matrix is applied to each frame once; its position, which moves with every new frame, is
  // added afterwards: (h + p) W = h W + p W.
  const auto h = sum_norm_.read(x, attention.norm);
  const auto qkv = attention.qkv(h).squeeze(1);  // [places, 3 * channels]
  const auto own = qkv.narrow(1, channels_, 2 * channels_);
  if (!memory.keys_values.defined())
    memory.keys_values = at::empty({access.slots, places, 2 * channels_}, qkv.options());
  const auto position = access.seen.size(0);
  auto all = at::empty({position + 1, places, 2 * channels_}, qkv.options());
  if (position > 0) {
    auto seen = all.narrow(0, 0, position);
    at::index_select_out(seen, memory.keys_values, 0, access.seen);
  }
  all.select(0, position).copy_(own);
  all.add_(attention.position_qkv.narrow(0, 0, position + 1)
               .narrow(1, channels_, 2 * channels_)
               .unsqueeze(1));
  memory.keys_values.select(0, access.slot).copy_(own);
  const auto q = qkv.narrow(1, 0, channels_)
                     .add(attention.position_qkv.select(0, position).narrow(0, 0, channels_))
                     .unsqueeze(1);
  const auto by_place = all.transpose(0, 1);
  return attention.out(
      attend(q, by_place.narrow(2, 0, channels_), by_place.narrow(2, channels_, channels_)));
}

at::Tensor MotionModule::step(const at::Tensor& map, MotionMemory& memory,
                              const MemoryAccess& access) const {
  auto x = project(normed(map));  // [places, 1, channels]
  for (std::size_t i = 0; i < attentions_.size(); ++i)
    x.add_(recall(attentions_.at(i), x, memory.attentions.at(i), access));
  x.add_(feed_forward(sum_norm_.read(x, ff_norm_)));
  const auto result = proj_out_(rounded(x)).transpose(0, 1).add(nets::tokens_of_map(map));
  return nets::map_of_tokens(result.to(map.scalar_type()), map.size(2), map.size(3));
}

}  // namespace relievo::video_depth_anything
