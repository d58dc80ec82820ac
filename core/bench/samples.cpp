#include "core/bench/samples.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <system_error>

#include "core/host/failure.hpp"

namespace relievo::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 12> kFilmEndings{".mp4", ".mov",  ".mkv", ".m4v",
                                                        ".avi", ".webm", ".ts",  ".m2ts",
                                                        ".mpg", ".mpeg", ".y4m", ".wmv"};

std::vector<fs::path> films_in(const fs::path& folder) {
  std::vector<fs::path> films;
  std::error_code fault;
  for (fs::directory_iterator it(folder, fault), end; !fault && it != end; it.increment(fault))
    if (is_film_name(it->path()) && it->is_regular_file(fault)) films.push_back(it->path());
  std::sort(films.begin(), films.end());
  return films;
}

Sample sample_of(const fs::path& file, const SampleWish& wish) {
  Sample sample;
  sample.file = file;
  sample.name = wish.name.empty() ? file.stem().string() : wish.name;
  sample.start_s = wish.start_s;
  sample.truth = wish.truth;
  sample.truth_params = wish.truth_params;
  return sample;
}

// golf, golf_2 ...
void make_unique(std::vector<Sample>& samples) {
  std::set<std::string> taken;
  for (auto& sample : samples) {
    const auto name = sample.name;
    for (int i = 2; !taken.insert(sample.name).second; ++i)
      sample.name = name + "_" + std::to_string(i);
  }
}

}  // namespace

bool is_film_name(const fs::path& file) {
  auto ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kFilmEndings.begin(), kFilmEndings.end(), ending) != kFilmEndings.end();
}

std::vector<Sample> list_samples(const BenchConfig& config) {
  std::vector<Sample> samples;
  for (const auto& wish : config.samples) {
    if (!fs::is_directory(wish.path)) {
      samples.push_back(sample_of(wish.path, wish));
      continue;
    }
    const auto films = films_in(wish.path);
    if (films.empty())
      host::fail_at(wish.place, "the folder '" + wish.path.string() + "' holds no film");
    for (const auto& film : films) {
      auto sample = sample_of(film, wish);
      sample.name = film.stem().string();
      samples.push_back(std::move(sample));
    }
  }
  if (config.samples.empty()) {
    auto films = films_in(fs::current_path() / "samples");
    if (films.empty()) films = films_in(config.default_samples);
    for (const auto& film : films) samples.push_back(sample_of(film, {}));
    if (samples.empty())
      throw host::Failure(host::ExitCode::kUsage,
                          config.label + ": there is no film in ./samples and none in '" +
                              config.default_samples.string() +
                              "'; put some there, or name them with 'bench.samples' or --input");
  }
  make_unique(samples);
  return samples;
}

}  // namespace relievo::bench
