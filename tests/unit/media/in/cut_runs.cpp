#include "tests/unit/media/in/cut_runs.hpp"

#include <cstdio>
#include <cstdlib>
#include <random>

#include "core/media/nodes.hpp"
#include "tests/unit/media/in/node_run.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {

const rlv_node_type& cuts() {
  static const auto type = media::cuts_type();
  return type;
}

unsigned test_seed() {
  const char* set = std::getenv("RELIEVO_TEST_SEED");
  return set == nullptr ? 1U : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
}

void add_films(judge::CutVerdict& verdict, const std::string& kind,
               const std::vector<judge::Shot>& shots, int count) {
  judge::CutVerdict these;
  for (int i = 0; i < count; ++i) {
    std::mt19937 random(test_seed() * 7919U + static_cast<unsigned>(i));
    const auto film = judge::make_cut_film(kind, shots, random);
    const auto found = judge::found_joins(film.pictures);
    these.add(film, found);
    verdict.add(film, found);
  }
  std::printf("  %s: %d of %d found, %d wrong in %d frames\n", kind.c_str(),
              these.hard.right + these.dissolve.right + these.fade.right,
              these.hard.right + these.dissolve.right + these.fade.right + these.hard.missed +
                  these.dissolve.missed + these.fade.missed,
              these.wrong_hard + these.wrong_soft, these.frames);
}

std::vector<judge::Join> joins_of_film(const std::string& path) {
  FilmRun film(path);
  film.read_all();
  NodeRun run(cuts(), kCutsDefaults);
  run.open(film.format);
  std::vector<judge::Join> found;
  int index = 0;
  for (const auto& frame : run.give(film.frames)) {
    const auto transition = frame.info().transition;
    if (transition != RLV_TRANSITION_NONE)
      found.push_back({judge::kind_of(transition), index, index});
    ++index;
  }
  return found;
}

}  // namespace relievo::test
