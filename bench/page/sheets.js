// Contact sheets of the shown cells; one opens large in a dialog.

function open_sheet(cell) {
  const close = el("button", {type: "button", onclick: () => dialog.close()}, "Close");
  const dialog = el("dialog", {class: "sheet", "aria-label": `Contact sheet of ${variant_of(cell)}`, onclose: () => dialog.remove()},
    el("div", {class: "heading"}, el("p", {}, `${variant_of(cell)}, ${cell.sample}`), close),
    el("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": "Picture, can be scrolled"},
      el("img", {src: address(cell.files.sheet), alt: `Contact sheet: ${variant_of(cell)}, sample ${cell.sample}`})));
  document.body.append(dialog);
  dialog.showModal();
}

function draw_sheets() {
  const with_sheet = shown_cells().filter((cell) => cell.files?.sheet);
  const order = new Map(variants().map((group, index) => [group.name, index]));
  with_sheet.sort((a, b) => order.get(variant_of(a)) - order.get(variant_of(b)));
  by_id("sheets-body").replaceChildren(with_sheet.length ? el("ul", {class: "gallery"}, ...with_sheet.map((cell) =>
    el("li", {}, el("button", {type: "button", onclick: () => open_sheet(cell)},
      el("img", {src: address(cell.files.sheet), alt: "", loading: "lazy"}),
      el("span", {class: "approach"}, breakable(variant_of(cell))), el("span", {class: "quiet"}, String(cell.sample))))))
    : el("p", {class: "quiet"}, "There are no sheets."));
}
