#include "core/media/change/nearest_in_time.hpp"

namespace relievo::media {

void NearestInTime::arrive(std::int64_t time, std::int64_t duration) {
  const Stamp stamp{time, duration > 0 ? duration : period_};
  if (!held_) {
    held_ = stamp;
    moment_ = time;
    return;
  }
  newest_ = stamp;
  settle();
}

// Every moment up to the newest frame is answered: it is the one that the next may be compared
// with.
void NearestInTime::settle() {
  if (!newest_ || moment_ <= newest_->time) return;
  held_ = newest_;
  newest_.reset();
}

bool NearestInTime::is_pending() const {
  if (newest_) return true;
  if (!held_) return false;
  return moment_ <= held_->time || (finished_ && moment_ < held_->time + held_->duration);
}

NearestInTime::Moment NearestInTime::next() {
  if (!is_pending()) return {};
  Moment moment{Choice::kHeld, moment_};
  if (newest_ && moment_ - held_->time > newest_->time - moment_) moment.choice = Choice::kNewest;
  moment_ += period_;
  settle();
  return moment;
}

}  // namespace relievo::media
