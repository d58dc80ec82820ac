#include "tests/golden/load_state.hpp"
#include <fstream>
#include <nlohmann/json.hpp>
namespace relievo::test {
nets::StateDict load_state(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::uint64_t n = 0;
  in.read(reinterpret_cast<char*>(&n), 8);
  std::string h(n, ' ');
  in.read(h.data(), static_cast<std::streamsize>(n));
  const auto j = nlohmann::json::parse(h);
  nets::StateDict out;
  for (const auto& [k, v] : j.items()) {
    if (k == "__metadata__") continue;
    auto t =
        at::empty(v.at("shape").get<std::vector<std::int64_t>>(), at::TensorOptions(at::kFloat));
    in.seekg(static_cast<std::streamoff>(8 + n + v.at("data_offsets")[0].get<std::uint64_t>()));
    in.read(static_cast<char*>(t.data_ptr()), static_cast<std::streamsize>(t.nbytes()));
    out.emplace(k, t);
  }
  return out;
}
}  // namespace relievo::test
