// The pickle machine: plain data of all protocols is read, whatever could call something is refused
// by name and offset.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/weights/pickle.hpp"
#include "tests/unit/weights/build_files.hpp"

namespace relievo::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = weights::PickleValue::Kind;

struct Failure {
  std::string message;
  bool refused = false;  // for what it asks, not for damage
};

Failure failure_of(const std::string& pickle) {
  try {
    (void)weights::read_pickle(as_bytes(pickle));
  } catch (const weights::PickleRefused& refused) {
    return {refused.what(), true};
  } catch (const weights::PickleFault& fault) {
    return {fault.what(), false};
  }
  return {};
}

TEST(PickleMachine, PlainDataOfEveryKindIsRead) {
  // What pickle.dumps makes of {'a': [None, True, False, 1, -2, 70000, 2**40, -1.5, b'xy'], 'b':
  // (1, 2, 3, 4), 'c': set()}
  const auto pickle = Pickle(4)
                          .op('\x95')
                          .raw(little<std::uint64_t>(20))
                          .op('}')
                          .op('\x94')
                          .op('(')
                          .op('\x8c')
                          .raw(
                              "\x01"
                              "a")
                          .op('\x94')
                          .op(']')
                          .op('\x94')
                          .raw("(N\x88\x89")
                          .number(1)
                          .number(-2)
                          .raw("M\x70\x11")
                          .number(1LL << 40)
                          .op('G')
                          .raw(std::string("\xbf\xf8\0\0\0\0\0\0", 8))
                          .op('C')
                          .raw("\x02xy")
                          .op('e')
                          .op('X')
                          .raw(little<std::uint32_t>(1) + "b")
                          .op('(')
                          .number(1)
                          .number(2)
                          .number(3)
                          .number(4)
                          .op('t')
                          .op('\x8d')
                          .raw(little<std::uint64_t>(1) + "c")
                          .raw("\x8f(\x90")
                          .op('u')
                          .done();
  const auto tree = weights::read_pickle(as_bytes(pickle));
  ASSERT_EQ(tree.root->kind, Kind::dict);
  ASSERT_EQ(tree.root->items.size(), 6U);
  EXPECT_EQ(tree.root->items[0]->text, "a");
  const auto& list = *tree.root->items[1];
  ASSERT_EQ(list.kind, Kind::list);
  ASSERT_EQ(list.items.size(), 9U);
  EXPECT_EQ(list.items[0]->kind, Kind::none);
  EXPECT_EQ(list.items[1]->integer, 1);
  EXPECT_EQ(list.items[2]->kind, Kind::boolean);
  EXPECT_EQ(list.items[3]->integer, 1);
  EXPECT_EQ(list.items[4]->integer, -2);
  EXPECT_EQ(list.items[5]->integer, 0x1170);
  EXPECT_EQ(list.items[6]->integer, 1LL << 40);
  EXPECT_EQ(list.items[7]->real, -1.5);
  EXPECT_EQ(list.items[8]->text, "xy");
  EXPECT_EQ(tree.root->items[3]->items.size(), 4U);
  EXPECT_EQ(tree.root->items[5]->kind, Kind::list);
}

TEST(PickleMachine, NegativeNumbersOfAnyLengthKeepTheirSign) {
  const auto read = [](const std::string& digits) {
    const auto pickle =
        Pickle().op('\x8a').raw(little(static_cast<std::uint8_t>(digits.size())) + digits).done();
    return weights::read_pickle(as_bytes(pickle)).root->integer;
  };
  EXPECT_EQ(read(""), 0);
  EXPECT_EQ(read("\xff"), -1);
  EXPECT_EQ(read("\x01\x80"), -32767);
  EXPECT_EQ(read(std::string("\xff\x00", 2)), 255);
  EXPECT_EQ(read("\xff\xff\xff\xff\xff\xff\xff\x7f"), INT64_MAX);
}

TEST(PickleMachine, RememberedValuesAreTheSame) {
  const auto tree_bytes =
      Pickle()
          .raw("]q\x05(h\x05")
          .number(7)
          .raw("\x85r" + little<std::uint32_t>(70000) + "j" + little<std::uint32_t>(70000) + "e")
          .done();
  const auto tree = weights::read_pickle(as_bytes(tree_bytes));
  ASSERT_EQ(tree.root->items.size(), 3U);
  EXPECT_EQ(tree.root->items[0], tree.root);
  EXPECT_EQ(tree.root->items[1], tree.root->items[2]);
}

TEST(PickleMachine, ATensorIsDescribed) {
  const auto pickle = Pickle().tensor("HalfStorage", "12", 100, 5, {2, 3}, {1, 2}).done();
  const auto tree = weights::read_pickle(as_bytes(pickle));
  ASSERT_EQ(tree.root->kind, Kind::tensor);
  const auto& tensor = *tree.root->tensor;
  EXPECT_EQ(tensor.storage, "12");
  EXPECT_EQ(tensor.dtype, weights::DType::f16);
  EXPECT_EQ(tensor.storage_bytes, 200U);
  EXPECT_EQ(tensor.offset, 5U);
  EXPECT_THAT(tensor.shape, ElementsAre(2, 3));
  EXPECT_THAT(tensor.strides, ElementsAre(1, 2));
}

TEST(PickleMachine, ParametersAndTypedTensorsAreTensors) {
  const auto parameter = Pickle()
                             .global("torch._utils", "_rebuild_parameter")
                             .op('(')
                             .tensor("FloatStorage", "0", 4, 0, {4}, {1})
                             .op('\x88')
                             .ordered_dict()
                             .raw("tR")
                             .done();
  EXPECT_EQ(weights::read_pickle(as_bytes(parameter)).root->tensor->shape,
            std::vector<std::int64_t>{4});
  const auto typed = Pickle()
                         .global("torch._utils", "_rebuild_tensor_v3")
                         .op('(')
                         .op('(')
                         .text("storage")
                         .global("torch.storage", "UntypedStorage")
                         .text("0")
                         .text("cpu")
                         .number(8)
                         .raw("tQ")
                         .number(0)
                         .numbers({4})
                         .numbers({1})
                         .op('\x89')
                         .ordered_dict()
                         .global("torch", "uint16")
                         .raw("tR")
                         .done();
  const auto tree = weights::read_pickle(as_bytes(typed));
  EXPECT_EQ(tree.root->tensor->dtype, weights::DType::u16);
  EXPECT_EQ(tree.root->tensor->storage_bytes, 8U);
}

TEST(PickleMachine, EveryStorageClassHasItsType) {
  const std::vector<std::pair<std::string, weights::DType>> classes{
      {"FloatStorage", weights::DType::f32},        {"HalfStorage", weights::DType::f16},
      {"BFloat16Storage", weights::DType::bf16},    {"DoubleStorage", weights::DType::f64},
      {"LongStorage", weights::DType::i64},         {"IntStorage", weights::DType::i32},
      {"ShortStorage", weights::DType::i16},        {"CharStorage", weights::DType::i8},
      {"ByteStorage", weights::DType::u8},          {"BoolStorage", weights::DType::boolean},
      {"ComplexFloatStorage", weights::DType::c64}, {"ComplexDoubleStorage", weights::DType::c128},
      {"UntypedStorage", weights::DType::u8}};
  for (const auto& [name, type] : classes) {
    const auto pickle = Pickle().tensor(name, "0", 1, 0, {}, {}).done();
    EXPECT_EQ(weights::read_pickle(as_bytes(pickle)).root->tensor->dtype, type) << name;
  }
}

TEST(PickleMachine, BytesOfProtocolTwoAreBytes) {
  const auto pickle =
      Pickle().global("_codecs", "encode").text("y\xc3\xbf").text("latin1").raw("\x86R").done();
  EXPECT_EQ(weights::read_pickle(as_bytes(pickle)).root->kind, Kind::bytes);
}

TEST(PickleMachine, StateOfADictIsDropped) {
  const auto pickle =
      Pickle().ordered_dict().raw("}").text("_metadata").ordered_dict().raw("sb").done();
  const auto tree = weights::read_pickle(as_bytes(pickle));
  EXPECT_EQ(tree.root->kind, Kind::dict);
  EXPECT_THAT(tree.root->items, IsEmpty());
}

struct Refusal {
  std::string name;
  std::string pickle;
  std::string message;
};

class Refused : public ::testing::TestWithParam<Refusal> {};

TEST_P(Refused, IsNamedWithItsOffset) {
  const auto failure = failure_of(GetParam().pickle);
  EXPECT_TRUE(failure.refused);
  EXPECT_THAT(failure.message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Pickle, Refused,
    ::testing::Values(
        Refusal{"Global", Pickle().global("os", "system").text("true").raw("\x85R").done(),
                "refers to 'os.system' at offset 2"},
        Refusal{"StackGlobal", Pickle(4).text("builtins").text("eval").op('\x93').done(),
                "refers to 'builtins.eval' at offset 24"},
        Refusal{"AKnownNameElsewhere", Pickle().global("evil._utils", "_rebuild_tensor_v2").done(),
                "refers to 'evil._utils._rebuild_tensor_v2' at offset 2"},
        Refusal{"QuantisedStorage", Pickle().global("torch", "QInt8Storage").done(),
                "refers to 'torch.QInt8Storage'"},
        Refusal{"Inst", Pickle().raw("(ios\nsystem\n").done(), "uses the opcode INST at offset 3"},
        Refusal{"Obj", Pickle().raw("(o").done(), "uses the opcode OBJ at offset 3"},
        Refusal{"NewObj", Pickle().ordered_dict().raw(")\x81").done(),
                "uses the opcode NEWOBJ at offset 30"},
        Refusal{"NewObjEx", Pickle().raw(")}\x92").done(), "uses the opcode NEWOBJ_EX at offset 4"},
        Refusal{"Extension", Pickle().raw("\x82\x01").done(), "uses the opcode EXT1 at offset 2"},
        Refusal{"TextPersistentId", Pickle().raw("Pid\n").done(),
                "uses the opcode PERSID at offset 2"},
        Refusal{"Buffer", Pickle(5).raw("\x97").done(), "uses the opcode NEXT_BUFFER at offset 2"},
        Refusal{"NoOpcode", Pickle().raw("\x7f").done(), "uses the opcode 0x7f at offset 2"},
        Refusal{"ConjugatedView",
                Pickle()
                    .global("torch._utils", "_rebuild_tensor_v2")
                    .op('(')
                    .storage("ComplexFloatStorage", "0", 1)
                    .number(0)
                    .numbers({})
                    .numbers({})
                    .op('\x89')
                    .ordered_dict()
                    .op('}')
                    .text("conj")
                    .raw("\x88s")
                    .raw("tR")
                    .done(),
                "has a conjugated or negated view of a tensor"}),
    [](const auto& test) { return test.param.name; });

class Broken : public ::testing::TestWithParam<Refusal> {};

TEST_P(Broken, SaysWhereAndWhat) {
  const auto failure = failure_of(GetParam().pickle);
  EXPECT_FALSE(failure.refused);
  EXPECT_THAT(failure.message, HasSubstr(GetParam().message));
  EXPECT_THAT(failure.message, HasSubstr("offset"));
}

Pickle tensor_start() {
  return Pickle().global("torch._utils", "_rebuild_tensor_v2").op('(');
}

INSTANTIATE_TEST_SUITE_P(
    Pickle, Broken,
    ::testing::Values(
        Refusal{"Empty", "", "it ends without an end mark"},
        Refusal{"NoEnd", "\x80\x02N", "it ends without an end mark at offset 3"},
        Refusal{"Protocol", "\x80\x07N.", "pickle protocol 7, not 2 to 5, at offset 0"},
        Refusal{"NothingLeft", Pickle().done(), "it ends with 0 values instead of one"},
        Refusal{"TwoLeft", Pickle().raw("NN").done(), "it ends with 2 values instead of one"},
        Refusal{"MarkLeft", Pickle().raw("N(").done(), "it ends with 1 values instead of one"},
        Refusal{"BytesBehind", Pickle().raw("N").done() + "N",
                "there are 1 bytes behind the end mark"},
        Refusal{"StackEmpty", Pickle().raw("0").done(),
                "opcode POP finds too few values at offset 2"},
        Refusal{"BelowTheMark", Pickle().raw("N(\x85").done(),
                "opcode TUPLE1 finds too few values"},
        Refusal{"NoMark", Pickle().raw("Nt").done(), "opcode TUPLE finds no mark at offset 3"},
        Refusal{"TextTooLong", Pickle().raw("X\xff\xff\xff\xff").done(),
                "opcode BINUNICODE asks for 4294967295 bytes, more than are left, at offset 2"},
        Refusal{"BytesTooLong", Pickle(4).raw("\x8e" + std::string(8, '\xff')).done(),
                "opcode BINBYTES8 asks for 18446744073709551615 bytes"},
        Refusal{"FrameTooLong", Pickle(4).raw("\x95" + std::string(8, '\x7f')).done(),
                "a frame of"},
        Refusal{"NotUtf8", Pickle().text("\xff").done(), "text '\\xff' that is not UTF-8"},
        Refusal{"NeverRemembered", Pickle().raw("h\x09").done(), "value 9 was never remembered"},
        Refusal{"GlobalWithoutEnd",
                "\x80\x02"
                "cos",
                "a name without an end at offset 2"},
        Refusal{"SetOnAList", Pickle().raw("]NNs").done(), "opcode SETITEM is not for this value"},
        Refusal{"AppendToADict", Pickle().raw("}Na").done(), "opcode APPEND is not for this value"},
        Refusal{"KeyWithoutValue", Pickle().raw("}(Nu").done(), "a key without a value"},
        Refusal{"StateOfAList", Pickle().raw("]Nb").done(), "opcode BUILD is not for this value"},
        Refusal{"CallsANumber", Pickle().number(1).raw(")R").done(),
                "opcode REDUCE is not for these values"},
        Refusal{"CallsAStorage", Pickle().global("torch", "FloatStorage").raw(")R").done(),
                "an object made by something that is no function"},
        Refusal{"DictOfArguments",
                Pickle().global("collections", "OrderedDict").number(1).raw("\x85R").done(),
                "an OrderedDict with arguments"},
        Refusal{"ParameterOfNothing",
                Pickle().global("torch._utils", "_rebuild_parameter").raw("(NNNtR").done(),
                "a parameter that is not made of a tensor"},
        Refusal{"IdIsNoStorage", Pickle().number(1).raw("Q").done(),
                "a reference that is not a tensor's storage"},
        Refusal{"StorageNegative", Pickle().storage("FloatStorage", "0", -1).done(),
                "a reference that is not a tensor's storage"},
        Refusal{"StorageOverflows", Pickle().storage("ComplexDoubleStorage", "0", INT64_MAX).done(),
                "a storage of 9223372036854775807 elements"},
        Refusal{"TensorOfTooLittle",
                tensor_start().storage("FloatStorage", "0", 1).raw("tR").done(),
                "a tensor made of 1 things instead of 6"},
        Refusal{"TensorWithoutStorage", tensor_start().raw("NNNNNNtR").done(),
                "a tensor without storage or offset"},
        Refusal{"OffsetNegative", Pickle().tensor("FloatStorage", "0", 1, -1, {1}, {1}).done(),
                "a tensor without storage or offset"},
        Refusal{"SizeNegative", Pickle().tensor("FloatStorage", "0", 1, 0, {-1}, {1}).done(),
                "a tensor whose shape has something else than numbers from 0 up"},
        Refusal{"StrideNegative", Pickle().tensor("FloatStorage", "0", 1, 0, {1}, {-1}).done(),
                "a tensor whose stride has something else than numbers from 0 up"},
        Refusal{"StrideMissing", Pickle().tensor("FloatStorage", "0", 1, 0, {1, 1}, {1}).done(),
                "a tensor of 2 sizes and 1 strides"},
        Refusal{
            "ManyDimensions",
            Pickle()
                .tensor("FloatStorage", "0", 1, 0, std::vector<std::int64_t>(65, 1), {1})
                .done(),
            "a tensor of 65 dimensions"},
        Refusal{"SizeOverflows",
                Pickle().tensor("FloatStorage", "0", 1, 0, {1LL << 40, 1LL << 40}, {0, 0}).done(),
                "a tensor of the impossible shape [1099511627776, 1099511627776]"}),
    [](const auto& test) { return test.param.name; });

TEST(PickleMachine, DeepNestingNeedsNoStack) {
  std::string open(1'000'000, ']');
  std::string close(999'999, 'a');
  EXPECT_THAT(failure_of(Pickle().raw(open + close).done()).message, IsEmpty());
}

TEST(PickleMachine, MemoryHasALimit) {
  EXPECT_THAT(failure_of(Pickle().raw(std::string(3'000'000, '(')).done()).message,
              HasSubstr("more than 2000000 marks"));
  EXPECT_THAT(failure_of(Pickle().raw(std::string(3'000'000, ']')).done()).message,
              HasSubstr("more than 2000000 values"));
  EXPECT_THAT(failure_of(Pickle().raw("N" + std::string(3'000'000, '2')).done()).message,
              HasSubstr("more than 2000000 values wait on the stack"));
  EXPECT_THAT(failure_of(Pickle().raw(std::string(34'000'000, 'N')).done()).message,
              HasSubstr("more than any state dict needs"));
}

}  // namespace
}  // namespace relievo::test
