// Bars of time and memory, and quality against speed, by Chart.js; their figures are all in the table too.

const drawn = new Set();

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const narrow = () => matchMedia("(max-width: 40rem)").matches;

// Canvases come to the page after their charts are made; those that have left it by the next picture are done with.
function new_chart(canvas, settings) {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  const chart = new Chart(canvas, settings);
  drawn.add(chart);
  requestAnimationFrame(() => {
    for (const old of drawn) if (!old.canvas?.isConnected) { old.destroy(); drawn.delete(old); }
  });
  return chart;
}

function axis(title, more = {}) {
  return {
    title: {display: Boolean(title), text: title, color: colour("quiet")},
    ticks: {color: colour("quiet"), ...more.ticks}, grid: {color: colour("line"), ...more.grid}, border: {display: false},
    ...Object.fromEntries(Object.entries(more).filter(([key]) => !["ticks", "grid"].includes(key)))
  };
}

const base_options = () => ({
  responsive: true, maintainAspectRatio: false, animation: false,
  plugins: {legend: {display: false}, tooltip: {displayColors: false}}
});

// The value at the end of each bar, so that none has to be read off the axis.
const bar_values = (format) => ({
  id: "bar_values",
  afterDatasetsDraw(chart) {
    const {ctx} = chart;
    ctx.save();
    ctx.fillStyle = colour("text");
    ctx.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    ctx.textBaseline = "middle";
    ctx.strokeStyle = colour("paper");
    ctx.lineWidth = 5;
    ctx.lineJoin = "round";
    chart.data.datasets.forEach((set, index) => chart.getDatasetMeta(index).data.forEach((bar, at) => {
      if (!is_number(set.data[at])) return;
      ctx.strokeText(format(set.data[at]), bar.x + 6, bar.y);  // clears what lies behind
      ctx.fillText(format(set.data[at]), bar.x + 6, bar.y);
    }));
    ctx.restore();
  }
});

// A dashed line at which a film is converted as fast as it plays.
const real_time_line = (ms) => ({
  id: "real_time_line",
  beforeDatasetsDraw({ctx, chartArea, scales}) {
    const x = scales.x.getPixelForValue(ms);
    if (!(x > chartArea.left && x < chartArea.right)) return;
    ctx.save();
    ctx.strokeStyle = colour("quiet");
    ctx.setLineDash([4, 4]);
    ctx.beginPath();
    ctx.moveTo(x, chartArea.top);
    ctx.lineTo(x, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  }
});

// On a linear scale the slowest would leave nothing of the others.
const wide_spread = (values) => Math.max(...values) > 25 * Math.min(...values) && Math.min(...values) > 0;

function log_range(values) {
  return {min: Math.min(...values) / 2, max: Math.max(...values) * 1.5};
}

// Lines of a name, broken after underscores, colons and spaces.
function bar_label(group) {
  const longest = narrow() ? 13 : 20;
  const lines = [""];
  for (const part of group.approach.split(/(?<=[_:/ ])/)) {
    if (lines.at(-1) && (lines.at(-1) + part).trimEnd().length > longest) lines.push("");
    lines[lines.length - 1] += part;
  }
  return group.details ? [...lines, group.details] : lines;
}

function bar_chart(groups, sets, format, {logarithmic = false, plugins = []} = {}) {
  const lines = Math.max(...groups.map((group) => bar_label(group).length));
  const canvas = el("canvas", {role: "img"});
  const box = el("div", {class: "plot"}, canvas);
  box.style.height = `${groups.length * Math.max(16 * lines + 12, 20 * sets.length + 14) + (sets.length > 1 ? 70 : 36)}px`;
  const options = base_options();
  options.indexAxis = "y";
  options.layout = {padding: {right: 76}};
  options.plugins.legend = {display: sets.length > 1, align: "start", labels: {color: colour("text"), boxWidth: 14}};
  options.plugins.tooltip.callbacks = {label: (item) => `${item.dataset.label}: ${format(item.raw)}`};
  options.scales = {
    x: axis("", logarithmic ? {type: "logarithmic", ...log_range(groups.map(sets[0].value)), ticks: {maxTicksLimit: 6, callback: (value) => format(value)}}
      : {beginAtZero: true, ticks: {maxTicksLimit: 5, callback: (value) => format(value)}}),
    y: axis("", {grid: {display: false}, ticks: {color: colour("text"), autoSkip: false, font: {size: narrow() ? 11 : 12}}})
  };
  new_chart(canvas, {
    type: "bar", options, plugins: [bar_values(format), ...plugins],
    data: {labels: groups.map(bar_label), datasets: sets.map((set) => ({
      label: set.label, data: groups.map(set.value), backgroundColor: colour(set.colour), maxBarThickness: 18, borderRadius: 3
    }))}
  });
  canvas.setAttribute("aria-label", groups.map((group) => `${group.name}: ${sets.map((set) =>
    is_number(set.value(group)) ? `${set.label} ${format(set.value(group))}` : "").filter(Boolean).join(", ")}`).join("; "));
  return box;
}

function time_figure(groups) {
  const frame_rates = samples.filter((sample) => shown_cells().some((cell) => cell.sample === sample.name))
    .map((sample) => sample.fps).filter(is_number);
  const same = new Set(frame_rates).size === 1 && frame_rates[0] > 0;
  const limit = same ? 1000 / frame_rates[0] : null;
  const visible = limit && groups.some((group) => group.ms > limit);
  const logarithmic = wide_spread(groups.map((group) => group.ms));
  return el("figure", {}, el("figcaption", {}, el("h3", {}, "Time"), el("p", {class: "quiet"}, "ms per frame, steady; shorter is better.",
    logarithmic ? " The scale is logarithmic." : "", visible ? ` Dashed: real time at ${significant(frame_rates[0], 4)} frames a second.` : "")),
  bar_chart(groups, [{label: "ms per frame", colour: "blue", value: (group) => group.ms}], (value) => `${significant(value)} ms`,
    {logarithmic, plugins: visible ? [real_time_line(limit)] : []}));
}

function memory_figure(groups) {
  // In GiB, so that the axis has round figures.
  const in_gib = (value) => (value === null ? null : value / 2 ** 30);
  const sets = [{label: "Main memory", colour: "blue", value: (group) => in_gib(group.mean("host"))},
    {label: "GPU memory", colour: "orange", value: (group) => in_gib(group.mean("device"))}]
    .filter((set) => groups.some((group) => set.value(group) !== null));
  if (!sets.length) return null;
  return el("figure", {}, el("figcaption", {}, el("h3", {}, "Memory"), el("p", {class: "quiet"}, "Peak; shorter is better.")),
    bar_chart(groups, sets, (value) => (value ? bytes(value * 2 ** 30) : "0")));
}

// Nothing is both faster and better than these.
function frontier(points, better) {
  const sign = better === "high" ? -1 : 1;
  return points.filter((point) => !points.some((other) => other !== point && other.x <= point.x &&
    sign * other.y <= sign * point.y && (other.x < point.x || sign * other.y < sign * point.y)));
}

// The rank inside each point: names would cover each other.
const point_ranks = {
  id: "point_ranks",
  afterDatasetsDraw(chart) {
    const {ctx} = chart;
    ctx.save();
    ctx.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    chart.data.datasets.forEach((set, index) => chart.getDatasetMeta(index).data.forEach((point, at) => {
      ctx.fillStyle = set.data[at].front ? colour("paper") : colour("text");
      ctx.fillText(String(set.data[at].rank), point.x, point.y + 0.5);
    }));
    ctx.restore();
  }
};

function scatter_chart(groups, entry) {
  const points = groups.map((group) => ({x: group.ms, y: group.mean(entry.key), rank: group.rank, name: group.name}))
    .filter((point) => point.y !== null);
  const front = frontier(points, entry.better);
  for (const point of points) point.front = front.includes(point);
  const canvas = el("canvas", {role: "img", "aria-label": `${entry.label} against ms per frame: ${points.map((point) =>
    `${point.name}: ${significant(point.x)} ms, ${entry.format(point.y)}`).join("; ")}`});
  const box = el("div", {class: "plot scatter"}, canvas);
  const options = base_options();
  options.layout = {padding: 8};
  options.plugins.tooltip.callbacks = {label: ({raw}) => `${raw.rank}. ${raw.name}: ${significant(raw.x)} ms, ${entry.format(raw.y)}`};
  const spread = wide_spread(points.map((point) => point.x));
  options.scales = {
    x: axis("← faster · ms per frame", {type: spread ? "logarithmic" : "linear", grace: "12%",
      ticks: {maxTicksLimit: 7, callback: (value) => significant(value)}}),
    y: axis(`${entry.label} ${entry.better === "high" ? "· better ↑" : "· better ↓"}`, {grace: "12%",
      ticks: {maxTicksLimit: 6, callback: (value) => entry.format(value)}})
  };
  if (spread) Object.assign(options.scales.x, log_range(points.map((point) => point.x)));
  new_chart(canvas, {type: "scatter", options, plugins: [point_ranks], data: {datasets: [{
    data: points, radius: 11, hoverRadius: 13, borderWidth: 2, borderColor: colour("blue"),
    backgroundColor: points.map((point) => (point.front ? colour("blue") : colour("paper")))
  }]}});
  const key = el("ol", {class: "key"}, ...points.map((point) => el("li", {value: point.rank, class: point.front ? "front" : ""},
    el("span", {}, point.name))));
  return [box, key];
}

let chosen_quality = null;

function quality_figure(groups) {
  const choices = metrics.filter((entry) => entry.quality && entry.better &&
    groups.filter((group) => group.mean(entry.key) !== null).length > 0);
  if (!choices.length) return null;
  const entry = choices.find((choice) => choice.key === chosen_quality) ?? choices[0];
  const body = el("div", {}, ...scatter_chart(groups, entry));
  const select = el("select", {id: "quality", onchange: (event) => {
    chosen_quality = event.target.value;
    body.replaceChildren(...scatter_chart(groups, metric[chosen_quality]));
  }}, ...choices.map((choice) => el("option", {value: choice.key, selected: choice === entry}, choice.label)));
  return el("figure", {class: "whole"}, el("figcaption", {}, el("h3", {}, "Quality against speed"),
    el("p", {class: "quiet"}, "Filled: nothing here is both faster and better. Numbers are ranks."),
    el("label", {class: "pick"}, "Quality ", select)), body);
}

function comfort_chart(comfort) {
  if (typeof Chart === "undefined") return null;
  const bins = list_of(comfort.bins).filter((bin) => is_number(bin.share));
  const canvas = el("canvas", {role: "img",
    "aria-label": `Parallax from ${signed(comfort.low)} to ${signed(comfort.high)} % of the width`});
  const options = base_options();
  options.plugins.tooltip.callbacks = {title: ([item]) => {
    const bin = bins[item.dataIndex];
    return `${signed(bin.from)} to ${signed(bin.to)} % of width`;
  }, label: (item) => percent(item.raw)};
  options.scales = {
    x: axis("before the screen ← 0 → behind it, % of width", {grid: {display: false}, ticks: {maxTicksLimit: 7, maxRotation: 0}}),
    y: axis("", {beginAtZero: true, ticks: {maxTicksLimit: 4, callback: (value) => percent(value)}})
  };
  const box = el("div", {}, el("h4", {}, "Parallax: share of pixels"), el("div", {class: "plot histogram"}, canvas));
  new_chart(canvas, {type: "bar", options, data: {labels: bins.map((bin) => signed((bin.from + bin.to) / 2)), datasets: [{
    data: bins.map((bin) => bin.share), backgroundColor: colour("blue"), categoryPercentage: 1, barPercentage: 0.92
  }]}});
  return box;
}

function draw_charts() {
  const groups = variants().filter((group) => group.ms !== null);
  by_id("charts-note").textContent = coverage(groups, true);
  if (typeof Chart === "undefined") {
    by_id("charts-body").replaceChildren(el("p", {class: "notice"},
      "The program that wrote this page was built without Chart.js, so there are no charts; the table has all figures. ",
      "For charts: scripts/setup bench, then build and run again."));
    return;
  }
  by_id("charts-body").replaceChildren(groups.length
    ? el("div", {class: "figures"}, ...[time_figure(groups), memory_figure(groups), quality_figure(groups)].filter(Boolean))
    : el("p", {class: "quiet"}, "Nothing was measured here."));
}
