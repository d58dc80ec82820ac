// The table of cells. Whatever it is sorted by, cells without the value come last, skipped and failed ones at the very end.

const sorting = {key: "rank", descending: false};
// Those that wait for a wide window, and those that stand in the details only.
const wide_only = new Set(["real_time", "film", "device"]);
const details_only = new Set(["first", "energy", "abs_rel"]);
const open_rows = new Set();

function table_columns(rows) {
  const columns = [
    {key: "rank", label: "Rank", number: true},
    {key: "name", label: "Approach"}
  ];
  if (!shown.sample) columns.push({key: "sample", label: "Sample"});
  for (const entry of metrics)
    if (!details_only.has(entry.key) && (entry.key === "ms" || rows.some(({cell}) => value_of(cell, entry.key) !== null)))
      columns.push({key: entry.key, label: entry.label, number: true, metric: entry});
  return columns;
}

function sort_value(row, key) {
  if (key === "rank") return row.rank;
  if (key === "name") return row.name;
  if (key === "sample") return row.cell.sample;
  return value_of(row.cell, key);
}

function sorted(rows) {
  const late = (row) => ({measured: 0, failed: 1}[row.cell.status] ?? 2);
  const sign = sorting.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (late(a) !== late(b)) return late(a) - late(b);
    const x = sort_value(a, sorting.key);
    const y = sort_value(b, sorting.key);
    if (x === null || y === null) return (x === null) - (y === null) || a.order - b.order;
    const difference = typeof x === "string" ? x.localeCompare(y, "en", {numeric: true}) : x - y;
    return sign * difference || a.order - b.order;
  });
}

function sort_by(key, descending) {
  sorting.key = key;
  sorting.descending = descending;
  draw_table();
}

function header_cell(column) {
  const active = sorting.key === column.key;
  const first_descending = column.metric?.better === "high";
  const button = el("button", {type: "button", "data-sort": column.key, onclick: () => {
    sort_by(column.key, active ? !sorting.descending : first_descending);
    document.querySelector(`#table [data-sort="${column.key}"]`).focus();
  }}, column.label, el("span", {class: "arrow", "aria-hidden": "true"}, active ? (sorting.descending ? "▼" : "▲") : ""));
  return el("th", {
    scope: "col", class: `${column.number ? "number" : ""} ${wide_only.has(column.key) ? "wide" : ""} col-${column.key}`,
    "aria-sort": active ? (sorting.descending ? "descending" : "ascending") : null
  }, button);
}

// The best value of each column, where there is a choice.
function best_values(rows, columns) {
  const best = {};
  for (const {key, metric: entry} of columns) {
    if (!entry?.better) continue;
    const values = rows.map(({cell}) => value_of(cell, key)).filter((value) => value !== null);
    if (new Set(values).size < 2) continue;
    best[key] = entry.better === "high" ? Math.max(...values) : Math.min(...values);
  }
  return best;
}

function value_cell(row, column, best) {
  const classes = `number ${wide_only.has(column.key) ? "wide" : ""} col-${column.key}`;
  if (column.key === "rank") return el("td", {class: classes}, row.rank === null ? "–" : String(row.rank));
  if (column.key === "sample") return el("td", {class: "col-sample"}, String(row.cell.sample));
  const value = value_of(row.cell, column.key);
  if (value === null) return el("td", {class: classes}, el("span", {class: "quiet"}, "–"));
  const text = column.metric.cell_format ? column.metric.cell_format(row.cell) : column.metric.format(value);
  // Within one sample only: the best over several samples is the easiest sample's.
  const is_best = shown.sample && value === best[column.key];
  return el("td", {class: `${classes} ${is_best ? "best" : ""}`}, text, is_best ? el("span", {class: "unseen"}, " (best)") : null);
}

function name_cell(row, index) {
  const {cell} = row;
  const id = `details-${index}`;
  const open = open_rows.has(cell.name);
  const button = el("button", {
    type: "button", class: "opener", "aria-expanded": String(open), "aria-controls": id, onclick: () => {
      const now = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(now));
      now ? open_rows.add(cell.name) : open_rows.delete(cell.name);
      const details = by_id(id);
      details.hidden = !now;
      if (now && !details.firstChild.hasChildNodes()) details.firstChild.append(details_body(cell));
    }
  }, el("span", {class: "approach"}, breakable(approach_of(cell))), el("span", {class: "quiet"}, details_of(cell)),
    shown.sample ? null : el("span", {class: "quiet narrow-sample"}, String(cell.sample)));
  return el("th", {scope: "row", class: "col-name"}, button);
}

// Why there is no measurement, and what to do about it.
function trouble_cell(row, span) {
  const {cell} = row;
  const failed = cell.status === "failed";
  return el("td", {colspan: span, class: "trouble"},
    el("span", {class: `state ${failed ? "failed" : "skipped"}`}, failed ? "▲ failed" : `○ ${cell.status ?? "no status"}`), " ",
    cell.reason ? el("span", {class: "reason"}, String(cell.reason)) : null, " ",
    cell.remedy ? command(String(cell.remedy)) : null, " ",
    cell.files?.log ? el("a", {href: address(cell.files.log)}, "log") : null);
}

function table_rows() {
  const ranks = new Map(variants().map((group) => [group.name, group.rank]));
  return shown_cells().map((cell, order) =>
    ({cell, order, name: variant_of(cell), rank: value_of(cell, "ms") === null ? null : ranks.get(variant_of(cell))}));
}

function draw_sorter(columns) {
  by_id("sort").replaceChildren(...columns.map((column) =>
    el("option", {value: column.key, selected: column.key === sorting.key}, column.label)));
}

function draw_table() {
  const rows = table_rows();
  const columns = table_columns(rows);
  if (!columns.some((column) => column.key === sorting.key)) Object.assign(sorting, {key: "rank", descending: false});
  const best = best_values(rows, columns);
  const plain = columns.filter((column) => !["rank", "name", "sample"].includes(column.key)).length;
  const body = el("tbody");
  sorted(rows).forEach((row, index) => {
    const measured = row.cell.status === "measured";
    const line = el("tr", {class: measured ? "" : "unmeasured", "data-cell": String(row.cell.name)});
    for (const column of columns) {
      if (column.key === "name") line.append(name_cell(row, index));
      else if (measured || ["rank", "sample"].includes(column.key)) line.append(value_cell(row, column, best));
    }
    if (!measured) line.append(trouble_cell(row, plain));
    const open = open_rows.has(row.cell.name);
    const details = el("tr", {class: "details", id: `details-${index}`, hidden: !open},
      el("td", {colspan: columns.length}, open ? details_body(row.cell) : null));
    body.append(line, details);
  });
  by_id("table").replaceChildren(rows.length ? el("table", {},
    el("caption", {class: "unseen"}, `Cells of the benchmark: ${kind_names[shown.kind]}, ${shown.sample || "all samples"}`),
    el("thead", {}, el("tr", {}, ...columns.map(header_cell))), body)
    : el("p", {class: "quiet"}, "There are no cells."));
  draw_sorter(columns);
  const count = (status) => rows.filter(({cell}) => cell.status === status).length;
  by_id("counts").textContent = [["measured", "measured"], ["skipped", "skipped"], ["failed", "failed"]]
    .filter(([status]) => count(status)).map(([status, word]) => `${count(status)} ${word}`).join(", ");
}

function start_table() {
  by_id("sort").addEventListener("change", (event) =>
    sort_by(event.target.value, metric[event.target.value]?.better === "high"));
  for (const entry of metrics)
    if (cells.some((cell) => value_of(cell, entry.key) !== null)) fact(by_id("glossary"), entry.label,
      `${entry.help}${entry.better ? ` ${entry.better === "low" ? "Lower" : "Higher"} is better.` : ""}`);
}
