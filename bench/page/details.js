// All that is known of one cell, under its row.

function times_of(cell) {
  const list = el("dl", {class: "facts"});
  const time = cell.time ?? {};
  const add = (term, value, format) => { if (is_number(value)) fact(list, term, format(value)); };
  const ms = (value) => `${significant(value)} ms`;
  add("Loading", time.load_s, duration);
  add("First frame", time.first_frame_s, duration);
  add("A frame, median", time.frame_ms_median, ms);
  add("A frame, 95th percentile", time.frame_ms_p95, ms);
  add(time.windowed ? "A frame, from window to window" : "A frame, steady", time.steady_ms_per_frame, ms);
  add("Frames a second", time.fps, significant);
  add("In all", time.wall_s, (value) => `${duration(value)}${is_number(time.frames) ? ` for ${time.frames} frames` : ""}`);
  const runs = (cell.runs?.steady_ms_per_frame ?? []).filter(is_number);
  if (runs.length > 1) fact(list, "Repetitions", `${runs.map((value) => significant(value)).join(", ")} ms a frame`);
  return list;
}

function results_of(cell) {
  const list = el("dl", {class: "facts"});
  for (const entry of metrics) {
    const value = value_of(cell, entry.key);
    if (["ms", "first"].includes(entry.key) || value === null) continue;
    fact(list, entry.label, entry.cell_format ? entry.cell_format(cell) : entry.format(value));
  }
  if (cell.weights) fact(list, "Weights", [cell.weights.repo, cell.weights.revision].filter(Boolean).join(" at "));
  return list;
}

// Shares of the time in which each stage worked; the busiest holds the others back.
function stages_of(cell) {
  const stages = list_of(cell.stages).filter((stage) => is_number(stage.busy_share));
  if (!stages.length) return null;
  const most = Math.max(...stages.map((stage) => stage.busy_share));
  return el("div", {}, el("h4", {}, "Stages: share of the time at work"), el("ul", {class: "stages"}, ...stages.map((stage) => {
    const bar = el("span", {class: "bar", "aria-hidden": "true"}, el("span"));
    bar.firstChild.style.width = `${Math.min(100, Math.max(0, stage.busy_share * 100))}%`;
    return el("li", {}, el("span", {}, String(stage.name), " ", el("span", {class: "quiet"}, String(stage.type ?? ""))), bar,
      el("span", {class: "number"}, percent(stage.busy_share),
        stage.busy_share === most && stages.length > 1 ? el("span", {class: "unseen"}, ", the one that holds the rest back") : null));
  })));
}

const file_names = {
  depth_video: "Depth film", depth_lossless: "Depth, 16 bit lossless", sbs: "3D film, side by side", anaglyph: "Anaglyph",
  sheet: "Contact sheet", log: "Log"
};

function files_of(cell) {
  const files = Object.entries(file_names).filter(([key]) => cell.files?.[key]);
  if (!files.length) return null;
  return el("p", {class: "files"}, ...files.flatMap(([key, name]) => [el("a", {href: address(cell.files[key])}, name), " "]));
}

function details_body(cell) {
  const body = el("div", {class: "details-body"}, el("p", {class: "quiet breakable"}, String(cell.name)));
  if (cell.status === "measured") {
    const comfort = cell.quality?.comfort;
    body.append(el("div", {class: "columns"},
      el("div", {}, el("h4", {}, "Time"), times_of(cell)),
      el("div", {}, el("h4", {}, "Memory and quality"), results_of(cell)),
      ...[stages_of(cell), list_of(comfort?.bins).length ? comfort_chart(comfort) : null].filter(Boolean)));
  } else {
    body.append(el("p", {}, String(cell.reason ?? "The report gives no reason.")), cell.remedy ? command(String(cell.remedy)) : "");
  }
  body.append(files_of(cell) ?? "");
  return body;
}
