// judge_cuts: precision and recall of the node 'cuts' on films whose cuts are known.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/arguments.hpp"
#include "tools/judge/cut_film.hpp"
#include "tools/judge/cut_shots.hpp"
#include "tools/judge/cut_verdict.hpp"

namespace {

using namespace relievo::judge;

constexpr const char* kUsage =
    "usage: judge_cuts [--clips FOLDER | --scenes N] [--seed N] [--films N] [--kind NAME]...\n"
    "                  [--params JSON] [--each]\n";

struct Arguments {
  std::string clips;
  int scenes = 2;
  unsigned seed = 1;
  int films = 40;
  std::vector<std::string> kinds;
  std::string params = "{}";
  bool each = false;
};

Arguments parse(const std::vector<std::string>& words) {
  Arguments a;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    const auto value = [&]() -> const std::string& {
      if (i + 1 == words.size()) throw std::invalid_argument(word + " needs a value");
      return words[++i];
    };
    if (word == "--clips")
      a.clips = value();
    else if (word == "--scenes")
      a.scenes = std::stoi(value());
    else if (word == "--seed")
      a.seed = static_cast<unsigned>(std::stoul(value()));
    else if (word == "--films")
      a.films = std::stoi(value());
    else if (word == "--kind")
      a.kinds.push_back(value());
    else if (word == "--params")
      a.params = value();
    else if (word == "--each")
      a.each = true;
    else
      throw std::invalid_argument("unknown argument '" + word + "'");
  }
  if (a.kinds.empty()) a.kinds = cut_film_kinds();
  return a;
}

const char* name_of(Join::Kind kind) {
  return kind == Join::Kind::kHard ? "hard" : kind == Join::Kind::kDissolve ? "dissolve" : "fade";
}

void print_joins(const char* what, const std::vector<Join>& joins) {
  std::printf("   %s:", what);
  for (const auto& join : joins) {
    std::printf(" %s %d", name_of(join.kind), join.first);
    if (join.last != join.first) std::printf("..%d", join.last);
  }
  std::printf("\n");
}

bool is_flawless(const CutVerdict& verdict) {
  return verdict.wrong_hard + verdict.wrong_soft + verdict.hard.missed + verdict.dissolve.missed +
             verdict.fade.missed ==
         0;
}

void run(const Arguments& a) {
  std::vector<Shot> shots;
  if (!a.clips.empty()) {
    shots = read_test_clips(a.clips, true);
  } else {
    for (int i = 0; i < a.scenes; ++i)
      for (auto& shot : render_shots(1000ULL * a.seed + static_cast<std::uint64_t>(i), 120))
        shots.push_back(std::move(shot));
  }
  std::printf("%zu shots\n%-10s %6s | %6s %6s %9s %6s | %8s %6s | %6s %6s | %5s %7s\n",
              shots.size(), "films", "frames", "hard", "recall", "precision", "wrong", "dissolve",
              "recall", "fade", "recall", "wrong", "/minute");
  for (const auto& kind : a.kinds) {
    CutVerdict all;
    for (int i = 0; i < a.films; ++i) {
      std::mt19937 random(a.seed * 7919U + static_cast<unsigned>(i));
      const auto film = make_cut_film(kind, shots, random);
      const auto found = found_joins(film.pictures, a.params);
      all.add(film, found);
      CutVerdict one;
      one.add(film, found);
      if (!a.each || is_flawless(one)) continue;
      std::printf("  %s film %d, %zu frames\n", kind.c_str(), i, film.pictures.size());
      print_joins("true", film.joins);
      print_joins("said", found);
    }
    std::printf("%-10s %6d | %6d %6.3f %9.3f %6d | %8d %6.3f | %6d %6.3f | %5d %7.2f\n",
                kind.c_str(), all.frames, all.hard.right + all.hard.missed, all.hard.recall(),
                all.hard_precision(), all.wrong_hard, all.dissolve.right + all.dissolve.missed,
                all.dissolve.recall(), all.fade.right + all.fade.missed, all.fade.recall(),
                all.wrong_hard + all.wrong_soft, all.wrong_per_minute());
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  return relievo::tools::run_tool("judge_cuts", kUsage, argc, argv, [](const auto& arguments) {
    run(parse(arguments));
    return 0;
  });
}
