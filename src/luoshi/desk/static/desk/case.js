// A case's page: what others do shows while one looks; forms fill in a place and narrow long lists.
"use strict";

const EVERY = 5000;

setInterval(() => {
  const live = document.querySelector("#case-live");
  if (live && document.visibilityState === "visible") htmx.trigger(live, "look");
}, EVERY);

// What was told twice (one's own act, and the look that was on its way) stands once.
document.addEventListener("htmx:afterSettle", () => {
  const seen = new Set();
  for (const one of document.querySelectorAll("#timeline > li[id]")) {
    if (seen.has(one.id)) one.remove();
    seen.add(one.id);
  }
});

// A form that came takes the focus; one that is left goes.
document.addEventListener("htmx:afterSwap", (event) => {
  const form = document.querySelector("#act-form");
  if (form && (event.detail.target === form || event.detail.target.id === "act-form")) {
    ready(form);
    const wrong = form.querySelector("[aria-invalid=true]");
    const first = wrong || form.querySelector("h2");
    if (first) { first.focus({ preventScroll: true }); form.scrollIntoView({ block: "nearest" }); }
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-does]");
  if (!button) return;
  if (button.dataset.does === "drop-form" && document.querySelector("#case-live")) {
    event.preventDefault();
    document.querySelector("#act-form").replaceWith(Object.assign(document.createElement("div"), { id: "act-form" }));
  } else if (button.dataset.does === "here") {
    const spot = button.closest(".spot");
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        spot.querySelector("[name$='.lon']").value = coords.longitude.toFixed(6);
        spot.querySelector("[name$='.lat']").value = coords.latitude.toFixed(6);
        button.disabled = false;
      },
      () => { button.disabled = false; tell(button.dataset.wrong); },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  }
});

function ready(root) {
  for (const one of root.querySelectorAll(".narrow")) one.hidden = false;
  if ("geolocation" in navigator) for (const one of root.querySelectorAll("[data-does=here]")) one.hidden = false;
}
ready(document);

// A long list shows what holds the typed words; what is chosen stays.
document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.matches(".narrow")) return;
  const words = box.value.trim().toLowerCase();
  for (const one of box.parentElement.querySelectorAll("option, .ticks > li")) {
    const text = (one.dataset.text || one.textContent).toLowerCase();
    const chosen = one.selected || one.querySelector?.("input:checked");
    one.hidden = Boolean(words) && !text.includes(words) && !chosen && one.value !== "";
  }
  const select = box.parentElement.querySelector("select");
  const found = select ? [...select.options].filter((one) => !one.hidden && one.value) : [];
  if (words && found.length === 1) select.value = found[0].value;
});
