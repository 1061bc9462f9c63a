// The inbox by keyboard: j and k go from row to row, Enter opens, x chooses, ? shows the keys. Without it all works by mouse.
"use strict";

const typing = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]";

function rows() { return [...document.querySelectorAll("[data-row]")]; }
function here() { return document.querySelector("[data-row].at"); }

function go(step) {
  const all = rows();
  if (!all.length) return;
  const old = here();
  const at = old ? Math.min(Math.max(all.indexOf(old) + step, 0), all.length - 1) : 0;
  old?.classList.remove("at");
  all[at].classList.add("at");
  all[at].querySelector("a.title").focus({ preventScroll: true });
  all[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typing)) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "x" && here()) here().querySelector("[data-one]")?.click();
  else if (event.key === "Enter" && here() && !event.target.closest("a, button, summary, input")) here().querySelector("a.title").click();
  else if (event.key === "?") document.querySelector("#keys").showModal();
  else return;
  if (event.key !== "Enter") event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-does=keys]")) document.querySelector("#keys").showModal();
  for (const pop of document.querySelectorAll("details.pop[open]")) if (!pop.contains(event.target)) pop.open = false;
});

// What is done with chosen rows shows once any is chosen; without this script it always does.
function ready() {
  for (const bulk of document.querySelectorAll(".list .bulk")) bulk.hidden = !bulk.closest("form").querySelector("[data-one]:checked");
  for (const button of document.querySelectorAll(".keys-switch")) button.hidden = false;
}
document.addEventListener("htmx:afterSettle", ready);
ready();
