#include "plugins/stereo/synthesizer.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "plugins/stereo/prefetch.hpp"

namespace relievo::stereo {
namespace {

// Luma rows that one task takes; even, so that chroma rows are not divided.
constexpr int kBandRows = 16;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

Synthesizer::Worker::Worker(const PictureFormat& format, const std::array<ChromaGrid, 2>& grids)
    : shapes{RowShape(format.width), RowShape(format.width)},
      warper(format.width),
      chroma_warper{ChromaWarper(grids[0], format.width), ChromaWarper(grids[1], format.width)},
      rows{WarpedRow(format.width), WarpedRow(format.width)} {
  for (auto& row : source_rows) row.resize(at(format.width + 2 * kRowPadding));
  for (auto& row : target_rows) row.resize(at(format.width));
}

Synthesizer::Synthesizer(const Options& options, const PictureFormat& format, ThreadTeam& team)
    : options_(options),
      format_(format),
      team_(team),
      growth_(growth_px(options.grow, format.width)),
      grids_{ChromaGrid(format, false), ChromaGrid(format, true)} {
  for (int i = 0; i < team.size(); ++i)
    workers_.push_back(std::make_unique<Worker>(format, grids_));
}

std::uint64_t Synthesizer::memory(const PictureFormat& format, Views views) {
  const auto pixels = std::uint64_t(format.width) * std::uint64_t(format.height);
  // A position for each pixel, and a third as many cells on the levels above: a state, a share and
  // values.
  const auto per_view = pixels * (4 * 3 + 5 + 4 * std::uint64_t(format.components)) / 3;
  return per_view * (views == Views::kBoth ? 2 : 1);
}

template <class T>
void Synthesizer::render(const Components<const T>& source, const DisparityRows& disparity,
                         const std::vector<ViewTarget<T>>& targets, const FilmMemory* film) {
  std::vector<Job<T>> jobs;
  const int bands = (format_.height + kBandRows - 1) / kBandRows;
  for (const auto& target : targets) {
    Job<T> job{&views_[jobs.size()], target.left, source, target.planes};
    if (target.left) {
      for (int c = 0; c < format_.components; ++c) {
        job.source[at(c)] = mirrored(job.source[at(c)]);
        job.target[at(c)] = mirrored(job.target[at(c)]);
      }
    }
    job.view->map.resize(format_.width, format_.height, kBandRows);
    job.view->chroma_edges.resize(at(bands));
    jobs.push_back(job);
  }
  team_.run(bands,
            [&](int band, int member) { warp_band(band, jobs, disparity, *workers_[at(member)]); });
  if (options_.method != Method::kQuality) return;
  if (options_.fill == Fill::kFilm && film != nullptr) fill_from_film(jobs, disparity, *film);
  if (options_.fill != Fill::kNone) fill_holes(jobs);
  team_.run(bands, [&](int band, int) {
    for (const auto& job : jobs) blend_edges(job, band);
  });
}

template <class T>
void Synthesizer::warp_band(int band, const std::vector<Job<T>>& jobs,
                            const DisparityRows& disparity, Worker& worker) {
  const int begin = band * kBandRows;
  const int end = std::min(begin + kBandRows, format_.height);
  const int group = 1 << format_.chroma_shift_y;  // luma rows to a row of chroma
  for (const auto& job : jobs) {
    job.view->map.clear_band(band);
    job.view->chroma_edges[at(band)].clear();
  }
  for (int y = begin; y < end; y += group) {
    const int count = std::min(group, end - y);
    for (int i = 0; i < count; ++i) shape_row(y + i, disparity, worker.shapes[at(i)], worker);
    for (const auto& job : jobs) {
      for (int i = 0; i < count; ++i) {
        auto& row = worker.rows[at(i)];
        row.draw_to(job.view->map.row_to_write(y + i));
        const bool is_last = &job == &jobs.back();
        warp_luma_row(worker.shapes[at(i)], job.left, is_last, y + i, row, worker);
        job.view->map.add_row(band, y + i);
        job.view->map.add_edges(band, row.edges);
        sample_row(job, 0, format_.full_components, y + i, row.targets(), row.edge_taps, worker);
      }
      if (has_chroma()) warp_chroma_row(job, y, band, worker);
    }
  }
  if (options_.method != Method::kQuality || options_.fill != Fill::kNone) return;
  for (const auto& job : jobs) blacken(job, band, worker);
}

// That of the luma rows from y on, which have been warped.
template <class T>
void Synthesizer::warp_chroma_row(const Job<T>& job, int y, int band, Worker& worker) const {
  const auto& chroma = grid(job.left);
  const int chroma_y = chroma.row_of(y);
  std::array<const WarpedRow*, 2> rows{};
  int count = 0;
  for (int i = chroma.upper(chroma_y); i <= chroma.lower(chroma_y); ++i)
    rows[at(count++)] = &worker.rows[at(i - y)];
  auto& row = worker.chroma_row;
  worker.chroma_warper[job.left ? 1 : 0].warp(rows.data(), count,
                                              options_.method == Method::kQuality, chroma_y, row);
  auto& edges = job.view->chroma_edges[at(band)];
  edges.insert(edges.end(), row.edges.begin(), row.edges.end());
  sample_row(job, format_.full_components, format_.components, chroma_y, row.position.data(),
             row.edge_taps, worker);
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
void Synthesizer::blacken(const Job<T>& job, int band, Worker& worker) const {
  const auto& map = job.view->map;
  const auto& chroma = grid(job.left);
  const auto paint = [&](int c, int y, int run_begin, int run_end) {
    for (int x = run_begin; x < run_end; ++x)
      job.target[at(c)].at(x, y) = static_cast<T>(format_.black[at(c)] << format_.low_bits);
  };
  const auto harden = [&](const SoftEdge& edge, bool is_hole, int first, int last) {
    if (!is_hole || edge.alpha < 0.5F) return;
    for (int c = first; c < last; ++c)
      job.target[at(c)].at(edge.target, edge.row) = job.source[at(c)].at(edge.source, edge.row);
  };
  const int full = format_.full_components;
  const int begin = band * kBandRows;
  const int end = std::min(begin + kBandRows, format_.height);
  for (int y = begin; y < end; ++y)
    for (const auto& run : map.holes(y))
      for (int c = 0; c < full; ++c) paint(c, y, run.begin, run.end);
  for (const auto& edge : map.edges(band))
    harden(edge, map.is_hole(edge.target, edge.row), 0, full);
  if (!has_chroma()) return;
  for (int y = chroma.row_of(begin); y <= chroma.row_of(end - 1); ++y) {
    find_chroma_holes(map, chroma, y, worker.chroma_holes);
    for (const auto& run : worker.chroma_holes)
      for (int c = full; c < format_.components; ++c) paint(c, y, run.begin, run.end);
  }
  for (const auto& edge : job.view->chroma_edges[at(band)])
    harden(edge, chroma.is_hole(map, edge.target, edge.row), full, format_.components);
}

template <class T>
void Synthesizer::fill_holes(const std::vector<Job<T>>& jobs) {
  struct Part {
    HoleFiller* filler;
    FillPlanes<T> planes;
    FillPlanes<T> chroma;
  };
  std::vector<Part> parts;
  const int full = format_.full_components;
  FillOptions fill{format_.low_bits, format_.max(), static_cast<float>(options_.texture), {}};
  for (std::size_t c = 0; c < 3; ++c) fill.otherwise[c] = static_cast<float>(format_.black[c]);
  for (const auto& job : jobs) {
    if (!job.view->map.has_holes()) continue;
    job.view->filler.begin_frame(job.view->map, full, has_chroma() ? &grid(job.left) : nullptr,
                                 fill);
    parts.push_back(
        {&job.view->filler,
         {job.source.data(), job.target.data(), full},
         {job.source.data() + full, job.target.data() + full, format_.components - full}});
  }
  if (parts.empty()) return;
  const int tasks = parts.front().filler->tasks();
  const auto count = static_cast<int>(parts.size()) * tasks;
  team_.run(count, [&](int i, int member) {
    const auto& part = parts[at(i / tasks)];
    part.filler->prepare_rows(i % tasks, part.planes, part.chroma, workers_[at(member)]->fill);
  });
  team_.run(static_cast<int>(parts.size()), [&](int p, int member) {
    parts[at(p)].filler->solve_coarse(workers_[at(member)]->fill);
  });
  team_.run(count, [&](int i, int member) {
    const auto& part = parts[at(i / tasks)];
    part.filler->fill_rows(i % tasks, part.planes, part.chroma, workers_[at(member)]->fill);
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
  team_.run(bands, [&](int band, int) {
    for (const auto& job : jobs)
      paint_from_film(
          film, job.view->film, frames, format_,
          {&job.view->map, &job.target, has_chroma() ? &grid(job.left) : nullptr, job.left}, band);
  });
}

// The ends of surfaces, over what is behind them.
template <class T>
void Synthesizer::blend_edges(const Job<T>& job, int band) const {
  const auto& map = job.view->map;
  const auto blend = [&](const SoftEdge& edge, int first, int last) {
    for (int c = first; c < last; ++c) {
      auto& sample = job.target[at(c)].at(edge.target, edge.row);
      const auto behind = static_cast<float>(sample >> format_.low_bits);
      const auto front =
          static_cast<float>(job.source[at(c)].at(edge.source, edge.row) >> format_.low_bits);
      const auto mixed = static_cast<std::int32_t>(behind + edge.alpha * (front - behind) + 0.5F);
      sample = static_cast<T>(mixed << format_.low_bits);
    }
  };
  const auto blend_all = [&](const std::vector<SoftEdge>& edges, int first, int last,
                             auto&& is_hole) {
    constexpr std::size_t kAhead = 8;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (i + kAhead < edges.size()) {
        const auto& later = edges[i + kAhead];
        for (int c = first; c < last; ++c) {
          prefetch(&job.target[at(c)].at(later.target, later.row));
          prefetch(&job.source[at(c)].at(later.source, later.row));
        }
      }
      const auto& edge = edges[i];
      if (options_.fill != Fill::kNone || !is_hole(edge)) blend(edge, first, last);
    }
  };
  blend_all(map.edges(band), 0, format_.full_components,
            [&](const SoftEdge& edge) { return map.is_hole(edge.target, edge.row); });
  blend_all(
      job.view->chroma_edges[at(band)], format_.full_components, format_.components,
      [&](const SoftEdge& edge) { return grid(job.left).is_hole(map, edge.target, edge.row); });
}

template void Synthesizer::render(const Components<const std::uint8_t>&, const DisparityRows&,
                                  const std::vector<ViewTarget<std::uint8_t>>&, const FilmMemory*);
template void Synthesizer::render(const Components<const std::uint16_t>&, const DisparityRows&,
                                  const std::vector<ViewTarget<std::uint16_t>>&, const FilmMemory*);

}  // namespace relievo::stereo
