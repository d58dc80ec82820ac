#include "core/host/current_call.hpp"

namespace relievo::host {

CurrentCall& current_call() noexcept {
  thread_local CurrentCall call;
  return call;
}

}  // namespace relievo::host
