#include "plugins/common/named_weights.hpp"

#include <algorithm>
#include <sstream>
#include <unordered_set>
#include <utility>

#include <relievo/sdk/error.hpp>

namespace relievo::nets {

struct NamedWeights::Shared {
  StateDict tensors;
  std::string what;
  at::Device device;
  std::unordered_set<std::string> touched;
};

namespace {

std::string text_of(at::IntArrayRef shape) {
  std::ostringstream out;
  out << shape;
  return out.str();
}

}  // namespace

NamedWeights::NamedWeights(StateDict tensors, std::string what, at::Device device,
                           at::ScalarType dtype)
    : shared_(std::make_shared<Shared>(Shared{std::move(tensors), std::move(what), device, {}})),
      dtype_(dtype) {}

NamedWeights NamedWeights::operator[](const std::string& name) const {
  return {shared_, prefix_ + name + ".", dtype_};
}

at::Tensor NamedWeights::take(const std::string& name, at::IntArrayRef shape) const {
  const auto full = prefix_ + name;
  const auto found = shared_->tensors.find(full);
  if (found == shared_->tensors.end())
    fail(RLV_E_WEIGHTS, "the weights ", shared_->what, " lack the tensor '", full,
         "': they are of another model; check the parameter 'model' and the file");
  if (found->second.sizes() != shape)
    fail(RLV_E_WEIGHTS, "the weights ", shared_->what, " have '", full, "' of shape ",
         text_of(found->second.sizes()), " instead of ", text_of(shape),
         ": they are of another size of the model; check the parameter 'model' and the file");
  shared_->touched.insert(full);
  return found->second.to(at::kFloat);
}

at::Tensor NamedWeights::place(const at::Tensor& tensor) const {
  // Channels last throughout: the maps are made of tokens, whose channels lie together.
  const auto format =
      tensor.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  return tensor
      .to(tensor.options().device(shared_->device).dtype(dtype_),
          /*non_blocking=*/false, /*copy=*/false)
      .contiguous(format);
}

bool NamedWeights::has(const std::string& name) const {
  return shared_->tensors.contains(prefix_ + name);
}

void NamedWeights::skip(const std::string& name) const {
  for (const auto& entry : shared_->tensors)
    if (entry.first.starts_with(prefix_ + name)) shared_->touched.insert(entry.first);
}

std::vector<std::string> NamedWeights::untouched() const {
  std::vector<std::string> names;
  for (const auto& entry : shared_->tensors)
    if (!shared_->touched.contains(entry.first)) names.push_back(entry.first);
  std::sort(names.begin(), names.end());
  return names;
}

void NamedWeights::expect_all_used() const {
  const auto names = untouched();
  if (names.empty()) return;
  fail(RLV_E_WEIGHTS, "the weights ", shared_->what, " have ", names.size(),
       " tensors that this model does not know, '", names.front(),
       "' first: they are of another model; check the parameter 'model' and the file");
}

}  // namespace relievo::nets
