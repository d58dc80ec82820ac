// Memory and energy of a GPU while a child runs, from a fake NVML.
#include "core/bench/device_meter.hpp"

#include <dlfcn.h>

#include <gtest/gtest.h>

#include "tests/unit/bench/fake_nvml.hpp"

namespace relievo::bench {
namespace {

class DeviceMeterTest : public ::testing::Test {
 protected:
  // The library stays loaded, so that its state is the one that the meter sees.
  DeviceMeterTest() {
    auto* library = dlopen(RLV_FAKE_NVML, RTLD_NOW | RTLD_LOCAL);
    auto* state = reinterpret_cast<test::FakeNvml* (*)()>(dlsym(library, "fake_nvml_state"));
    nvml_ = state();
    *nvml_ = {};
    nvml_->pid = 77;
  }

  test::FakeNvml* nvml_ = nullptr;
};

TEST_F(DeviceMeterTest, TellsWhatIsThere) {
  const DeviceMeter meter({RLV_FAKE_NVML});
  const auto devices = meter.devices();
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].name, "Test GPU");
  EXPECT_EQ(devices[0].driver, "1.2");
  EXPECT_EQ(devices[0].memory_bytes, 80'000'000'000U);
}

TEST_F(DeviceMeterTest, PeakMemoryIsTheChildsOwn) {
  DeviceMeter meter({RLV_FAKE_NVML});
  nvml_->used = 6'000'000;
  meter.begin();
  for (const unsigned long long own : {1'000'000ULL, 3'000'000ULL, 2'000'000ULL}) {
    nvml_->own = own;
    nvml_->used = 9'000'000;  // of others, too
    meter.look(77);
  }
  EXPECT_EQ(meter.end().peak_bytes, 3'000'000U);
}

TEST_F(DeviceMeterTest, WhereProcessesAreNotToldApartItIsWhatBecameUsed) {
  nvml_->tells_processes = false;
  DeviceMeter meter({RLV_FAKE_NVML});
  nvml_->used = 6'000'000;
  meter.begin();
  for (const unsigned long long used : {7'000'000ULL, 9'500'000ULL, 5'000'000ULL}) {
    nvml_->used = used;
    meter.look(77);
  }
  EXPECT_EQ(meter.end().peak_bytes, 3'500'000U);
}

TEST_F(DeviceMeterTest, EnergyIsTheDifferenceOfTheCounter) {
  DeviceMeter meter({RLV_FAKE_NVML});
  nvml_->millijoules = 5'000'000;
  meter.begin();
  nvml_->millijoules = 5'012'500;
  const auto use = meter.end();
  ASSERT_TRUE(use.energy_j);
  EXPECT_NEAR(*use.energy_j, 12.5, 1e-9);
  EXPECT_FALSE(use.peak_bytes) << "nothing was used";
}

TEST_F(DeviceMeterTest, ADeviceWithoutACounterTellsNoEnergy) {
  DeviceMeter meter({RLV_FAKE_NVML});
  meter.begin();
  EXPECT_FALSE(meter.end().energy_j);
}

TEST_F(DeviceMeterTest, WithoutTheLibraryOrADeviceEverythingIsEmpty) {
  nvml_->devices = 0;
  for (const std::string library : {RLV_FAKE_NVML, "libnowhere.so"}) {
    DeviceMeter meter({library});
    EXPECT_TRUE(meter.devices().empty());
    meter.begin();
    meter.look(77);
    const auto use = meter.end();
    EXPECT_FALSE(use.peak_bytes);
    EXPECT_FALSE(use.energy_j);
  }
}

TEST_F(DeviceMeterTest, ADriverThatDoesNotStartIsNone) {
  nvml_->init_result = 9;  // NVML_ERROR_DRIVER_NOT_LOADED
  EXPECT_TRUE(DeviceMeter({RLV_FAKE_NVML}).devices().empty());
}

}  // namespace
}  // namespace relievo::bench
