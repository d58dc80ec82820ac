// The report, what of it is shown, and what is measured.

const report = JSON.parse(by_id("report").textContent);
const list_of = (value) => (Array.isArray(value) ? value.filter((entry) => entry && typeof entry === "object") : []);
const cells = list_of(report.cells);
const context = report.context ?? {};
const samples = list_of(report.samples);
const sample_names = [...new Set([...samples.map((sample) => sample.name), ...cells.map((cell) => cell.sample)])]
  .filter((name) => cells.some((cell) => cell.sample === name));
const kinds = ["depth", "stereo"].filter((kind) => cells.some((cell) => cell.kind === kind));
const kind_names = {depth: "Depth", stereo: "Stereo"};

// better: which direction. help: for the glossary. of: value of a cell, anything but a number if it is not known.
const metrics = [
  {key: "ms", label: "ms per frame", better: "low", format: significant, of: (cell) => cell.time?.steady_ms_per_frame,
    help: "Time for one more frame once the approach runs steadily; the rank follows it. Load time and the first frames are not in it."},
  {key: "real_time", label: "Real time", better: "high", format: times, of: (cell) => cell.time?.times_real_time,
    help: "Speed in the steady state: at 2× a film takes half as long to convert as to watch."},
  {key: "film", label: "2 h film", better: "low", format: duration, of: (cell) => cell.time?.forecast_two_hours_s,
    help: "Forecast for a film of two hours: loading, then the steady state."},
  {key: "first", label: "First frame", better: "low", format: duration, of: (cell) => cell.time?.first_frame_s,
    help: "From the start of the work to the first frame that came out."},
  {key: "host", label: "Memory", better: "low", format: bytes, of: (cell) => cell.memory?.host_peak_bytes,
    help: "Most main memory that the process held."},
  {key: "device", label: "GPU memory", better: "low", format: bytes, of: (cell) => cell.memory?.device_peak_bytes,
    help: "Most memory of the GPU that was in use."},
  {key: "energy", label: "J per frame", better: "low", format: significant, of: (cell) => cell.energy_j_per_frame,
    help: "Energy for a frame, where the machine tells it."},
  {key: "flicker", label: "Flicker", better: "low", quality: true, format: percent, of: (cell) => cell.quality?.flicker,
    help: "Wobble of depth from frame to frame along the motion. Says nothing about being right: a flat map has none."},
  {key: "edges", label: "Sharp edges", better: "high", quality: true, format: percent, of: (cell) => cell.quality?.edge_sharpness,
    help: "Share of depth's change at objects' edges that lies within a pixel of the colour's edge."},
  {key: "within", label: "Within 1.25", better: "high", quality: true, format: percent, of: (cell) => cell.quality?.within_125,
    help: "Share of pixels at most 1.25 times too near or too far, after the best scale and shift. Only where true depth is known."},
  {key: "abs_rel", label: "AbsRel", better: "low", quality: true, format: (value) => significant(value, 3), of: (cell) => cell.quality?.abs_rel,
    help: "Mean error as a part of the true value, after the best scale and shift. Only where true depth is known."},
  {key: "holes", label: "Holes", better: "low", quality: true, format: percent, of: (cell) => cell.quality?.hole_share,
    help: "Share of the new view's pixels that the film never showed and that had to be invented."},
  {key: "stretched", label: "Stretched", better: "low", quality: true, format: percent, of: (cell) => cell.quality?.stretched_share,
    help: "Share of the new view's pixels that were pulled over more than twice their width."},
  {key: "comfort", label: "Parallax span", better: null, of: (cell) => cell.quality?.comfort?.high - cell.quality?.comfort?.low,
    format: (value) => `${significant(value, 2)} %`, cell_format: (cell) => comfort_range(cell),
    help: "From the nearest to the farthest, in percent of the picture's width; below 0 is before the screen. Beyond about 2 % to either side eyes tire."}
];
const metric = Object.fromEntries(metrics.map((entry) => [entry.key, entry]));

const signed = (value) => significant(value, 2).replace("-", "−");
const comfort_range = (cell) =>
  `${signed(cell.quality.comfort.low)} to ${signed(cell.quality.comfort.high)} %`;

function value_of(cell, key) {
  const value = cell.status === "measured" ? metric[key].of(cell) : null;
  return is_number(value) ? value : null;
}

// What differs between two cells of one sample, in words: approach, stereo method, precision, device.
const approach_of = (cell) => (cell.stereo ? `${cell.approach} + ${cell.stereo}` : String(cell.approach ?? cell.name));
const several_lengths = new Set(cells.map((cell) => cell.seconds)).size > 1;
const details_of = (cell) => [cell.precision, cell.device, several_lengths && is_number(cell.seconds) ? `${cell.seconds} s` : null]
  .filter(Boolean).join(" · ");
const variant_of = (cell) => [approach_of(cell), details_of(cell)].filter(Boolean).join(" · ");

// What the reader has chosen; sample "" is all of them.
const shown = {kind: kinds[0] ?? "depth", sample: sample_names.length === 1 ? sample_names[0] : ""};
const listeners = [];
const on_shown = (listener) => listeners.push(listener);
function show(change) {
  Object.assign(shown, change);
  for (const listener of listeners) listener();
}

const shown_cells = () =>
  cells.filter((cell) => cell.kind === shown.kind && (!shown.sample || cell.sample === shown.sample));

// Variants over the shown samples, fastest first, with means over those that were measured; rank is null without a time.
function variants() {
  const groups = new Map();
  for (const cell of shown_cells()) {
    const name = variant_of(cell);
    if (!groups.has(name)) groups.set(name, {name, approach: approach_of(cell), details: details_of(cell), cells: []});
    groups.get(name).cells.push(cell);
  }
  const all = [...groups.values()];
  for (const group of all) {
    group.mean = (key) => {
      const values = group.cells.map((cell) => value_of(cell, key)).filter((value) => value !== null);
      return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
    };
    group.measured = group.cells.filter((cell) => cell.status === "measured").length;
    group.ms = group.mean("ms");
  }
  all.sort((a, b) => (a.ms ?? Infinity) - (b.ms ?? Infinity) || a.name.localeCompare(b.name));
  let rank = 0;
  for (const group of all) group.rank = group.ms === null ? null : ++rank;
  return all;
}

// What the figures of variants are taken over, if that is more than one sample.
function coverage(groups, brief = false) {
  const count = new Set(shown_cells().map((cell) => cell.sample)).size;
  if (count < 2) return "";
  const fewer = brief ? [] : groups.filter((group) => group.measured > 0 && group.measured < count);
  return `Means over ${count} samples${fewer.length
    ? `; measured on fewer: ${fewer.map((group) => `${group.name} (${group.measured})`).join(", ")}` : ""}.`;
}

// The best of the variants by a metric, and the next; fewer than two that differ are no choice.
function best_by(groups, key) {
  const sign = metric[key].better === "high" ? -1 : 1;
  const ranked = groups.filter((group) => group.mean(key) !== null)
    .sort((a, b) => sign * (a.mean(key) - b.mean(key)));
  return {best: ranked[0], next: ranked[1]};
}
