// The pickle of a torch checkpoint, read by a machine that builds plain data and tensors'
// descriptions, and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "core/weights/dtype.hpp"
#include "core/weights/pickle_globals.hpp"

namespace relievo::weights {

// A fault in the pickle: what and at which offset, without the file's name and the way out.
class PickleFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The pickle asks for something that is not on the list, so it is no damage: not a file of tensors
// alone.
class PickleRefused : public PickleFault {
 public:
  using PickleFault::PickleFault;
};

struct PickleTensor {
  std::string_view storage;  // key of the entry under data/
  DType dtype = DType::f32;
  std::uint64_t storage_bytes = 0;  // that the pickle says the storage has
  std::uint64_t offset = 0;         // of the first element, in elements
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  // elements
};

// One value. Containers hold pointers into the same PickleTree; a value may stand in several
// places, and in itself.
struct PickleValue {
  enum class Kind : std::uint8_t {
    none,
    boolean,  // integer: 0 or 1
    integer,  // integer; one that needs more than 64 bits is `bytes`
    real,     // real
    text,     // text: valid UTF-8
    bytes,    // text
    tuple,    // items
    list,     // items; also a set
    dict,     // items: key, value, key, value ...; also OrderedDict
    global,   // facts
    storage,  // tensor: shape and strides not set
    tensor,   // tensor
  };

  Kind kind = Kind::none;
  std::uint64_t offset = 0;  // of the opcode that made it
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text;  // into the pickle
  std::vector<const PickleValue*> items;
  const PickleTensor* tensor = nullptr;
  PickleGlobalFacts facts;
};

// Owns all values. Text points into the pickle, which must outlive it.
struct PickleTree {
  const PickleValue* root = nullptr;
  std::deque<PickleValue> values;
  std::deque<PickleTensor> tensors;
};

// Protocols 2 to 5 as far as plain data goes (Python's pickletools.py lists the opcodes). On the
// list of globals are collections.OrderedDict, torch._utils._rebuild_tensor_v2, _v3 and
// _rebuild_parameter, the storage classes of torch, torch.Size, torch's element types and
// _codecs.encode (bytes in protocol 2, not decoded); state applied to a dict (BUILD) is dropped.
// Nothing is imported or called. Shapes and strides are checked to be numbers >= 0, as many of one
// as of the other and at most 64, with a product that fits into 63 bits; whether they stay inside
// their storage is the caller's to check. Memory is bounded: pickles of more than 32 MiB or 2
// million values are refused. No recursion. Throws PickleFault.
[[nodiscard]] PickleTree read_pickle(std::span<const std::byte> pickle);

}  // namespace relievo::weights
