// Light or dark: as the system has it, or as the reader says; a browser may refuse to remember that of a file.

const dark_system = matchMedia("(prefers-color-scheme: dark)");
const on_theme_listeners = [];

function apply_theme() {
  const choice = document.querySelector("input[name=theme]:checked").value;
  const dark = choice === "dark" || (choice === "auto" && dark_system.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  for (const listener of on_theme_listeners) listener();
}

function start_theme() {
  try {
    const kept = localStorage.getItem("relievo-theme");
    for (const input of document.querySelectorAll("input[name=theme]")) if (input.value === kept) input.checked = true;
  } catch { /* not remembered */ }
  by_id("theme").addEventListener("change", (event) => {
    try { localStorage.setItem("relievo-theme", event.target.value); } catch { /* not remembered */ }
    apply_theme();
  });
  dark_system.addEventListener("change", apply_theme);
  apply_theme();
}
