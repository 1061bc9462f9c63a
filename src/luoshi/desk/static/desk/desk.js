// The few lines that no attribute can say: the menu on a phone, notices that can be put away, the reader's theme.
"use strict";

const root = document.documentElement;

function remember(name, value) {
  document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax` + (location.protocol === "https:" ? ";secure" : "");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-does]");
  if (!button) return;
  const does = button.dataset.does;
  if (does === "menu") {
    const side = document.querySelector(".side");
    const open = side.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  } else if (does === "close") {
    button.closest(".notice").remove();
  } else if (does === "close-dialog") {
    button.closest("dialog").close();
  } else if (does === "theme") {
    root.dataset.theme = button.value;
    remember("luoshi_theme", button.value);
  } else if (does === "size") {
    root.dataset.size = button.value;
    remember("luoshi_size", button.value);
  } else if (does === "lang") {
    remember("luoshi_lang", button.value);
    location.reload();
  }
});

// A menu that is open closes on a click elsewhere and on Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.me[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.me[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
    document.querySelector("#notices .notice:last-child")?.remove();
  }
  if (event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]")) {
    const find = document.querySelector(".find input");
    if (find) { event.preventDefault(); find.focus(); }
  }
});

// A dialog that htmx brings is opened as one, so that the focus stays in it; once closed it is gone. It is looked for by
// its place, since what was swapped out is no longer in the page.
document.addEventListener("htmx:afterSwap", () => document.querySelector("#dialog > dialog:not([open])")?.showModal());
document.addEventListener("close", (event) => { if (event.target.parentElement?.id === "dialog") event.target.remove(); }, true);

// Answers 4xx hold a page's own words about what is wrong: show them in their place.
document.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (status >= 400 && status < 500) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
document.addEventListener("htmx:sendError", () => tell(document.body.dataset.offline));
document.addEventListener("htmx:responseError", () => tell(document.body.dataset.fault));

function tell(text) {
  const notice = document.createElement("div");
  notice.className = "notice wrong";
  notice.setAttribute("role", "alert");
  notice.append(Object.assign(document.createElement("div"), { textContent: text }));
  document.querySelector("#notices").append(notice);
}

// Choosing rows of a list: all at once, and what can be done with them shows while any is chosen.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[data-all]")) {
    for (const one of box.closest("form").querySelectorAll("[data-one]")) one.checked = box.checked;
  }
  if (box.matches("[data-all], [data-one]")) {
    const form = box.closest("form");
    const chosen = form.querySelectorAll("[data-one]:checked").length;
    for (const one of form.querySelectorAll("tr")) one.classList.toggle("chosen", Boolean(one.querySelector("[data-one]:checked")));
    const bulk = form.querySelector(".bulk");
    if (bulk) { bulk.hidden = chosen === 0; const count = bulk.querySelector("[data-count]"); if (count) count.textContent = chosen; }
  }
  if (box.matches("[data-submit]")) box.form.requestSubmit();
});
