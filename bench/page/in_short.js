// The few sentences on which a choice can be made: who is best at what.

const questions = {
  depth: [["ms", "Fastest", "ms a frame"], ["flicker", "Steadiest", "flicker"], ["edges", "Sharpest edges", "at the edge"],
    ["within", "Nearest to the truth", "within 1.25×"]],
  stereo: [["ms", "Fastest", "ms a frame"], ["holes", "Fewest holes", "of the view"], ["stretched", "Least stretched", "of the view"]]
};

function answer(groups, key, title, unit) {
  const {best, next} = best_by(groups, key);
  if (!best) return null;
  const value = (group) => metric[key].format(group.mean(key));
  const film = key === "ms" ? best.mean("film") : null;
  return el("div", {class: "answer"},
    el("h3", {}, title),
    el("p", {class: "winner"}, breakable(best.approach), best.details ? el("span", {class: "quiet"}, ` ${best.details}`) : null),
    el("p", {class: "figure"}, value(best), unit ? el("span", {class: "quiet"}, ` ${unit}`) : null),
    el("p", {class: "quiet"}, film !== null ? `A two-hour film: ${duration(film)}. ` : "",
      next ? `Next: ${next.approach}${next.details ? ` ${next.details}` : ""}, ${value(next)}${key === "ms" ? " ms" : ""}.` : "Nothing to compare it with."));
}

function memory_answer(groups) {
  return answer(groups, groups.some((group) => group.mean("device") !== null) && groups.every(
    (group) => group.ms === null || group.mean("device") !== null) ? "device" : "host", "Least memory");
}

function draw_short() {
  const groups = variants();
  const answers = [...questions[shown.kind].map(([key, title, unit]) => answer(groups, key, title, unit)), memory_answer(groups)]
    .filter(Boolean);
  by_id("short-note").textContent = coverage(groups);
  by_id("short-body").replaceChildren(answers.length
    ? el("div", {class: "answers"}, ...answers)
    : el("p", {class: "quiet"}, cells.length ? "Nothing was measured here; the table says why, and how to get it."
      : "This report has no cells. A run of the benchmark fills it: host --config configs/bench.yaml"));
}
