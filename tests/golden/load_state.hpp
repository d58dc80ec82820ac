#pragma once
#include <filesystem>
#include "plugins/common/named_weights.hpp"
namespace relievo::test {
nets::StateDict load_state(const std::filesystem::path& file);
}
