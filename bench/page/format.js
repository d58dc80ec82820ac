// Numbers and names as people read them, and small helpers to build the page with.

const significant = (value, digits = 3) =>
  value.toLocaleString("en", {maximumSignificantDigits: digits, useGrouping: value >= 10000});

const percent = (share) => `${significant(share * 100, share < 0.1 ? 2 : 3)} %`;

const times = (value) => `${significant(value, 3)}×`;

function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (count >= 1000 && unit + 1 < units.length) {
    count /= 1024;
    ++unit;
  }
  return `${significant(count, 3)} ${units[unit]}`;
}

function duration(seconds) {
  if (seconds < 0.1) return `${significant(seconds * 1000, 2)} ms`;
  if (seconds < 100) return `${significant(seconds, 3)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = minutes / 60;
  if (hours >= 48) return `${significant(hours / 24, 2)} days`;
  return `${Math.floor(hours)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function date(text) {
  const when = new Date(text);
  return Number.isNaN(when.getTime())
    ? String(text)
    : when.toLocaleString("en-GB", {day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit"});
}

// A word of a command as a shell wants it.
const shell_word = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

// A path of the report as an address relative to the page: every part is escaped, so it can be nothing but a path.
const address = (path) => path.split(/[\\/]/).map(encodeURIComponent).join("/");

const is_number = (value) => typeof value === "number" && Number.isFinite(value);

// An element. Attributes: on* are listeners, false and null are left out. Children: elements, or text, which stays text.
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

// A name that may be broken after its underscores and colons.
const breakable = (name) => name.split(/(?<=[_:/])/).flatMap((part) => [part, document.createElement("wbr")]);

const by_id = (id) => document.getElementById(id);

function fact(list, term, ...description) {
  list.append(el("div", {}, el("dt", {}, term), el("dd", {}, ...description)));
}

// A command with a button that copies it; where a browser forbids that, the command is selected instead.
function command(text) {
  const code = el("code", {}, text);
  const button = el("button", {type: "button", class: "small", "aria-label": `Copy ${text}`, onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  }}, "Copy");
  return el("span", {class: "command"}, code, " ", button);
}

// Radio buttons in a row. options: [value, label, enabled]
function switch_of(fieldset, name, options, chosen, on_change) {
  fieldset.querySelectorAll("label").forEach((label) => label.remove());
  for (const [value, label, enabled = true] of options) {
    fieldset.append(el("label", {}, el("input", {
      type: "radio", name, value, checked: value === chosen, disabled: !enabled, onchange: () => on_change(value)
    }), el("span", {}, label)));
  }
}
