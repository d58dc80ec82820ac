// The nearest word, and lists as people write them.
#include "core/host/suggest.hpp"

#include <gtest/gtest.h>

namespace relievo::host {
namespace {

const std::vector<std::string> kWords{"precision", "model", "input_size"};

TEST(DidYouMean, FindsASlipOfTheFingers) {
  EXPECT_EQ(did_you_mean("percision", kWords), " (did you mean 'precision'?)");  // swapped
  EXPECT_EQ(did_you_mean("modl", kWords), " (did you mean 'model'?)");           // left out
  EXPECT_EQ(did_you_mean("modell", kWords), " (did you mean 'model'?)");         // one too many
  EXPECT_EQ(did_you_mean("input-size", kWords), " (did you mean 'input_size'?)");
}

TEST(DidYouMean, IsSilentIfNothingIsNear) {
  EXPECT_EQ(did_you_mean("strength", kWords), "");
  EXPECT_EQ(did_you_mean("model", {}), "");
  EXPECT_EQ(did_you_mean("", kWords), "");
}

TEST(DidYouMean, TakesTheNearestOfSeveral) {
  EXPECT_EQ(did_you_mean("stereo.vew", {"stereo.views", "stereo.view"}),
            " (did you mean 'stereo.view'?)");
}

TEST(Listed, ReadsLikeASentence) {
  EXPECT_EQ(listed({}), "none");
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
}

}  // namespace
}  // namespace relievo::host
