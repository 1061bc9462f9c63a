// Printing; what can be done with chosen rows shows once any is chosen; and in the grid of progress the keys: Alt+arrows
// from row to row, Ctrl+Enter saves the row.
"use strict";

function ready() {
  for (const button of document.querySelectorAll("[data-does=print]")) button.hidden = false;
  for (const bulk of document.querySelectorAll(".list .bulk")) bulk.hidden = !bulk.closest("form").querySelector("[data-one]:checked");
}
ready();
document.addEventListener("htmx:load", ready);

// What is wrong is looked at first.
document.addEventListener("htmx:afterSettle", () => document.querySelector(".filing [aria-invalid=true]")?.focus());

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-does=print]")) print();
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest(".filing [data-row]");
  if (!row) return;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    row.querySelector("button[name=do]")?.click();
  } else if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault(); // a line typed to its end is not yet a row to be sent
  } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const field = event.target.dataset.field;
    const same = [...document.querySelectorAll(`.filing [data-field="${CSS.escape(field ?? "")}"]`)];
    const next = same[same.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  }
});
