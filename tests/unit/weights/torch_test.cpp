// Torch's zip files: storages, views, nesting, and what is wrong with the archive around them.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/weights/build_files.hpp"

namespace relievo::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using weights::Checkpoint;
using weights::DType;

std::vector<std::string> names(const Checkpoint& checkpoint) {
  std::vector<std::string> result;
  for (const auto& tensor : checkpoint.tensors()) result.push_back(tensor.name);
  return result;
}

// Adds "name": float tensor of the two elements of storage `key`.
Pickle& pair(Pickle& pickle, const std::string& name, const std::string& key) {
  return pickle.text(name).tensor("FloatStorage", key, 2, 0, {2}, {1}).op('s');
}

const auto kPair = bytes_of<float>({1.5F, -2.5F});

TEST(TorchZip, AStateDictIsRead) {
  const auto pickle = Pickle()
                          .ordered_dict()
                          .op('(')
                          .text("b")
                          .tensor("LongStorage", "0", 3, 0, {3}, {1})
                          .text("a")
                          .tensor("FloatStorage", "1", 2, 0, {2}, {1})
                          .raw("u}")
                          .text("_metadata")
                          .ordered_dict()
                          .raw("sb")
                          .done();
  const auto file = torch_file(pickle, {bytes_of<std::int64_t>({1, -2, 3}), kPair});
  const auto checkpoint = Checkpoint::from_memory(as_bytes(file), "file");
  EXPECT_EQ(checkpoint.format(), weights::Format::torch_zip);
  EXPECT_THAT(names(checkpoint), ElementsAre("b", "a"));
  EXPECT_THAT(values<std::int64_t>(checkpoint.tensors()[0]), ElementsAre(1, -2, 3));
  EXPECT_THAT(values<float>(*checkpoint.find("a")), ElementsAre(1.5F, -2.5F));
  for (const auto& tensor : checkpoint.tensors())
    EXPECT_EQ((tensor.bytes.data() - as_bytes(file).data()) % 64, 0) << tensor.name;
  EXPECT_THAT(checkpoint.metadata(), IsEmpty());
}

TEST(TorchZip, ViewsShareTheirStorage) {
  // A 3x4 matrix, its transpose, its last column and a scalar inside it.
  const auto pickle = Pickle()
                          .op('}')
                          .op('(')
                          .text("m")
                          .tensor("IntStorage", "0", 12, 0, {3, 4}, {4, 1})
                          .text("t")
                          .tensor("IntStorage", "0", 12, 0, {4, 3}, {1, 4})
                          .text("column")
                          .tensor("IntStorage", "0", 12, 3, {3}, {4})
                          .text("scalar")
                          .tensor("IntStorage", "0", 12, 6, {}, {})
                          .text("wide")
                          .tensor("IntStorage", "0", 12, 1, {2, 3}, {0, 1})
                          .text("empty")
                          .tensor("IntStorage", "0", 12, 12, {0, 4}, {4, 1})
                          .op('u')
                          .done();
  std::vector<std::int32_t> numbers(12);
  for (int i = 0; i < 12; ++i) numbers[static_cast<std::size_t>(i)] = i;
  const auto file = torch_file(pickle, {bytes_of(numbers)});
  const auto checkpoint = Checkpoint::from_memory(as_bytes(file), "file");
  const auto read = [&](const char* name) {
    return values<std::int32_t>(*checkpoint.find(name));
  };
  EXPECT_EQ(read("m"), numbers);
  EXPECT_THAT(read("t"), ElementsAre(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11));
  EXPECT_THAT(read("column"), ElementsAre(3, 7, 11));
  EXPECT_THAT(read("scalar"), ElementsAre(6));
  EXPECT_THAT(read("wide"), ElementsAre(1, 2, 3, 1, 2, 3));
  EXPECT_THAT(read("empty"), IsEmpty());
  EXPECT_TRUE(checkpoint.find("m")->contiguous());
  EXPECT_FALSE(checkpoint.find("t")->contiguous());
  EXPECT_EQ(checkpoint.find("column")->bytes.size(), 9U * 4);
  EXPECT_EQ(checkpoint.find("wide")->bytes.size(), 3U * 4);
}

TEST(TorchZip, AWrappedStateDictHasItsOwnNames) {
  auto pickle = Pickle()
                    .op('}')
                    .text("epoch")
                    .number(3)
                    .op('s')
                    .text("lr")
                    .op('G')
                    .raw(std::string("\x3f\x50\x62\x4d\xd2\xf1\xa9\xfc", 8))
                    .op('s');
  pickle.text("state_dict").ordered_dict();
  pair(pickle, "x.w", "0").op('s').text("best").raw("\x88s");
  const auto file = torch_file(pickle.done(), {kPair});
  const auto checkpoint = Checkpoint::from_memory(as_bytes(file), "file");
  EXPECT_THAT(names(checkpoint), ElementsAre("x.w"));
  EXPECT_THAT(checkpoint.metadata(),
              ElementsAre(Pair("", "state_dict"), Pair("best", "true"), Pair("epoch", "3"),
                          Pair("lr", HasSubstr("0.001"))));
}

// {"model": {"w"}, "optimizer": {"state": {0: {"m"}}}}
std::string training_file() {
  auto pickle = Pickle().op('}').text("model").op('}');
  pair(pickle, "w", "0").op('s').text("optimizer").op('}').text("state").op('}').number(0).op('}');
  pair(pickle, "m", "1").raw("sss");
  return torch_file(pickle.done(), {kPair, kPair});
}

TEST(TorchZip, SeveralDictsOfTensorsKeepTheirKeysInTheNames) {
  const auto file = training_file();
  EXPECT_THAT(names(Checkpoint::from_memory(as_bytes(file), "file")),
              ElementsAre("model.w", "optimizer.state.0.m"));
}

TEST(TorchZip, ARootChoosesOneOfThem) {
  const auto file = training_file();
  EXPECT_THAT(names(Checkpoint::from_memory(as_bytes(file), "file", {.root = "model"})),
              ElementsAre("w"));
  EXPECT_THAT(names(Checkpoint::from_memory(as_bytes(file), "file", {.root = "optimizer.state"})),
              ElementsAre("0.m"));
  EXPECT_THAT(
      error_of(file, {.root = "ema"}),
      HasSubstr("has no tensors under 'ema'; the keys there that hold some: 'model', 'optimizer'"));
}

TEST(TorchZip, StateDictWinsOverOthersBesideIt) {
  auto pickle = Pickle().op('}').text("ema").op('}');
  pair(pickle, "w", "0").op('s').text("state_dict").op('}');
  pair(pickle, "v", "0").op('s');
  const auto file = torch_file(pickle.done(), {kPair});
  EXPECT_THAT(names(Checkpoint::from_memory(as_bytes(file), "file")), ElementsAre("v"));
}

TEST(TorchZip, ListsAndSingleTensorsHaveNumbersAndNoName) {
  auto list = Pickle().op(']');
  list.tensor("FloatStorage", "0", 2, 0, {2}, {1}).op('a');
  const auto file = torch_file(list.done(), {kPair});
  EXPECT_THAT(names(Checkpoint::from_memory(as_bytes(file), "file")), ElementsAre("0"));
  const auto single =
      torch_file(Pickle().tensor("FloatStorage", "0", 2, 0, {2}, {1}).done(), {kPair});
  EXPECT_THAT(names(Checkpoint::from_memory(as_bytes(single), "file")), ElementsAre(""));
}

std::string dict_of(const std::function<void(Pickle&)>& fill) {
  auto pickle = Pickle().op('}');
  fill(pickle);
  return pickle.done();
}

std::string good_pickle() {
  return dict_of([](Pickle& p) { pair(p, "w", "0"); });
}

struct Fault {
  std::string name;
  std::string file;
  std::string message;
};

class TorchFaults : public ::testing::TestWithParam<Fault> {};

TEST_P(TorchFaults, GiveTheirOwnLine) {
  const auto error = error_of(GetParam().file);
  EXPECT_THAT(error, HasSubstr(GetParam().message));
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

std::string changed(const std::string& entry, const std::string& data) {
  auto items = torch_items(good_pickle(), {kPair});
  for (auto& item : items)
    if (item.name == entry) item.data = data;
  return zip_file(items);
}

std::string with(const ZipItem& extra) {
  auto items = torch_items(good_pickle(), {kPair});
  items.push_back(extra);
  return zip_file(items);
}

std::string tensor_file(std::int64_t offset, const std::vector<std::int64_t>& shape,
                        const std::vector<std::int64_t>& strides) {
  return torch_file(dict_of([&](Pickle& p) {
                      p.text("w").tensor("FloatStorage", "0", 2, offset, shape, strides).op('s');
                    }),
                    {kPair});
}

INSTANTIATE_TEST_SUITE_P(
    TorchZip, TorchFaults,
    ::testing::Values(
        Fault{"NoPickle", zip_file({{"a/b", "c"}}),
              "is a zip archive without a checkpoint (no entry 'data.pkl'"},
        Fault{"NumpyArchive", zip_file({{"w.npy", "c"}}), "is an archive of NumPy arrays (.npz)"},
        Fault{"TorchScript", with({"model/constants.pkl", "x"}),
              "is a TorchScript program, not a state dict; in Python: "
              "torch.save(torch.jit.load(file)"},
        Fault{"TwoPickles", with({"other/data.pkl", "x"}), "has two checkpoints in one archive"},
        Fault{"Version", changed("model/version", "11\n"),
              "has the archive version '11'; 1 to 10 can be read"},
        Fault{"NoVersion", zip_file({{"model/data.pkl", good_pickle()}}), "has no entry 'version'"},
        Fault{"BigEndian", changed("model/byteorder", "big"),
              "was written on a big-endian machine"},
        Fault{"ByteOrder", changed("model/byteorder", "middle"), "has the byte order 'middle'"},
        Fault{"StorageMissing", torch_file(good_pickle(), {}),
              "tensor 'w' lies in entry 'data/0', which the archive lacks"},
        Fault{"StorageShort", torch_file(good_pickle(), {"1234567"}),
              "tensor 'w' lies in entry 'data/0', which should have 8 bytes and has 7"},
        Fault{"PastTheStorage", tensor_file(0, {3}, {1}),
              "tensor 'w' of shape [3], strides [1] and offset 0 reaches past its storage of 2 "
              "elements"},
        Fault{"OffsetPastTheStorage", tensor_file(2, {}, {}),
              "reaches past its storage of 2 elements"},
        Fault{"StridesPastTheStorage", tensor_file(0, {2, 2}, {1, 1}), "reaches past its storage"},
        Fault{"ReachOverflows", tensor_file(0, {3}, {INT64_MAX}), "reaches past its storage"},
        Fault{"OffsetOverflows", tensor_file(INT64_MAX, {2}, {INT64_MAX}),
              "reaches past its storage"},
        Fault{"Executes",
              torch_file(Pickle().global("posix", "system").text("id").raw("\x85R").done(), {}),
              "file: its pickle (data.pkl) refers to 'posix.system' at offset 2, which plain "
              "tensors do not need; "
              "nothing was executed."},
        Fault{"PickleBroken", torch_file("\x80\x02", {}),
              "its pickle (data.pkl) is broken: it ends without an end mark at offset 2"},
        Fault{"SameNameTwice",
              torch_file(dict_of([](Pickle& p) { pair(pair(p, "w", "0"), "w", "0"); }), {kPair}),
              "has two tensors named 'w'"},
        Fault{"KeyIsNoName",
              torch_file(dict_of([](Pickle& p) {
                           p.op('N').tensor("FloatStorage", "0", 2, 0, {2}, {1}).op('s');
                         }),
                         {kPair}),
              "has a key that is neither text nor a whole number"},
        Fault{"HoldsItself",
              torch_file(Pickle()
                             .raw("}q")
                             .raw(std::string(1, '\0'))
                             .text("a")
                             .raw("h")
                             .raw(std::string(1, '\0'))
                             .raw("s")
                             .done(),
                         {}),
              "dicts nest more than 32 deep at 'a.a"}),
    [](const auto& test) { return test.param.name; });

TEST(TorchZip, DictsThatHoldEachOtherManyTimesHaveAnEnd) {
  // Each of 25 levels holds the one below three times: 3^25 paths in half a kilobyte.
  auto pickle = Pickle().raw("]").raw("q\x01");
  for (int level = 0; level < 25; ++level)
    pickle.raw(
        "0](h\x01h\x01h\x01"
        "eq\x01");
  EXPECT_THAT(error_of(torch_file(pickle.done(), {})), HasSubstr("there is no end to them"));
}

}  // namespace
}  // namespace relievo::test
