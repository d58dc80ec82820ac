#include "plugins/stereo/synthesizer.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace relievo::stereo {
namespace {

// Luma rows that one task takes; even, so that chroma rows are not divided.
constexpr int kBandRows = 16;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

Synthesizer::Worker::Worker(const PictureFormat& format)
    : shapes{RowShape(format.width), RowShape(format.width)},
      warper(format.width),
      chroma_warper{ChromaWarper(format, false), ChromaWarper(format, true)},
      rows{WarpedRow(format.width), WarpedRow(format.width)} {
  for (auto& row : source_rows) row.resize(at(format.width + 2 * kRowPadding));
  for (auto& row : target_rows) row.resize(at(format.width));
}

Synthesizer::Synthesizer(const Options& options, const PictureFormat& format, ThreadTeam& team)
    : options_(options),
      format_(format),
      team_(team),
      growth_(growth_px(options.grow, format.width)) {
  for (int i = 0; i < team.size(); ++i) workers_.push_back(std::make_unique<Worker>(format));
}

std::uint64_t Synthesizer::memory(const PictureFormat& format, Views views) {
  const auto pixels = std::uint64_t(format.width) * std::uint64_t(format.height);
  const auto chroma = format.chroma_shift_x > 0 ? std::uint64_t(format.chroma_width()) *
                                                      std::uint64_t(format.chroma_height())
                                                : 0;
  // A position for each pixel, and a third as many cells on the levels above: a state, a share and
  // values.
  const auto with_levels = [](std::uint64_t samples, int components) {
    return samples * (4 * 3 + 5 + 4 * static_cast<std::uint64_t>(components)) / 3;
  };
  const auto per_view = with_levels(pixels, format.full_components) +
                        with_levels(chroma, format.components - format.full_components);
  return per_view * (views == Views::kBoth ? 2 : 1);
}

template <class T>
void Synthesizer::render(const Components<const T>& source, const DisparityRows& disparity,
                         const std::vector<ViewTarget<T>>& targets, const FilmMemory* film) {
  std::vector<Job<T>> jobs;
  const bool has_chroma = format_.chroma_shift_x > 0;
  const int chroma_band = kBandRows >> format_.chroma_shift_y;
  for (const auto& target : targets) {
    Job<T> job{&views_[jobs.size()], target.left, source, target.planes};
    if (target.left) {
      for (int c = 0; c < format_.components; ++c) {
        job.source[at(c)] = mirrored(job.source[at(c)]);
        job.target[at(c)] = mirrored(job.target[at(c)]);
      }
    }
    job.view->full.resize(format_.width, format_.height, kBandRows);
    if (has_chroma)
      job.view->chroma.resize(format_.chroma_width(), format_.chroma_height(), chroma_band);
    jobs.push_back(job);
  }
  const int bands = (format_.height + kBandRows - 1) / kBandRows;
  team_.run(bands,
            [&](int band, int member) { warp_band(band, jobs, disparity, *workers_[at(member)]); });
  if (options_.method != Method::kQuality) return;
  if (options_.fill == Fill::kFilm && film != nullptr) fill_from_film(jobs, disparity, *film);
  if (options_.fill != Fill::kNone) fill_holes(jobs);
  team_.run(bands, [&](int band, int) {
    for (const auto& job : jobs) {
      blend_edges(job, job.view->full, 0, format_.full_components, band);
      if (has_chroma)
        blend_edges(job, job.view->chroma, format_.full_components, format_.components, band);
    }
  });
}

template <class T>
void Synthesizer::warp_band(int band, const std::vector<Job<T>>& jobs,
                            const DisparityRows& disparity, Worker& worker) {
  const int begin = band * kBandRows;
  const int end = std::min(begin + kBandRows, format_.height);
  const int group = 1 << format_.chroma_shift_y;  // luma rows to a row of chroma
  const bool has_chroma = format_.chroma_shift_x > 0;
  for (const auto& job : jobs) {
    job.view->full.clear_band(band);
    if (has_chroma) job.view->chroma.clear_band(band);
  }
  for (int y = begin; y < end; y += group) {
    const int count = std::min(group, end - y);
    for (int i = 0; i < count; ++i) shape_row(y + i, disparity, worker.shapes[at(i)], worker);
    for (const auto& job : jobs) {
      for (int i = 0; i < count; ++i) {
        auto& row = worker.rows[at(i)];
        row.draw_to(job.view->full.row_to_write(y + i));
        const bool is_last = &job == &jobs.back();
        warp_luma_row(worker.shapes[at(i)], job.left, is_last, y + i, row, worker);
        job.view->full.add_row(band, y + i);
        job.view->full.add_edges(band, row.edges);
        sample_row(job, 0, format_.full_components, y + i, row.targets(), row.edge_taps, worker);
      }
      if (!has_chroma) continue;
      std::array<const WarpedRow*, 2> rows{};
      int used = 0;
      for (int i = 0; i < count; ++i) {
        const bool above_only = format_.chroma_y2 == 0 && i == 1;
        const bool below_only = format_.chroma_y2 == 2 && i == 0 && count == 2;
        if (!above_only && !below_only) rows[at(used++)] = &worker.rows[at(i)];
      }
      const int chroma_y = y >> format_.chroma_shift_y;
      auto& row = worker.chroma_row;
      worker.chroma_warper[job.left ? 1 : 0].warp(
          rows.data(), used, options_.method == Method::kQuality, chroma_y, row);
      std::copy(row.position.begin(), row.position.end(), job.view->chroma.row_to_write(chroma_y));
      job.view->chroma.add_row(band, chroma_y);
      job.view->chroma.add_edges(band, row.edges);
      sample_row(job, format_.full_components, format_.components, chroma_y, row.position.data(),
                 row.edge_taps, worker);
    }
  }
  if (options_.method != Method::kQuality || options_.fill != Fill::kNone) return;
  for (const auto& job : jobs) {
    blacken(job, job.view->full, 0, format_.full_components, band);
    if (has_chroma)
      blacken(job, job.view->chroma, format_.full_components, format_.components, band);
  }
}

void Synthesizer::shape_row(int y, const DisparityRows& disparity, RowShape& shape,
                            Worker& worker) const {
  disparity.row(y, shape.disparity(), worker.disparity_scratch);
  if (options_.method == Method::kQuality) {
    shape.find_tears();
    shape.sharpen_ramps();
  }
}

void Synthesizer::warp_luma_row(RowShape& shape, bool mirror, bool is_last, int y, WarpedRow& row,
                                Worker& worker) const {
  if (mirror)
    row.shape.mirror(shape);
  else if (is_last)
    std::swap(row.shape, shape);
  else
    row.shape.copy(shape);
  switch (options_.method) {
    case Method::kQuality:
      row.shape.grow_foreground(growth_);
      worker.warper.warp(row, y);
      break;
    case Method::kSimple: worker.warper.warp_simple(row); break;
    case Method::kBackward: worker.warper.warp_backward(row); break;
  }
}

template <class T>
void Synthesizer::sample_row(const Job<T>& job, int first, int last, int y,
                             const std::int32_t* positions, const std::vector<EdgeTap>& edge_taps,
                             Worker& worker) const {
  const int count = last - first;
  std::array<T*, 3> source{};
  std::array<T*, 3> target{};
  for (int c = 0; c < count; ++c) {
    source[at(c)] = reinterpret_cast<T*>(worker.source_rows[at(c)].data()) + kRowPadding;
    target[at(c)] = reinterpret_cast<T*>(worker.target_rows[at(c)].data());
  }
  load_rows(job.source.data() + first, count, y, format_.low_bits, source.data(), target.data());
  sample_rows<T>(source.data(), count, positions, edge_taps, format_.max(), target.data(),
                 job.target[at(first)].width);
  store_rows(job.target.data() + first, count, y, format_.low_bits, target.data(), source.data());
}

// Leaves holes to be seen. An edge over a hole is hard then: the target belongs to who covers more
// of it.
template <class T>
void Synthesizer::blacken(const Job<T>& job, const ViewMap& map, int first, int last,
                          int band) const {
  const int begin = band * map.band_rows();
  const int end = std::min(begin + map.band_rows(), map.height());
  for (int y = begin; y < end; ++y)
    for (const auto& run : map.holes(y))
      for (int c = first; c < last; ++c)
        for (int x = run.begin; x < run.end; ++x)
          job.target[at(c)].at(x, y) = static_cast<T>(format_.black[at(c)] << format_.low_bits);
  for (const auto& edge : map.edges(band)) {
    if (!map.is_hole(edge.target, edge.row) || edge.alpha < 0.5F) continue;
    for (int c = first; c < last; ++c)
      job.target[at(c)].at(edge.target, edge.row) = job.source[at(c)].at(edge.source, edge.row);
  }
}

template <class T>
void Synthesizer::fill_holes(const std::vector<Job<T>>& jobs) {
  struct Part {
    HoleFiller* filler;
    std::array<Plane<const T>, 3> source;
    std::array<Plane<T>, 3> view;
    int components;
    [[nodiscard]] FillPlanes<T> planes() const { return {source.data(), view.data(), components}; }
  };
  std::vector<Part> parts;
  const auto add = [&](const Job<T>& job, const ViewMap& map, HoleFiller& filler, int first,
                       int last, double texture) {
    if (!map.has_holes()) return;
    Part part{&filler, {}, {}, last - first};
    FillOptions fill{format_.low_bits, format_.max(), static_cast<float>(texture), {}};
    for (int c = first; c < last; ++c) {
      part.source[at(c - first)] = job.source[at(c)];
      part.view[at(c - first)] = job.target[at(c)];
      fill.otherwise[at(c - first)] = static_cast<float>(format_.black[at(c)]);
    }
    filler.begin_frame(map, part.components, fill);
    parts.push_back(part);
  };
  for (const auto& job : jobs) {
    add(job, job.view->full, job.view->full_filler, 0, format_.full_components, options_.texture);
    if (format_.chroma_shift_x > 0)
      add(job, job.view->chroma, job.view->chroma_filler, format_.full_components,
          format_.components, 0.0);
  }
  if (parts.empty()) return;
  std::vector<std::pair<std::size_t, int>> tasks;
  for (std::size_t p = 0; p < parts.size(); ++p)
    for (int task = 0; task < parts[p].filler->tasks(); ++task) tasks.emplace_back(p, task);
  const auto count = static_cast<int>(tasks.size());
  team_.run(count, [&](int i, int member) {
    const auto& [p, task] = tasks[at(i)];
    parts[p].filler->prepare_rows(task, parts[p].planes(), workers_[at(member)]->fill);
  });
  team_.run(static_cast<int>(parts.size()), [&](int p, int member) {
    parts[at(p)].filler->solve_coarse(workers_[at(member)]->fill);
  });
  team_.run(count, [&](int i, int member) {
    const auto& [p, task] = tasks[at(i)];
    parts[p].filler->fill_rows(task, parts[p].planes(), workers_[at(member)]->fill);
  });
}

template <class T>
void Synthesizer::fill_from_film(const std::vector<Job<T>>& jobs, const DisparityRows& disparity,
                                 const FilmMemory& film) {
  team_.run(static_cast<int>(jobs.size()), [&](int i, int) {
    jobs[at(i)].view->film.prepare(film, disparity, format_.width, format_.height,
                                   jobs[at(i)].left);
  });
  std::vector<Components<const T>> frames(at(film.frames()));
  for (int i = 0; i < film.frames(); ++i)
    if (film.is_usable(i)) frames[at(i)] = components_of<const T>(film.colour(i), format_);
  const int bands = (format_.height + kBandRows - 1) / kBandRows;
  const auto paint = [&](const FilmView& view, const FilmTarget<T>& target, int band) {
    paint_from_film(film, view, frames, format_, target, band);
  };
  team_.run(bands, [&](int band, int) {
    for (const auto& job : jobs) {
      paint(job.view->film, {&job.view->full, &job.target, 0, format_.full_components, job.left},
            band);
      if (format_.chroma_shift_x > 0)
        paint(
            job.view->film,
            {&job.view->chroma, &job.target, format_.full_components, format_.components, job.left},
            band);
    }
  });
}

// The ends of surfaces, over what is behind them.
template <class T>
void Synthesizer::blend_edges(const Job<T>& job, const ViewMap& map, int first, int last,
                              int band) const {
  for (const auto& edge : map.edges(band)) {
    if (options_.fill == Fill::kNone && map.is_hole(edge.target, edge.row)) continue;
    for (int c = first; c < last; ++c) {
      auto& sample = job.target[at(c)].at(edge.target, edge.row);
      const auto behind = static_cast<float>(sample >> format_.low_bits);
      const auto front =
          static_cast<float>(job.source[at(c)].at(edge.source, edge.row) >> format_.low_bits);
      const auto mixed = static_cast<std::int32_t>(behind + edge.alpha * (front - behind) + 0.5F);
      sample = static_cast<T>(mixed << format_.low_bits);
    }
  }
}

template void Synthesizer::render(const Components<const std::uint8_t>&, const DisparityRows&,
                                  const std::vector<ViewTarget<std::uint8_t>>&, const FilmMemory*);
template void Synthesizer::render(const Components<const std::uint16_t>&, const DisparityRows&,
                                  const std::vector<ViewTarget<std::uint16_t>>&, const FilmMemory*);

}  // namespace relievo::stereo
