#include "core/weights/pickle.hpp"

#include <array>
#include <bit>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/weights/error.hpp"
#include "core/weights/layout.hpp"
#include "core/weights/pickle_opcodes.hpp"
#include "core/weights/utf8.hpp"

namespace relievo::weights {
namespace {

// A tensor takes about 120 bytes and 20 values of a pickle: these are limits for a hundred thousand
// of them.
constexpr std::size_t kMaxPickle = std::size_t{32} << 20;
constexpr std::size_t kMaxValues = 2'000'000;  // also of the stack, the marks and the memo
constexpr std::size_t kMaxTensors = 400'000;   // and storages

using Kind = PickleValue::Kind;

std::string at_offset(std::uint64_t offset) {
  return " at offset " + std::to_string(offset);
}

// The stack machine of Python's pickle module, without the parts that import or call.
class Machine {
 public:
  explicit Machine(std::span<const std::byte> pickle) : pickle_(pickle) {}

  PickleTree run() {
    if (pickle_.size() > kMaxPickle)
      throw PickleFault("it has " + std::to_string(pickle_.size()) +
                        " bytes, more than any state dict needs");
    while (!step()) {
    }
    return std::move(tree_);
  }

 private:
  // ---- Input

  [[noreturn]] void fail(const std::string& fault) const {
    throw PickleFault(fault + at_offset(start_));
  }

  std::span<const std::byte> take(std::uint64_t size) {
    if (size > pickle_.size() - at_)
      fail("opcode " + std::string(opcode_name(opcode_)) + " asks for " + std::to_string(size) +
           " bytes, more than are left,");
    const auto part = pickle_.subspan(at_, static_cast<std::size_t>(size));
    at_ += static_cast<std::size_t>(size);
    return part;
  }

  template <typename T>
  T number() {
    return read_little<T>(take(sizeof(T)), 0);
  }

  static std::string_view as_text(std::span<const std::byte> part) {
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }

  std::string_view line() {
    const auto rest = as_text(pickle_.subspan(at_));
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) fail("a name without an end");
    at_ += end + 1;
    return rest.substr(0, end);
  }

  // ---- Values and stack

  PickleValue& make(Kind kind) {
    if (tree_.values.size() == kMaxValues)
      fail("there are more than " + std::to_string(kMaxValues) + " values");
    auto& value = tree_.values.emplace_back();
    value.kind = kind;
    value.offset = start_;
    return value;
  }

  PickleTensor& make_tensor() {
    if (tree_.tensors.size() == kMaxTensors)
      fail("there are more than " + std::to_string(kMaxTensors) + " tensors and storages");
    return tree_.tensors.emplace_back();
  }

  void push(PickleValue& value) {
    if (stack_.size() == kMaxValues)
      fail("more than " + std::to_string(kMaxValues) + " values wait on the stack");
    stack_.push_back(&value);
  }
  PickleValue& push_new(Kind kind) {
    auto& value = make(kind);
    push(value);
    return value;
  }

  [[nodiscard]] std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  void need(std::size_t count) const {
    if (stack_.size() - floor() < count)
      fail("opcode " + std::string(opcode_name(opcode_)) + " finds too few values");
  }

  PickleValue& top() const {
    need(1);
    return *stack_.back();
  }

  PickleValue& pop() {
    auto& value = top();
    stack_.pop_back();
    return value;
  }

  // What was pushed since the last mark; both are taken away.
  std::vector<const PickleValue*> pop_marked() {
    if (marks_.empty()) fail("opcode " + std::string(opcode_name(opcode_)) + " finds no mark");
    std::vector<const PickleValue*> items(
        stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }

  void push_integer(std::int64_t integer) { push_new(Kind::integer).integer = integer; }
  void push_boolean(bool truth) { push_new(Kind::boolean).integer = truth ? 1 : 0; }

  void push_unicode(std::uint64_t size) {
    const auto text = as_text(take(size));
    if (first_invalid_utf8(text) != std::string_view::npos)
      fail("text " + in_quotes(text) + " that is not UTF-8");
    push_new(Kind::text).text = text;
  }

  void push_bytes(std::uint64_t size) { push_new(Kind::bytes).text = as_text(take(size)); }

  // str of Python 2.
  void push_string(std::uint64_t size) {
    const auto text = as_text(take(size));
    const bool valid = first_invalid_utf8(text) == std::string_view::npos;
    push_new(valid ? Kind::text : Kind::bytes).text = text;
  }

  // Two's complement, little-endian, of any length.
  void push_long(std::uint64_t size) {
    const auto part = take(size);
    if (size > 8) {
      push_new(Kind::bytes).text = as_text(part);
      return;
    }
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < part.size(); ++i)
      bits |= std::to_integer<std::uint64_t>(part[i]) << (8 * i);
    if (size > 0 && size < 8 && (std::to_integer<unsigned>(part.back()) & 0x80U) != 0)
      bits |= ~std::uint64_t{0} << (8 * size);
    push_integer(static_cast<std::int64_t>(bits));
  }

  void push_float() {
    const auto part = take(8);
    std::uint64_t bits = 0;
    for (const auto byte : part) bits = bits << 8U | std::to_integer<std::uint64_t>(byte);
    push_new(Kind::real).real = std::bit_cast<double>(bits);
  }

  // The last `count` values.
  void push_tuple(std::size_t count) {
    need(count);
    auto& tuple = make(Kind::tuple);
    tuple.items.assign(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    push(tuple);
  }

  void push_marked(Kind kind) {
    auto items = pop_marked();
    if (kind == Kind::dict && items.size() % 2 != 0) fail("a key without a value");
    push_new(kind).items = std::move(items);
  }

  void append(Kind kind, const std::vector<const PickleValue*>& items) {
    auto& container = top();
    if (container.kind != kind)
      fail("opcode " + std::string(opcode_name(opcode_)) + " is not for this value");
    if (kind == Kind::dict && items.size() % 2 != 0) fail("a key without a value");
    container.items.insert(container.items.end(), items.begin(), items.end());
  }

  // ---- Memo

  void remember(std::uint64_t key) {
    if (memo_.size() == kMaxValues)
      fail("more than " + std::to_string(kMaxValues) + " values are remembered");
    memo_[key] = &top();
  }

  void recall(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) fail("value " + std::to_string(key) + " was never remembered");
    push(*found->second);
  }

  // ---- What other machines would import or call

  void push_global(std::string_view module, std::string_view name) {
    const auto facts = look_up_global(module, name);
    if (facts.global == PickleGlobal::refused)
      throw PickleRefused("refers to '" + printable(module) + "." + printable(name) + "'" +
                          at_offset(start_) + ", which plain tensors do not need");
    push_new(Kind::global).facts = facts;
  }

  void stack_global() {
    const auto& name = pop();
    const auto& module = pop();
    if (name.kind != Kind::text || module.kind != Kind::text) fail("a global that is not named");
    push_global(module.text, name.text);
  }

  void reduce() {
    const auto& arguments = pop();
    const auto& called = pop();
    if (called.kind != Kind::global || arguments.kind != Kind::tuple)
      fail("opcode REDUCE is not for these values");
    switch (called.facts.global) {
      case PickleGlobal::ordered_dict:
        if (!arguments.items.empty()) fail("an OrderedDict with arguments");
        push_new(Kind::dict);
        return;
      case PickleGlobal::tensor_v2: push_tensor(arguments, false); return;
      case PickleGlobal::tensor_v3: push_tensor(arguments, true); return;
      case PickleGlobal::parameter:
        if (arguments.items.size() != 3 || arguments.items[0]->kind != Kind::tensor)
          fail("a parameter that is not made of a tensor");
        push_new(Kind::tensor).tensor = arguments.items[0]->tensor;
        return;
      case PickleGlobal::size:
        if (arguments.items.size() != 1 || arguments.items[0]->kind != Kind::tuple ||
            arguments.items[0]->items.size() > kMaxRank)
          fail("a torch.Size that is not made of a few numbers");
        push_new(Kind::tuple).items = arguments.items[0]->items;
        return;
      case PickleGlobal::encode:
        if (arguments.items.size() != 2 || arguments.items[0]->kind != Kind::text)
          fail("bytes that are not made of text");
        push_new(Kind::bytes).text = arguments.items[0]->text;
        return;
      default: fail("an object made by something that is no function");
    }
  }

  // ("storage", class, key, device it was on, number of elements)
  void push_storage() {
    const auto& id = pop();
    const auto& items = id.items;
    if (id.kind != Kind::tuple || items.size() != 5 || items[0]->kind != Kind::text ||
        items[0]->text != "storage" || items[1]->kind != Kind::global ||
        items[1]->facts.global != PickleGlobal::storage || items[2]->kind != Kind::text ||
        items[3]->kind != Kind::text || items[4]->kind != Kind::integer || items[4]->integer < 0)
      fail("a reference that is not a tensor's storage");
    auto& storage = make_tensor();
    storage.storage = items[2]->text;
    storage.dtype = items[1]->facts.dtype;
    const auto bytes =
        checked_multiply(static_cast<std::uint64_t>(items[4]->integer), bits_of(storage.dtype) / 8);
    if (!bytes) fail("a storage of " + std::to_string(items[4]->integer) + " elements");
    storage.storage_bytes = *bytes;
    push_new(Kind::storage).tensor = &storage;
  }

  std::vector<std::int64_t> numbers(const PickleValue& value, const char* what) {
    std::vector<std::int64_t> result;
    if (value.kind != Kind::tuple && value.kind != Kind::list)
      fail(std::string("a tensor whose ") + what + " is no tuple");
    if (value.items.size() > kMaxRank)
      fail("a tensor of " + std::to_string(value.items.size()) + " dimensions");
    for (const auto* item : value.items) {
      if (item->kind != Kind::integer || item->integer < 0)
        fail(std::string("a tensor whose ") + what + " has something else than numbers from 0 up");
      result.push_back(item->integer);
    }
    return result;
  }

  void push_tensor(const PickleValue& arguments, bool typed) {
    const auto& items = arguments.items;
    const std::size_t needed = typed ? 7 : 6;
    if (items.size() != needed && items.size() != needed + 1)
      fail("a tensor made of " + std::to_string(items.size()) + " things instead of " +
           std::to_string(needed));
    if (items[0]->kind != Kind::storage || items[1]->kind != Kind::integer || items[1]->integer < 0)
      fail("a tensor without storage or offset");
    auto& tensor = make_tensor();
    tensor = *items[0]->tensor;
    tensor.offset = static_cast<std::uint64_t>(items[1]->integer);
    tensor.shape = numbers(*items[2], "shape");
    tensor.strides = numbers(*items[3], "stride");
    if (tensor.shape.size() != tensor.strides.size())
      fail("a tensor of " + std::to_string(tensor.shape.size()) + " sizes and " +
           std::to_string(tensor.strides.size()) + " strides");
    if (!count_elements(tensor.shape))
      fail("a tensor of the impossible shape " + shape_text(tensor.shape));
    if (typed) {
      if (items[6]->kind != Kind::global || items[6]->facts.global != PickleGlobal::element_type)
        fail("a tensor without an element type");
      tensor.dtype = items[6]->facts.dtype;
    }
    if (items.size() > needed) refuse_lazy_view(*items[needed]);
    push_new(Kind::tensor).tensor = &tensor;
  }

  // The metadata of a tensor says {'conj': True} or {'neg': True} if its numbers are not those in
  // the storage.
  void refuse_lazy_view(const PickleValue& metadata) const {
    for (const auto* item : metadata.items)
      if (item->kind == Kind::boolean && item->integer != 0)
        throw PickleRefused("has a conjugated or negated view of a tensor" + at_offset(start_) +
                            ", which only PyTorch can resolve (.resolve_conj(), .resolve_neg())");
  }

  // State for an object: for a dict its attributes, such as _metadata with the versions of modules.
  void build() {
    pop();
    if (top().kind != Kind::dict) fail("opcode BUILD is not for this value");
  }

  // ---- The loop

  // True at the end.
  bool step() {
    start_ = at_;
    if (at_ == pickle_.size()) fail("it ends without an end mark");
    opcode_ = std::to_integer<std::uint8_t>(pickle_[at_++]);
    switch (static_cast<Opcode>(opcode_)) {
      case Opcode::proto:
        if (const auto version = number<std::uint8_t>(); version < 2 || version > 5)
          fail("pickle protocol " + std::to_string(version) + ", not 2 to 5,");
        break;
      case Opcode::frame: check_frame(number<std::uint64_t>()); break;
      case Opcode::stop: return stop();
      case Opcode::mark: mark(); break;
      case Opcode::pop: drop(); break;
      case Opcode::pop_mark: pop_marked(); break;
      case Opcode::dup: push(top()); break;

      case Opcode::none: push_new(Kind::none); break;
      case Opcode::newtrue: push_boolean(true); break;
      case Opcode::newfalse: push_boolean(false); break;
      case Opcode::binint: push_integer(static_cast<std::int32_t>(number<std::uint32_t>())); break;
      case Opcode::binint1: push_integer(number<std::uint8_t>()); break;
      case Opcode::binint2: push_integer(number<std::uint16_t>()); break;
      case Opcode::long1: push_long(number<std::uint8_t>()); break;
      case Opcode::long4: push_long(number<std::uint32_t>()); break;
      case Opcode::binfloat: push_float(); break;

      case Opcode::short_binunicode: push_unicode(number<std::uint8_t>()); break;
      case Opcode::binunicode: push_unicode(number<std::uint32_t>()); break;
      case Opcode::binunicode8: push_unicode(number<std::uint64_t>()); break;
      case Opcode::short_binstring: push_string(number<std::uint8_t>()); break;
      case Opcode::binstring: push_string(number<std::uint32_t>()); break;
      case Opcode::short_binbytes: push_bytes(number<std::uint8_t>()); break;
      case Opcode::binbytes: push_bytes(number<std::uint32_t>()); break;
      case Opcode::binbytes8:
      case Opcode::bytearray8: push_bytes(number<std::uint64_t>()); break;

      case Opcode::empty_tuple: push_new(Kind::tuple); break;
      case Opcode::tuple1: push_tuple(1); break;
      case Opcode::tuple2: push_tuple(2); break;
      case Opcode::tuple3: push_tuple(3); break;
      case Opcode::tuple: push_marked(Kind::tuple); break;
      case Opcode::empty_list:
      case Opcode::empty_set: push_new(Kind::list); break;
      case Opcode::list:
      case Opcode::frozenset: push_marked(Kind::list); break;
      case Opcode::append: append_one(); break;
      case Opcode::appends:
      case Opcode::additems: append(Kind::list, pop_marked()); break;
      case Opcode::empty_dict: push_new(Kind::dict); break;
      case Opcode::dict: push_marked(Kind::dict); break;
      case Opcode::setitem: set_one(); break;
      case Opcode::setitems: append(Kind::dict, pop_marked()); break;

      case Opcode::binget: recall(number<std::uint8_t>()); break;
      case Opcode::long_binget: recall(number<std::uint32_t>()); break;
      case Opcode::binput: remember(number<std::uint8_t>()); break;
      case Opcode::long_binput: remember(number<std::uint32_t>()); break;
      case Opcode::memoize: remember(memo_.size()); break;

      case Opcode::global: {
        const auto module = line();
        push_global(module, line());
        break;
      }
      case Opcode::stack_global: stack_global(); break;
      case Opcode::reduce: reduce(); break;
      case Opcode::binpersid: push_storage(); break;
      case Opcode::build: build(); break;

      default:
        throw PickleRefused("uses the opcode " + std::string(opcode_name(opcode_)) +
                            at_offset(start_) + ", which plain tensors do not need");
    }
    return false;
  }

  void mark() {
    if (marks_.size() == kMaxValues) fail("more than " + std::to_string(kMaxValues) + " marks");
    marks_.push_back(stack_.size());
  }

  // Frames only help readers that read ahead.
  void check_frame(std::uint64_t size) const {
    if (size > pickle_.size() - at_)
      fail("a frame of " + std::to_string(size) + " bytes, more than are left,");
  }

  void drop() {
    if (stack_.size() == floor() && !marks_.empty()) {
      marks_.pop_back();
      return;
    }
    pop();
  }

  void append_one() {
    const auto& item = pop();
    append(Kind::list, {&item});
  }

  void set_one() {
    const auto& value = pop();
    const auto& key = pop();
    append(Kind::dict, {&key, &value});
  }

  bool stop() {
    if (stack_.size() != 1 || !marks_.empty())
      fail("it ends with " + std::to_string(stack_.size()) + " values instead of one,");
    if (at_ != pickle_.size())
      fail("there are " + std::to_string(pickle_.size() - at_) + " bytes behind the end mark");
    tree_.root = stack_.back();
    return true;
  }

  std::span<const std::byte> pickle_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;  // of the opcode that is being done
  std::uint8_t opcode_ = 0;
  PickleTree tree_;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, PickleValue*> memo_;
};

}  // namespace

PickleTree read_pickle(std::span<const std::byte> pickle) {
  return Machine(pickle).run();
}

}  // namespace relievo::weights
