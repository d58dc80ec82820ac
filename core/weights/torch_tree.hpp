// From the nested dicts of a torch checkpoint to named tensors.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/weights/pickle.hpp"

namespace relievo::weights {

struct NamedTensor {
  std::string name;
  const PickleTensor* tensor = nullptr;
};

struct NamedTensors {
  std::vector<NamedTensor> tensors;  // in the order of the pickle
  std::map<std::string, std::string> metadata;
};

// A fault in how the tensors are nested or named: what, and what to do.
class TreeFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Names and choice of the root as Checkpoint::tensors describes them. root: as in OpenOptions.
// Dicts may nest 32 deep. Throws TreeFault.
[[nodiscard]] NamedTensors name_tensors(const PickleValue& top, const std::string& root);

}  // namespace relievo::weights
