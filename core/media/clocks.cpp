#include "core/media/clocks.hpp"

#include <algorithm>
#include <utility>

namespace relievo::media {
namespace {

struct Registry {
  std::mutex mutex;
  std::map<std::uint64_t, std::shared_ptr<ClockRecord>> records;
};

Registry& registry() {
  static auto* const one = new Registry;
  return *one;
}

}  // namespace

SourceFile ClockRecord::source() const {
  const std::lock_guard lock(mutex_);
  return source_;
}

void ClockRecord::set_hdr(std::shared_ptr<AVBufferRef> mastering,
                          std::shared_ptr<AVBufferRef> light) {
  const std::lock_guard lock(mutex_);
  source_.mastering_display = std::move(mastering);
  source_.content_light = std::move(light);
}

void ClockRecord::put(std::int64_t index, FrameSideData data) {
  if (data.items.empty()) return;
  const std::lock_guard lock(mutex_);
  side_data_[index] = std::move(data);
  const auto least =
      std::min_element(wanted_.begin(), wanted_.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (least != wanted_.end())
    side_data_.erase(side_data_.begin(), side_data_.lower_bound(least->second));
  else
    while (side_data_.size() > kKept) side_data_.erase(side_data_.begin());
}

FrameSideData ClockRecord::get(std::int64_t index) const {
  const std::lock_guard lock(mutex_);
  const auto found = side_data_.find(index);
  return found == side_data_.end() ? FrameSideData{} : found->second;
}

SideDataReader::SideDataReader(std::shared_ptr<ClockRecord> record) : record_(std::move(record)) {
  restart();
}

SideDataReader::~SideDataReader() {
  if (!record_) return;
  const std::lock_guard lock(record_->mutex_);
  record_->wanted_.erase(this);
}

FrameSideData SideDataReader::take(std::int64_t index) {
  if (!record_) return {};
  want(index);
  return record_->get(index);
}

void SideDataReader::restart() {
  want(INT64_MIN);
}

void SideDataReader::want(std::int64_t from) {
  if (!record_) return;
  const std::lock_guard lock(record_->mutex_);
  record_->wanted_[this] = from;
}

std::shared_ptr<ClockRecord> register_clock(std::uint64_t clock, SourceFile source) {
  auto record = std::make_shared<ClockRecord>(std::move(source));
  const std::lock_guard lock(registry().mutex);
  registry().records[clock] = record;
  return record;
}

std::shared_ptr<ClockRecord> find_clock(std::uint64_t clock) {
  const std::lock_guard lock(registry().mutex);
  const auto found = registry().records.find(clock);
  return found == registry().records.end() ? nullptr : found->second;
}

void forget_clock(std::uint64_t clock) {
  const std::lock_guard lock(registry().mutex);
  registry().records.erase(clock);
}

}  // namespace relievo::media
