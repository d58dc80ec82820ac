// safetensors: what the format allows is read, each rule of it that is broken gives its own line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/weights/build_files.hpp"

namespace relievo::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using weights::Checkpoint;
using weights::DType;

std::string one(const std::string& entry, const std::string& data) {
  return safetensors_file("{" + entry + "}", data);
}

TEST(Safetensors, TensorsAreReadInTheOrderOfTheirData) {
  const auto data = bytes_of<float>({1, 2, 3, 4, 5, 6}) + bytes_of<std::int64_t>({-7});
  const auto file = safetensors_file("{" + header_entry("z.scalar", "I64", "[]", 24, 32) + "," +
                                         header_entry("a.weight", "F32", "[2,3]", 0, 24) + "}   ",
                                     data);
  const auto checkpoint = Checkpoint::from_memory(as_bytes(file), "file");
  EXPECT_EQ(checkpoint.format(), weights::Format::safetensors);
  ASSERT_EQ(checkpoint.tensors().size(), 2U);
  const auto& weight = checkpoint.tensors()[0];
  EXPECT_EQ(weight.name, "a.weight");
  EXPECT_EQ(weight.dtype, DType::f32);
  EXPECT_THAT(weight.shape, ElementsAre(2, 3));
  EXPECT_THAT(weight.strides, ElementsAre(3, 1));
  EXPECT_TRUE(weight.contiguous());
  EXPECT_THAT(values<float>(weight), ElementsAre(1, 2, 3, 4, 5, 6));
  const auto* scalar = checkpoint.find("z.scalar");
  ASSERT_NE(scalar, nullptr);
  EXPECT_THAT(scalar->shape, IsEmpty());
  EXPECT_THAT(values<std::int64_t>(*scalar), ElementsAre(-7));
  EXPECT_EQ(checkpoint.find("z"), nullptr);
}

TEST(Safetensors, BytesAreTheFilesOwn) {
  const auto file = one(header_entry("a", "U8", "[4]", 0, 4), "abcd");
  const auto checkpoint = Checkpoint::from_memory(as_bytes(file), "file");
  EXPECT_EQ(reinterpret_cast<const char*>(checkpoint.tensors()[0].bytes.data()),
            file.data() + file.size() - 4);
}

TEST(Safetensors, EveryElementTypeOfTheFormatIsKnown) {
  const std::vector<std::pair<std::string, DType>> types{
      {"BOOL", DType::boolean},    {"U8", DType::u8},
      {"I8", DType::i8},           {"F8_E5M2", DType::f8_e5m2},
      {"F8_E4M3", DType::f8_e4m3}, {"F8_E8M0", DType::f8_e8m0},
      {"I16", DType::i16},         {"U16", DType::u16},
      {"F16", DType::f16},         {"BF16", DType::bf16},
      {"I32", DType::i32},         {"U32", DType::u32},
      {"F32", DType::f32},         {"C64", DType::c64},
      {"F64", DType::f64},         {"I64", DType::i64},
      {"U64", DType::u64},         {"F8_E4M3FNUZ", DType::f8_e4m3fnuz},
      {"F4", DType::f4},           {"F8_E5M2FNUZ", DType::f8_e5m2fnuz},
      {"F6_E2M3", DType::f6_e2m3}, {"F6_E3M2", DType::f6_e3m2}};
  for (const auto& [name, type] : types) {
    // 8 elements end on a whole byte for the packed types, too.
    const auto size = weights::bits_of(type);
    const auto file = one(header_entry("t", name, "[8]", 0, size), std::string(size, 'x'));
    const auto checkpoint = Checkpoint::from_memory(as_bytes(file), "file");
    EXPECT_EQ(checkpoint.tensors()[0].dtype, type) << name;
    EXPECT_EQ(checkpoint.tensors()[0].bytes.size(), size) << name;
  }
}

TEST(Safetensors, MetadataAndEscapedNamesAreText) {
  const auto file = safetensors_file(
      R"({"__metadata__":{"format":"pt","é":"\u00fc"},"a\u002eb":{"shape":[0,3],"dtype":"F16","data_offsets":[0,0]}})",
      "");
  const auto checkpoint = Checkpoint::from_memory(as_bytes(file), "file");
  EXPECT_THAT(checkpoint.metadata(), ElementsAre(std::pair("format", "pt"), std::pair("é", "ü")));
  const auto* empty = checkpoint.find("a.b");
  ASSERT_NE(empty, nullptr);
  EXPECT_EQ(empty->element_count(), 0);
  EXPECT_THAT(empty->bytes, IsEmpty());
}

TEST(Safetensors, AFileWithoutTensorsIsOne) {
  EXPECT_THAT(error_of(safetensors_file("{}", "")), IsEmpty());
  EXPECT_THAT(error_of(safetensors_file(R"({"__metadata__":null})", "")), IsEmpty());
}

TEST(Safetensors, FieldsThatAreNotKnownAreIgnored) {
  const auto file = one(
      R"("a":{"dtype":"U8","note":{"x":[1,{"y":null}]},"shape":[1],"data_offsets":[0,1],"v":1.5})",
      "x");
  EXPECT_THAT(error_of(file), IsEmpty());
}

struct Wrong {
  std::string name;
  std::string file;
  std::string message;
};

class SafetensorsFaults : public ::testing::TestWithParam<Wrong> {};

TEST_P(SafetensorsFaults, GiveTheirOwnLine) {
  const auto error = error_of(GetParam().file);
  EXPECT_THAT(error, HasSubstr(GetParam().message));
  EXPECT_TRUE(error.starts_with("file: ")) << error;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

std::string deep(int levels) {
  std::string text = "\"a\":{\"x\":";
  for (int i = 0; i < levels; ++i) text += "[";
  return text;
}

const auto kOne = header_entry("a", "U8", "[4]", 0, 4);

INSTANTIATE_TEST_SUITE_P(
    Header, SafetensorsFaults,
    ::testing::Values(
        Wrong{"TooLong", little<std::uint64_t>(100'000'001) + "{}", "past the format's limit"},
        Wrong{"LengthOverflows", little<std::uint64_t>(UINT64_MAX) + "{}",
              "past the format's limit"},
        Wrong{"CutInHeader", little<std::uint64_t>(500) + "{}",
              "the header should have 500 bytes, but the file ends after 2; it was cut short"},
        Wrong{"NotJson", safetensors_file("{\"a\":}", ""), "not valid JSON at byte 13"},
        Wrong{"TextBehind", safetensors_file("{} x", ""), "not valid JSON at byte 11"},
        Wrong{"NotUtf8", safetensors_file("{\"\xff\":1}", ""), "not UTF-8 at byte 10"},
        Wrong{"OverlongUtf8", safetensors_file("{\"\xc0\xaf\":1}", ""), "not UTF-8 at byte 10"},
        Wrong{"NestedDeep", safetensors_file("{" + deep(100'000), ""),
              "nested too deep in tensor 'a'"},
        Wrong{"MetadataOfNumbers", safetensors_file(R"({"__metadata__":{"a":1}})", ""),
              "a number in '__metadata__' at 'a', where only text may stand"},
        Wrong{"MetadataNested", safetensors_file(R"({"__metadata__":{"a":{}}})", ""),
              "an object in '__metadata__' at 'a'"},
        Wrong{"MetadataTwice", safetensors_file(R"({"__metadata__":{},"__metadata__":{}})", ""),
              "'__metadata__' stands there twice"},
        Wrong{"MetadataKeyTwice", safetensors_file(R"({"__metadata__":{"k":"1","k":"2"}})", ""),
              "the key 'k' of '__metadata__' stands there twice"},
        Wrong{"TensorIsANumber", safetensors_file(R"({"a":1})", ""),
              "a number in place of the description of 'a'"},
        Wrong{"TensorIsAnArray", safetensors_file(R"({"a":[]})", ""),
              "an array in place of the description of 'a'"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Entry, SafetensorsFaults,
    ::testing::Values(
        Wrong{"NameTwice", one(kOne + "," + kOne, "abcd"), "tensor 'a' is described twice"},
        Wrong{"TypeUnknown", one(header_entry("a", "F128", "[1]", 0, 16), std::string(16, 'x')),
              "tensor 'a' has the unknown dtype 'F128'"},
        Wrong{"TypeMissing", one(R"("a":{"shape":[1],"data_offsets":[0,1]})", "x"),
              "tensor 'a' has no 'dtype'"},
        Wrong{"ShapeMissing", one(R"("a":{"dtype":"U8","data_offsets":[0,1]})", "x"),
              "tensor 'a' has no 'shape'"},
        Wrong{"PlaceMissing", one(R"("a":{"dtype":"U8","shape":[1]})", "x"),
              "tensor 'a' has no 'data_offsets'"},
        Wrong{"FieldTwice",
              one(R"("a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]})", "x"),
              "'dtype' of tensor 'a' stands there twice"},
        Wrong{"ThreeOffsets", one(R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]})", "x"),
              "'data_offsets' of tensor 'a' has 3 numbers; it must have 2"},
        Wrong{"NegativeSize", one(header_entry("a", "U8", "[-1]", 0, 1), "x"),
              "the negative number -1 in 'shape' of tensor 'a'"},
        Wrong{"FractionalSize", one(header_entry("a", "U8", "[1.0]", 0, 1), "x"),
              "the number 1.0 (whole numbers below 2^64 are meant) in 'shape'"},
        Wrong{"SizeIsText", one(header_entry("a", "U8", "[\"1\"]", 0, 1), "x"),
              "text in 'shape' of tensor 'a'"},
        Wrong{"ShapeIsNumber", one(header_entry("a", "U8", "1", 0, 1), "x"),
              "a number in 'shape' of tensor 'a'"},
        Wrong{"SizeOverflows", one(header_entry("a", "U8", "[4294967296,4294967296]", 0, 0), ""),
              "has no size in whole bytes that a file could hold"},
        Wrong{"OverflowHiddenByZero",
              one(header_entry("a", "U8", "[4294967296,4294967296,0]", 0, 0), ""),
              "has no size in whole bytes that a file could hold"},
        Wrong{"HalfAByte", one(header_entry("a", "F4", "[3]", 0, 2), "xy"),
              "'a' of type f4 and shape [3] has no size in whole bytes"},
        Wrong{"ShapeAgainstSpan", one(header_entry("a", "F32", "[2,2]", 0, 8), std::string(8, 'x')),
              "tensor 'a' of type f32 and shape [2, 2] needs 16 bytes, but the header gives it 8"},
        Wrong{"EndsBeforeBegin", one(header_entry("a", "U8", "[0]", 4, 2), "abcd"),
              "tensor 'a' ends before it begins (bytes 4 to 2)"},
        Wrong{"CutInData", one(header_entry("a", "U8", "[9]", 0, 9), "abcd"),
              "tensor 'a' lies at bytes 0 to 9 of the data, but the file ends at 4; it was cut "
              "short"},
        Wrong{"Overlap", one(kOne + "," + header_entry("b", "U8", "[4]", 3, 7), "abcdefg"),
              "tensor 'b' begins at byte 3 of the data, inside tensor 'a'"},
        Wrong{"Hole", one(kOne + "," + header_entry("b", "U8", "[2]", 5, 7), "abcdefg"),
              "bytes 4 to 5 of the data, before tensor 'b', belong to no tensor"},
        Wrong{"HoleAtTheStart", one(header_entry("b", "U8", "[2]", 1, 3), "abc"),
              "bytes 0 to 1 of the data, before tensor 'b'"},
        Wrong{"BytesBehind", one(kOne, "abcdefg"), "the last 3 bytes belong to no tensor"}),
    [](const auto& test) { return test.param.name; });

TEST(Safetensors, ALongHostileNameIsShortenedAndHasNoControlCharacters) {
  const auto error = error_of(
      one(header_entry("\\n\\u001b[31m" + std::string(100'000, 'n'), "F9", "[1]", 0, 1), "x"));
  EXPECT_LT(error.size(), 500U);
  EXPECT_THAT(error, HasSubstr("\\x0a\\x1b[31mnnn"));
}

TEST(Safetensors, MoreThan64DimensionsAreRefused) {
  std::string shape = "[0";
  for (int i = 0; i < 64; ++i) shape += ",1";
  EXPECT_THAT(error_of(one(header_entry("a", "U8", shape + "]", 0, 0), "")),
              HasSubstr("tensor 'a' has more than 64 dimensions"));
}

TEST(Safetensors, ARootHasNoMeaning) {
  EXPECT_THAT(error_of(one(kOne, "abcd"), {.root = "state_dict"}),
              HasSubstr("has no dicts to choose 'state_dict' from"));
}

}  // namespace
}  // namespace relievo::test
