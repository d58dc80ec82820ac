// Limits of control groups, read from made-up /proc and /sys folders.
#include "core/host/container_limits.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "core/host/machine.hpp"
#include "tests/support/paths.hpp"

namespace relievo::host {
namespace {

namespace fs = std::filesystem;

class ContainerLimitsTest : public ::testing::Test {
 protected:
  void write(const fs::path& file, const std::string& text) const {
    fs::create_directories((system_ / file).parent_path());
    std::ofstream(system_ / file) << text;
  }
  fs::path system_ = test::temporary_dir();
};

TEST_F(ContainerLimitsTest, AreAbsentWithoutControlGroups) {
  const auto limits = container_limits(system_);
  EXPECT_FALSE(limits.memory);
  EXPECT_FALSE(limits.cpus);
}

TEST_F(ContainerLimitsTest, OfVersion2AreTheTightestOnTheWayUp) {
  write("proc/self/cgroup", "0::/box/inner\n");
  write("sys/fs/cgroup/box/inner/memory.max", "max\n");
  write("sys/fs/cgroup/box/inner/cpu.max", "300000 100000\n");
  write("sys/fs/cgroup/box/memory.max", "2147483648\n");
  write("sys/fs/cgroup/box/cpu.max", "150000 100000\n");
  const auto limits = container_limits(system_);
  EXPECT_EQ(limits.memory, 2147483648U);
  EXPECT_EQ(limits.cpus, 1.5);
}

TEST_F(ContainerLimitsTest, MaxMeansNone) {
  write("proc/self/cgroup", "0::/\n");
  write("sys/fs/cgroup/memory.max", "max\n");
  write("sys/fs/cgroup/cpu.max", "max 100000\n");
  const auto limits = container_limits(system_);
  EXPECT_FALSE(limits.memory);
  EXPECT_FALSE(limits.cpus);
}

// Docker shows the host's path and mounts the container's own group as the root.
TEST_F(ContainerLimitsTest, OfTheMountedRootHoldWhereThePathIsTheHosts) {
  write("proc/self/cgroup", "0::/docker/0123456789ab\n");
  write("sys/fs/cgroup/memory.max", "1073741824\n");
  write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  const auto limits = container_limits(system_);
  EXPECT_EQ(limits.memory, 1073741824U);
  EXPECT_EQ(limits.cpus, 2.0);
}

TEST_F(ContainerLimitsTest, OfVersion1AreReadFromEachController) {
  write("proc/self/cgroup", "5:memory:/box\n4:cpu,cpuacct:/box\n1:name=systemd:/box\n");
  write("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "536870912\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  write("sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "50000\n");
  write("sys/fs/cgroup/cpu/box/cpu.cfs_period_us", "100000\n");
  write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  const auto limits = container_limits(system_);
  EXPECT_EQ(limits.memory, 536870912U);
  EXPECT_EQ(limits.cpus, 0.5);
}

TEST_F(ContainerLimitsTest, DamagedFilesAreNoLimit) {
  write("proc/self/cgroup", "rubbish\n0::/box\n");
  write("sys/fs/cgroup/box/memory.max", "\n");
  write("sys/fs/cgroup/box/cpu.max", "12 0\n");
  const auto limits = container_limits(system_);
  EXPECT_FALSE(limits.memory);
  EXPECT_FALSE(limits.cpus);
}

TEST(Machine, HasACpuAndMemoryWhateverTheLimits) {
  EXPECT_GE(usable_cpus(), 1U);
  EXPECT_GT(usable_memory(), 0U);
}

}  // namespace
}  // namespace relievo::host
