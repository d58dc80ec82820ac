// Two films of one sample, beside each other or one over the other with an edge between them that can be moved.

const pictures = {depth_video: "Depth", sbs: "3D pair", anaglyph: "Anaglyph"};
const player = {picture: "depth_video", sample: "", view: "wipe", wipe: 50};

const films_of = (sample, picture) => cells.filter((cell) => cell.sample === sample && cell.files?.[picture]);
const player_samples = () => sample_names.filter((name) => Object.keys(pictures).some((picture) => films_of(name, picture).length));

function film_figure(side) {
  const video = el("video", {playsinline: true, preload: "auto", disablepictureinpicture: true});
  video.muted = true;
  const caption = el("figcaption", {});
  const trouble = el("p", {class: "film-trouble", hidden: true});
  const figure = el("figure", {class: `film ${side}`}, video, caption, trouble);
  return {figure, video, caption, trouble};
}

function button(label, title, action, more = {}) {
  return el("button", {type: "button", "aria-label": title, title, onclick: action, ...more}, label);
}

function build_player() {
  const a = film_figure("a");
  const b = film_figure("b");
  const wipe = el("input", {type: "range", class: "wipe", min: 0, max: 100, step: 0.5, value: player.wipe, "aria-label": "Edge between the two films"});
  const stage = el("div", {class: "stage", "data-view": player.view}, a.figure, b.figure,
    el("div", {class: "edge", "aria-hidden": "true"}, el("span")), wipe);
  const parts = {
    a, b, wipe, stage,
    samples: el("select", {id: "film-sample"}),
    picture: el("fieldset", {class: "switch"}, el("legend", {class: "unseen"}, "Picture")),
    view: el("fieldset", {class: "switch"}, el("legend", {class: "unseen"}, "Arrangement")),
    choose_a: el("select", {id: "film-a"}), choose_b: el("select", {id: "film-b"}),
    scrub: el("input", {type: "range", class: "scrub", min: 0, max: 0, step: 1, value: 0, "aria-label": "Frame"}),
    place: el("output", {class: "place number"}, ""),
    speed: el("select", {id: "film-speed", "aria-label": "Speed"}, ...[1, 0.5, 0.25].map((speed) => el("option", {value: speed}, `${speed}×`)))
  };
  parts.clock = new FilmClock([a.video, b.video], (frame) => show_place(parts, frame));
  return parts;
}

function show_place(parts, frame) {
  const {clock} = parts;
  parts.scrub.max = Math.max(0, clock.frames - 1);
  parts.scrub.value = frame;
  const text = clock.frames ? `frame ${frame + 1} of ${clock.frames}, ${(frame / clock.fps).toFixed(2)} s` : "no film";
  parts.scrub.setAttribute("aria-valuetext", text);
  parts.place.textContent = text;
  parts.play.textContent = clock.wants_to_play ? "Pause" : "Play";
}

function set_wipe(parts, value) {
  player.wipe = Math.max(0, Math.min(100, value));
  parts.wipe.value = player.wipe;
  parts.wipe.setAttribute("aria-valuetext", `${Math.round(player.wipe)} % left film`);
  parts.stage.style.setProperty("--wipe", `${player.wipe}%`);
}

function set_view(parts, view) {
  player.view = view;
  parts.stage.dataset.view = view;
  parts.wipe.hidden = view !== "wipe";
  for (const input of parts.view.querySelectorAll("input")) input.checked = input.value === view;
}

function load_film(film, cell, letter) {
  film.trouble.hidden = true;
  film.caption.replaceChildren(...(cell ? [el("b", {}, letter), el("span", {}, ` ${variant_of(cell)}`)] : []));
  film.video.setAttribute("aria-label", cell ? `${pictures[player.picture]} by ${variant_of(cell)}` : "No film");
  const source = cell ? address(cell.files[player.picture]) : "";
  if (film.video.getAttribute("src") === source) return Promise.resolve();
  if (!cell) {
    film.video.removeAttribute("src");
    film.video.load();
    return Promise.resolve();
  }
  film.video.setAttribute("src", source);
  return new Promise((done) => {
    film.video.addEventListener("loadeddata", done, {once: true});
    film.video.addEventListener("error", () => {
      film.trouble.textContent = `The browser cannot play ${cell.files[player.picture]}: it is not there, or not in a form it knows.`;
      film.trouble.hidden = false;
      done();
    }, {once: true});
  });
}

// Films anew, at the frame where the last ones stood, playing if those played.
async function load_films(parts) {
  const {clock} = parts;
  const chosen = films_of(player.sample, player.picture);
  const frame = clock.frame();
  const was_playing = clock.wants_to_play;
  clock.pause_films();
  clock.wants_to_play = false;
  const turn = ++clock.turn;
  const fps = samples.find((sample) => sample.name === player.sample)?.fps;
  clock.fps = is_number(fps) && fps > 0 ? fps : 25;
  await Promise.all([load_film(parts.a, chosen[parts.choose_a.value], "A"), load_film(parts.b, chosen[parts.choose_b.value], "B")]);
  if (turn !== clock.turn) return;
  const {videoWidth, videoHeight} = parts.a.video;
  if (videoWidth) parts.stage.style.setProperty("--aspect", `${videoWidth} / ${videoHeight}`);
  parts.stage.dataset.ready = "true";
  if (was_playing) await clock.restart(frame);
  else await clock.seek(Math.max(0, frame));
}

// Fastest first, so that the first two choices are the two fastest.
function offer_films(parts) {
  const names = player_samples();
  if (!names.includes(player.sample)) player.sample = names.includes(shown.sample) ? shown.sample : names[0];
  parts.samples.replaceChildren(...names.map((name) => el("option", {value: name, selected: name === player.sample}, name)));
  if (!films_of(player.sample, player.picture).length)
    player.picture = Object.keys(pictures).find((picture) => films_of(player.sample, picture).length);
  switch_of(parts.picture, "picture", Object.entries(pictures).map(([picture, name]) =>
    [picture, name, films_of(player.sample, picture).length > 0]), player.picture, (picture) => { player.picture = picture; offer_films(parts); });
  const chosen = films_of(player.sample, player.picture);
  const order = chosen.map((cell, index) => ({cell, index})).sort((a, b) => (value_of(a.cell, "ms") ?? Infinity) - (value_of(b.cell, "ms") ?? Infinity));
  const keep = [parts.choose_a, parts.choose_b].map((select) => select.selectedOptions[0]?.textContent);
  [parts.choose_a, parts.choose_b].forEach((select, at) => {
    const kept = order.find(({cell}) => variant_of(cell) === keep[at]) ?? order[Math.min(at, order.length - 1)];
    select.replaceChildren(...order.map(({cell, index}) => el("option", {value: index, selected: index === kept?.index}, variant_of(cell))));
  });
  load_films(parts);
}

function swap(parts) {
  [parts.choose_a.value, parts.choose_b.value] = [parts.choose_b.value, parts.choose_a.value];
  load_films(parts);
}

// Keys act wherever in the player the focus is, but never take a key from a control that has its own use for it.
function on_key(parts, event) {
  const {clock} = parts;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const own = event.target.closest("select, input");
  const actions = {
    " ": () => toggle(parts), k: () => toggle(parts),
    ArrowLeft: () => step(parts, -1), ArrowRight: () => step(parts, 1), ",": () => step(parts, -1), ".": () => step(parts, 1),
    Home: () => clock.go_to(0), End: () => clock.go_to(clock.frames - 1),
    w: () => set_view(parts, player.view === "wipe" ? "beside" : "wipe"),
    "[": () => set_wipe(parts, player.wipe - 5), "]": () => set_wipe(parts, player.wipe + 5), x: () => swap(parts)
  };
  const action = actions[event.key];
  if (!action) return;
  if (own && (event.key.length > 1 || event.key === " " || own.tagName === "SELECT")) return;
  if (event.key === " " && event.target.closest("button")) return;
  event.preventDefault();
  action();
}

function step(parts, by) {
  parts.clock.wants_to_play = false;
  return parts.clock.seek(parts.clock.frame() + by);
}

function toggle(parts) {
  return parts.clock.wants_to_play ? parts.clock.pause() : parts.clock.play();
}

function lay_out(parts) {
  const {clock} = parts;
  parts.play = button("Play", "Play or pause", () => toggle(parts), {class: "primary"});
  const whole = el("div", {class: "player", role: "group", "aria-label": "Player", onkeydown: (event) => on_key(parts, event)},
    el("div", {class: "controls"},
      el("label", {class: "pick"}, "Sample ", parts.samples), parts.picture, parts.view),
    el("div", {class: "controls pair"},
      el("label", {class: "pick"}, "A ", parts.choose_a),
      button("⇄", "Swap A and B", () => swap(parts)),
      el("label", {class: "pick"}, "B ", parts.choose_b)),
    parts.stage,
    el("div", {class: "controls transport"},
      button("◀", "One frame back", () => step(parts, -1)), parts.play, button("▶", "One frame on", () => step(parts, 1)),
      parts.scrub, parts.place, parts.speed,
      document.fullscreenEnabled ? button("Full screen", "Full screen", () =>
        document.fullscreenElement ? document.exitFullscreen() : whole.requestFullscreen()) : null),
    el("p", {class: "quiet keys"}, ...[["Space", "play"], ["← →", "frame"], ["[ ]", "move the edge"], ["W", "wipe or beside"], ["X", "swap"]]
      .flatMap(([key, use]) => [el("kbd", {}, key), ` ${use} `])));
  return whole;
}

function start_player() {
  if (!player_samples().length) {
    by_id("player").append(el("p", {class: "quiet"}, "This report has no films."));
    return;
  }
  if (shown.kind === "stereo") player.picture = "sbs";
  const parts = build_player();
  const {clock} = parts;
  switch_of(parts.view, "view", [["wipe", "Wipe"], ["beside", "Beside"]], player.view, (view) => set_view(parts, view));
  by_id("player").append(lay_out(parts));
  set_view(parts, player.view);
  set_wipe(parts, player.wipe);
  parts.wipe.addEventListener("input", () => set_wipe(parts, Number(parts.wipe.value)));
  parts.scrub.addEventListener("input", () => clock.go_to(Number(parts.scrub.value)));
  parts.speed.addEventListener("change", () => clock.set_speed(Number(parts.speed.value)));
  parts.samples.addEventListener("change", () => { player.sample = parts.samples.value; offer_films(parts); });
  for (const select of [parts.choose_a, parts.choose_b]) select.addEventListener("change", () => load_films(parts));
  offer_films(parts);
  let kind = shown.kind;
  on_shown(() => {
    if (shown.kind !== kind) player.picture = shown.kind === "stereo" ? "sbs" : "depth_video";
    kind = shown.kind;
    if (shown.sample) player.sample = shown.sample;
    offer_films(parts);
  });
}
