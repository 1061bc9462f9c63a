// Printing; and in the grid of progress the keys: arrows from row to row, Ctrl+Enter saves.
"use strict";

for (const button of document.querySelectorAll("[data-does=print]")) button.hidden = false;
document.addEventListener("htmx:load", () => {
  for (const button of document.querySelectorAll("[data-does=print]")) button.hidden = false;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-does=print]")) print();
});
