#include "core/host/plugin_library.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

#include <relievo/sdk/error.hpp>

#include "core/host/current_call.hpp"
#include "core/host/failure.hpp"

namespace relievo::host {
namespace {

using EntryPoint = const rlv_plugin*(std::uint32_t, std::uint32_t);

// What 1.0 has up to and including the last field; a struct that is smaller was built from no
// released header.
constexpr std::size_t kPluginSize10 = offsetof(rlv_plugin, runtime) + sizeof(rlv_plugin::runtime);
constexpr std::size_t kNodeTypeSize10 =
    offsetof(rlv_node_type, extension) + sizeof(rlv_node_type::extension);

template <class... Parts>
[[noreturn]] void refuse(const std::filesystem::path& file, const Parts&... parts) {
  throw Failure(ExitCode::kPlugin, concat("plugin '", file.string(), "' ", parts...));
}

// What the system's loader said, out of the wrapping that Boost puts around it, and without the
// file's name once more.
std::string loader_words(std::string text, const std::string& file) {
  constexpr std::string_view kBegin = "dlerror system message: ";
  const auto begin = text.find(kBegin);
  const auto end = text.rfind("): ");
  if (begin != std::string::npos && end != std::string::npos && end > begin)
    text = text.substr(begin + kBegin.size(), end - begin - kBegin.size());
  if (text.starts_with(file + ": ")) text = text.substr(file.size() + 2);
  return text;
}

// The library stays loaded: the objects that would unload theirs are kept to the end, and beyond.
boost::dll::shared_library& open_library(const std::filesystem::path& file) {
  static auto* const opened = new std::vector<std::unique_ptr<boost::dll::shared_library>>;
  try {
    opened->push_back(std::make_unique<boost::dll::shared_library>(
        file.string(), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local));
    return *opened->back();
  } catch (const std::exception& e) {
    refuse(file, "cannot be loaded: ", loader_words(e.what(), file.string()));
  }
}

const rlv_plugin* ask(const std::filesystem::path& file, boost::dll::shared_library& library) {
  if (!library.has("rlv_plugin_get"))
    refuse(file, "exports no rlv_plugin_get: it is no plugin of this program");
  try {
    return library.get<EntryPoint>("rlv_plugin_get")(RLV_ABI_MAJOR, RLV_ABI_MINOR);
  } catch (const std::exception& e) {
    refuse(file, "let an exception escape from rlv_plugin_get(): ", e.what());
  } catch (...) {
    refuse(file, "let an exception escape from rlv_plugin_get()");
  }
}

void check_node_type(const std::filesystem::path& file, const rlv_node_type* type,
                     std::uint32_t index) {
  if (type == nullptr) refuse(file, "has NULL as node type ", index);
  if (type->struct_size < kNodeTypeSize10)
    refuse(file, "has a node type of ", type->struct_size, " bytes where ABI 1.0 has ",
           kNodeTypeSize10, "; rebuild it with relievo/plugin.h");
  if (type->id == nullptr || type->label == nullptr)
    refuse(file, "has no id or label for node type ", index);
  if (type->create == nullptr || type->plan == nullptr || type->open == nullptr ||
      type->push == nullptr || type->pull == nullptr || type->drain == nullptr ||
      type->reset == nullptr || type->destroy == nullptr)
    refuse(file, "lacks one of the calls of node type '", type->id, "'");
}

void check_plugin(const std::filesystem::path& file, const rlv_plugin* plugin) {
  if (plugin == nullptr)
    refuse(file, "does not serve ABI ", RLV_ABI_MAJOR, ".", RLV_ABI_MINOR,
           " of this host; get the build for this version");
  // Nothing but the major is looked at before it is known to be ours.
  if (plugin->abi_major != RLV_ABI_MAJOR)
    refuse(file, "was built for ABI ", plugin->abi_major, ".", plugin->abi_minor,
           ", this host speaks ", RLV_ABI_MAJOR, ".", RLV_ABI_MINOR,
           "; get the build for this version");
  if (plugin->struct_size < kPluginSize10)
    refuse(file, "has a plugin table of ", plugin->struct_size, " bytes where ABI 1.0 has ",
           kPluginSize10, "; rebuild it with relievo/plugin.h");
  if (plugin->node_types == nullptr || plugin->node_type_count == 0)
    refuse(file, "has no node types");
  if (plugin->manifest_json == nullptr || plugin->runtime == nullptr)
    refuse(file, "has no manifest");
  for (std::uint32_t i = 0; i < plugin->node_type_count; ++i)
    check_node_type(file, plugin->node_types[i], i);
}

// Two copies of one run time in a process corrupt each other; the first one that came stays.
void check_runtime(const std::filesystem::path& file, const rlv_plugin& plugin) {
  static auto* const first = new std::pair<std::string, std::string>;  // run time, file
  const std::string runtime = plugin.runtime;
  if (runtime.empty()) return;
  if (first->first.empty()) *first = {runtime, file.string()};
  if (first->first != runtime)
    refuse(file, "needs ", runtime, ", but ", first->second, " has brought ", first->first,
           " into this process; use builds of one run time together");
}

}  // namespace

const PluginLibrary& PluginLibrary::load(const std::filesystem::path& file) {
  static auto* const loaded = new std::map<std::filesystem::path, std::unique_ptr<PluginLibrary>>;
  std::error_code fault;
  const auto real = std::filesystem::canonical(file, fault);
  if (fault) refuse(file, "cannot be read: ", fault.message());
  if (!std::filesystem::is_regular_file(real)) refuse(file, "is not a file");
  auto& entry = (*loaded)[real];
  if (entry) return *entry;
  const auto name = real.string();
  const CallMark mark(name.c_str(), "", "load");
  const auto* plugin = ask(real, open_library(real));
  check_plugin(real, plugin);
  check_runtime(real, *plugin);
  entry.reset(new PluginLibrary(real, plugin));
  return *entry;
}

const rlv_node_type* PluginLibrary::node_type(const std::string& id) const {
  for (std::uint32_t i = 0; i < plugin_->node_type_count; ++i)
    if (id == plugin_->node_types[i]->id) return plugin_->node_types[i];
  return nullptr;
}

bool is_library_name(const std::filesystem::path& file) {
  const auto ending = file.extension();
#if defined(_WIN32)
  return ending == ".dll";
#elif defined(__APPLE__)
  return ending == ".dylib" || ending == ".so";
#else
  return ending == ".so";
#endif
}

}  // namespace relievo::host
