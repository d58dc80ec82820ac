#include <relievo/sdk/node.hpp>

#include <algorithm>
#include <utility>

namespace relievo {

Flow QueuedNode::push(std::span<Frame> in) {
  if (!ready_.empty()) return Flow::kAgain;
  accept(in);
  return Flow::kDone;
}

Flow QueuedNode::pull(std::span<Frame> out) {
  if (ready_.empty()) return draining_ ? Flow::kEnd : Flow::kAgain;
  std::move(ready_.front().begin(), ready_.front().end(), out.begin());
  ready_.pop_front();
  return Flow::kDone;
}

void QueuedNode::drain() {
  draining_ = true;
  finish();
}

void QueuedNode::reset() {
  ready_.clear();
  draining_ = false;
  forget();
}

void QueuedNode::emit(std::vector<Frame> outputs) {
  ready_.push_back(std::move(outputs));
}

}  // namespace relievo
