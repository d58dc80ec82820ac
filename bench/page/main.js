// What stands at the head of the page, and the order in which everything is drawn.

function draw_context() {
  const gpus = list_of(context.gpus);
  const parts = [context.cpu, is_number(context.threads) ? `${context.threads} threads` : null, ...gpus.map((gpu) => gpu.name),
    context.libtorch ? `libtorch ${context.libtorch}` : null,
    is_number(context.seconds) ? `${significant(context.seconds)} s of each sample` : null,
    report.created ? date(report.created) : null];
  by_id("context").textContent = parts.filter(Boolean).join(" · ");
  by_id("version").textContent = ["Relievo", context.relievo, context.commit ? `(${context.commit})` : null].filter(Boolean).join(" ");
  document.title = ["Relievo benchmark", context.cpu, report.created ? date(report.created) : null].filter(Boolean).join(", ");
}

function draw_notice() {
  const notices = [];
  if (cells.length && report.relievo_bench !== 1)
    notices.push(`This report is of version ${report.relievo_bench ?? "none"}; this page knows version 1 and may show it wrongly.`);
  const load = Array.isArray(context.load_average) ? context.load_average[0] : null;
  if (is_number(load) && is_number(context.cpus) && load > 0.5 * context.cpus)
    notices.push(`The machine was busy with other work when the run began (load ${significant(load)} on ${context.cpus} CPUs): times may be too long.`);
  by_id("notice").textContent = notices.join(" ");
  by_id("notice").hidden = !notices.length;
}

function draw_facts() {
  const list = by_id("facts");
  const add = (term, value) => { if (value) fact(list, term, value); };
  if (Array.isArray(report.command)) add("Command", command(report.command.map((word) => shell_word(String(word))).join(" ")));
  add("System", context.os);
  add("Processor", is_number(context.cpus) ? `${context.cpu ?? ""} · ${context.cpus} CPUs` : context.cpu);
  add("Memory", is_number(context.memory_bytes) ? bytes(context.memory_bytes) : null);
  for (const gpu of list_of(context.gpus))
    add("GPU", [gpu.name, gpu.driver ? `driver ${gpu.driver}` : null, is_number(gpu.memory_bytes) ? bytes(gpu.memory_bytes) : null].filter(Boolean).join(" · "));
  add("Commit", context.commit);
  for (const sample of samples) add(`Sample ${sample.name}`, [`${sample.width}×${sample.height}`, `${significant(sample.fps ?? 0, 4)} fps`,
    `${sample.frames} frames`, sample.start_s ? `from ${duration(sample.start_s)}` : null, sample.truth ? "true depth known" : null,
    is_number(sample.prepare?.ms_per_frame) ? `scaled beforehand in ${significant(sample.prepare.ms_per_frame)} ms a frame` : null, sample.file].filter(Boolean).join(" · "));
  by_id("run").hidden = !list.hasChildNodes();
}

function draw_filters() {
  switch_of(by_id("kind"), "kind", kinds.map((kind) => [kind, kind_names[kind]]), shown.kind, (kind) => show({kind}));
  by_id("kind").hidden = kinds.length < 2;
  by_id("sample").append(...(sample_names.length > 1 ? [el("option", {value: ""}, "All samples")] : []),
    ...sample_names.map((name) => el("option", {value: name}, name)));
  by_id("sample").addEventListener("change", (event) => show({sample: event.target.value}));
  by_id("sample").parentElement.hidden = !sample_names.length;
}

function draw_all() {
  draw_short();
  draw_table();
  draw_charts();
  draw_sheets();
}

draw_context();
draw_notice();
draw_facts();
draw_filters();
start_table();
start_theme();
start_player();
draw_all();
on_shown(draw_all);
on_theme_listeners.push(() => { draw_table(); draw_charts(); });
matchMedia("(max-width: 40rem)").addEventListener("change", draw_charts);
