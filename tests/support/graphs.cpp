#include "tests/support/graphs.hpp"

#include "core/host/config.hpp"
#include "core/host/failure.hpp"

namespace relievo::test {

const host::Registry& testkit_registry() {
  static const auto* const registry = [] {
    host::SearchPath path;
    path.builtin = {RLV_TESTKIT};
    return new host::Registry(host::Registry::discover(path, temporary_cache()));
  }();
  return *registry;
}

host::ResolvedGraph resolve_yaml(const std::string& yaml, const host::ResolveOptions& options) {
  const auto root = host::read_yaml("version: 1\n" + yaml, "test.yaml", "/configs");
  return host::resolve(host::parse_config(root), testkit_registry(), options);
}

std::string resolve_error(const std::string& yaml) {
  try {
    static_cast<void>(resolve_yaml(yaml));
    return "";
  } catch (const host::Failure& failure) {
    return failure.what();
  }
}

TestOutcome run_yaml(const std::string& yaml, TestRun& run, const host::RunOptions& options) {
  TestOutcome outcome;
  outcome.graph = host::build_graph(resolve_yaml(yaml), testkit_registry(), run.context);
  outcome.report = host::run_graph(outcome.graph, run.context, options);
  return outcome;
}

}  // namespace relievo::test
