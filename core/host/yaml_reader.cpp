// The only file that sees yaml-cpp: from its nodes to settings with places.
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include <yaml-cpp/yaml.h>

#include "core/host/setting.hpp"

namespace relievo::host {
namespace {

// Aliases let a few lines unfold into billions of nodes; no config of people comes near this.
constexpr int kMaxNodes = 100000;
constexpr int kMaxDepth = 64;

class Reader {
 public:
  explicit Reader(std::shared_ptr<const Origin> origin) : origin_(std::move(origin)) {}

  Setting read(const YAML::Node& node, int depth = 0) {
    Setting setting{place_of(node.Mark()), {}};
    if (++nodes_ > kMaxNodes || depth > kMaxDepth)
      fail_at(setting.place, "the document unfolds into too many values; use fewer aliases");
    switch (node.Type()) {
      case YAML::NodeType::Scalar: setting.value = node.Scalar(); break;
      case YAML::NodeType::Sequence: setting.value = read_list(node, depth); break;
      case YAML::NodeType::Map: setting.value = read_map(node, depth); break;
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined: break;
    }
    return setting;
  }

  [[nodiscard]] Place place_of(const YAML::Mark& mark) const {
    if (mark.is_null()) return {origin_, 0, 0};
    return {origin_, mark.line + 1, mark.column + 1};
  }

 private:
  Setting::List read_list(const YAML::Node& node, int depth) {
    Setting::List list;
    for (const auto& item : node) list.push_back(read(item, depth + 1));
    return list;
  }

  Setting::Map read_map(const YAML::Node& node, int depth) {
    Setting::Map map;
    std::set<std::string> keys;
    for (const auto& entry : node) {
      const auto place = place_of(entry.first.Mark());
      if (!entry.first.IsScalar()) fail_at(place, "a key must be a plain word");
      const auto& key = entry.first.Scalar();
      if (!keys.insert(key).second) fail_at(place, "the key '" + key + "' is there twice");
      map.push_back({key, place, read(entry.second, depth + 1)});
    }
    return map;
  }

  std::shared_ptr<const Origin> origin_;
  int nodes_ = 0;
};

}  // namespace

Setting read_yaml(const std::string& text, const std::string& label,
                  const std::filesystem::path& base) {
  const auto origin = std::make_shared<Origin>(Origin{label, base});
  Reader reader(origin);
  try {
    return reader.read(YAML::Load(text));
  } catch (const YAML::Exception& e) {
    fail_at(reader.place_of(e.mark), "this is not valid YAML: " + e.msg);
  }
}

Setting read_yaml_file(const std::filesystem::path& file) {
  std::error_code fault;
  if (std::filesystem::is_directory(file, fault))
    throw Failure(ExitCode::kUsage, file.string() + ": is a folder, not a config file");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Failure(ExitCode::kUsage, file.string() + ": cannot be read; is the path right?");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto base = std::filesystem::absolute(file, fault).parent_path();
  return read_yaml(text, file.string(), base);
}

}  // namespace relievo::host
