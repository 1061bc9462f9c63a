// The review of a report: both sides move together, the filter works at once, the editor opens in its row, and every
// key does what its button does. Without this script the page is links and forms.
"use strict";

(() => {
  const review = document.getElementById("review");
  if (!review) return;
  const $ = (id) => document.getElementById(id);
  const all = (what, at = document) => [...at.querySelectorAll(what)];
  const text = $("text"), list = $("list"), filter = $("filter"), bulk = $("bulk");
  const narrow = matchMedia("(max-width: 60rem)");
  const chosen = new Set();
  review.classList.add("js");

  const item = (code) => $(`c-${code}`);
  const line = (code) => $(`row-${code}`);
  const codeOf = (el) => el?.closest(".promise")?.id.slice(2);
  const shown = () => all(".promise:not([hidden])").filter((one) => !one.parentElement.parentElement.hidden);
  const editor = () => $("edit");
  let here = review.dataset.open || "";

  // --- both sides -------------------------------------------------------------------------------------------------
  function centre(el, box, share = 0.3) {
    if (!el) return;
    if (narrow.matches) { el.scrollIntoView({ block: "start" }); return; }
    for (let i = 0; i < 3; i++) { // heights are guessed until they are seen: the first jump makes the real ones known
      const a = el.getBoundingClientRect(), b = box.getBoundingClientRect();
      const by = a.top - b.top - b.height * share;
      if (Math.abs(by) < 2) break;
      box.scrollTop += by;
    }
  }
  function inView(el, box) {
    const a = el.getBoundingClientRect(), b = narrow.matches ? { top: 100, bottom: innerHeight } : box.getBoundingClientRect();
    return a.top > b.top + 100 && a.bottom < b.bottom;
  }
  function pane(which) {
    review.dataset.pane = which;
    for (const one of all("[data-show]")) one.setAttribute("aria-pressed", String(one.dataset.show === which));
  }
  function mark(code, { scroll = true } = {}) {
    for (const one of all(".here", review)) one.classList.remove("here");
    here = code;
    if (!code || !item(code)) return;
    item(code).classList.add("here");
    const pieces = all(`.c[data-c="${CSS.escape(code)}"]`, text);
    for (const one of pieces) one.classList.add("here");
    if (!scroll) return;
    if (pieces.length && !narrow.matches && !inView(pieces[0], text)) centre(pieces[0], text, 0.35);
    if (!inView(line(code), list)) centre(item(code), list, 0.22);
  }
  function reveal(code) {
    const one = item(code);
    if (!one) return false;
    if (one.hidden || one.closest(".group").hidden) { one.hidden = false; one.closest(".group").hidden = false; }
    return true;
  }

  // --- the address remembers where one is ---------------------------------------------------------------------------
  function remember(code) {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(filter)) if (value) query.set(name, value);
    if (code) query.set("c", code);
    const said = query.toString();
    history.replaceState(null, "", review.dataset.at + (said ? `?${said}` : ""));
  }

  // --- filter --------------------------------------------------------------------------------------------------------
  const folded = new Set(["split", "merged"]);
  const open = new Set(["proposed", "accepted"]);
  function lets(row, wants) {
    const data = row.dataset;
    if (wants.status ? data.status !== wants.status : folded.has(data.status)) return false;
    if (wants.lacking && !(open.has(data.status) && data.lacking.split(" ").includes(wants.lacking))) return false;
    if (wants.numbers && data.numbers !== "1") return false;
    return !wants.q || row.textContent.toLowerCase().includes(wants.q);
  }
  function apply() {
    const said = new FormData(filter);
    const wants = { status: said.get("status"), lacking: said.get("lacking"), numbers: said.get("numbers"), q: (said.get("q") || "").trim().toLowerCase() };
    let count = 0;
    for (const group of all(".group")) {
      let some = false;
      for (const one of all(".promise", group)) {
        const fits = lets(one.firstElementChild, wants) || one.contains(editor()); // what is being worked on stays
        one.hidden = !fits;
        some ||= fits;
        count += fits ? 1 : 0;
      }
      group.hidden = !some;
    }
    $("shown").textContent = count;
    for (const one of all("#counts a")) {
      const same = one.dataset.filter && wants[one.dataset.filter] === one.dataset.value;
      if (same) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current");
    }
    remember(editor()?.dataset.code || "");
  }
  filter.addEventListener("input", apply);
  filter.addEventListener("submit", (event) => { event.preventDefault(); shown()[0]?.querySelector(".what").focus(); });

  // --- the editor ----------------------------------------------------------------------------------------------------
  const way = (code) => `${review.dataset.at}commitments/${encodeURIComponent(code)}/`;
  function shut({ focus = false } = {}) {
    const one = editor();
    if (!one) return;
    const code = one.dataset.code;
    if (one.contains(document.activeElement)) document.activeElement.blur(); // what was typed is saved
    one.parentElement.replaceChildren();
    remember("");
    if (focus) line(code)?.querySelector(".what").focus({ preventScroll: true });
  }
  async function openAt(code, { field = "", again = false } = {}) {
    if (!reveal(code)) return;
    pane("list");
    if (again || editor()?.dataset.code !== code) {
      shut();
      await htmx.ajax("GET", way(code), { target: `#ed-${CSS.escape(code)}`, swap: "innerHTML" });
      if (editor()) enhance(editor()); // htmx tells of it only after it has settled
    }
    mark(code);
    remember(code);
    if (!inView(item(code), list)) centre(item(code), list, 0.2);
    const lacks = line(code).dataset.lacking.split(" ")[0];
    const to = field && $(`f-${field === "first" ? { who: "lead", what: "task", standard: "standard", when: "due" }[lacks] : field}`);
    if (to) { to.scrollIntoView({ block: "nearest" }); to.focus(); }
  }
  function act(code, does) {
    const row = line(code);
    const button = editor()?.dataset.code === code && editor().querySelector(`button[data-act="${does}"]`);
    if (button) { button.click(); return; }
    htmx.ajax("POST", way(code), { source: row, swap: "none", values: { n: row.dataset.n, do: does, brief: "1" } });
  }
  async function unfold(code, does, field) {
    await openAt(code);
    const one = editor()?.querySelector(`details[data-act="${does}"]`);
    if (!one) return;
    one.open = true;
    one.scrollIntoView({ block: "nearest" });
    (field ? one.querySelector(field) : one.querySelector("button"))?.focus({ preventScroll: true });
  }
  function issue(codes) {
    const query = codes.map((code) => `chosen=${line(code).dataset.n}:${encodeURIComponent(code)}`).join("&");
    htmx.ajax("GET", `${review.dataset.issue}?${query}`, { target: "#dialog", swap: "outerHTML" });
  }

  // Only what was changed is sent, and not what belongs to a button that was not pressed.
  document.addEventListener("htmx:configRequest", (event) => {
    const cause = event.detail.triggeringEvent;
    if (event.detail.elt.id !== "edit-form" || cause?.type !== "change") return;
    const from = cause.target, name = from.name;
    if (!name || from.closest("[data-quiet]")) { event.preventDefault(); return; }
    const kept = new Set(["n", "csrfmiddlewaretoken", name.startsWith("ms_") ? "" : name]);
    const sent = event.detail.formData;
    const stones = name.startsWith("ms_");
    for (const key of [...new Set(sent.keys())]) {
      if (!kept.has(key) && !(stones && key.startsWith("ms_"))) sent.delete(key);
    }
    if (stones) sent.set("has", "milestones"); else if (name === "joint") sent.set("has", "joint");
  });
  let focused = "";
  document.addEventListener("htmx:beforeSwap", () => { focused = document.activeElement?.closest(".line")?.dataset.code || ""; });
  document.addEventListener("htmx:afterRequest", () => {
    const one = editor();
    if (focused && document.activeElement === document.body) line(focused)?.querySelector(".what").focus({ preventScroll: true });
    focused = "";
    for (const code of chosen) { const box = line(code)?.querySelector("[name=chosen]"); if (box) box.checked = true; }
    for (const row of all(".line")) {
      const code = row.dataset.code, marks = all(`.c[data-c="${CSS.escape(code)}"]`, text);
      if (marks.length && marks[0].dataset.s !== row.dataset.status) for (const piece of marks) piece.dataset.s = row.dataset.status;
    }
    for (const field of all("[aria-describedby^='wrong-']")) {
      const wrong = $(field.getAttribute("aria-describedby"))?.classList.contains("wrong");
      if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    }
    if (one) {
      const row = line(one.dataset.code);
      if ($("issued") && row && row.dataset.status !== one.dataset.status) openAt(one.dataset.code, { again: true });
      taken();
    }
  });
  function taken() {
    for (const one of all("[data-take]")) {
      const field = all(`[name="${one.dataset.take}"]`, editor())[0];
      one.classList.toggle("taken", field?.value === one.dataset.value);
    }
  }
  document.addEventListener("htmx:load", (event) => { enhance(event.detail.elt); });

  // --- clicks --------------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const at = event.target;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const count = at.closest("#counts a");
    if (count) {
      event.preventDefault();
      const on = count.getAttribute("aria-current");
      filter.reset();
      for (const one of filter.elements) if (one.name === "q") one.value = ""; else if (one.tagName === "SELECT") one.value = ""; else if (one.type === "checkbox") one.checked = false;
      if (!on) filter.elements[count.dataset.filter].value = count.dataset.value;
      pane("list");
      apply();
      return;
    }
    const to = at.closest("[data-to]");
    if (to) {
      event.preventDefault();
      to.closest("dialog")?.close();
      openAt(to.dataset.to, { field: to.dataset.focus });
      return;
    }
    const piece = at.closest(".c");
    if (piece && text.contains(piece)) {
      if (String(getSelection())) return;
      openAt(piece.dataset.c, { field: "first" });
      return;
    }
    const what = at.closest(".what");
    if (what && list.contains(what)) {
      event.preventDefault();
      const code = codeOf(what);
      if (editor()?.dataset.code === code) shut({ focus: true }); else openAt(code, { field: event.detail ? "first" : "" }); // by a key, the keys go on
      return;
    }
    const take = at.closest("[data-take]");
    if (take) {
      event.preventDefault();
      const field = all(`[name="${take.dataset.take}"]`, editor())[0];
      if (field.set) field.set(take.dataset.value, take.dataset.name); else field.value = take.dataset.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    if (at.closest("[data-shut]")) { event.preventDefault(); shut({ focus: true }); return; }
    const again = at.closest("[data-reopen]");
    if (again) { event.preventDefault(); openAt(again.dataset.reopen, { again: true }); return; }
    const away = at.closest("[data-away]");
    if (away && away.closest("dialog")) { event.preventDefault(); away.closest("dialog").close(); return; }
    const issued = at.closest("[data-act='issue']");
    if (issued) { event.preventDefault(); issue(issued.closest("#bulk") ? [...chosen] : [editor().dataset.code]); return; }
    if (at.closest("[data-keys]")) { $("keys").showModal(); return; }
    const show = at.closest("[data-show]");
    if (show) {
      pane(show.dataset.show);
      if (here) centre(show.dataset.show === "text" ? text.querySelector(`.c[data-c="${CSS.escape(here)}"]`) : item(here), null);
      return;
    }
    const drop = at.closest("[data-drop]");
    if (drop) {
      const stone = drop.closest(".stone"), box = stone.parentElement;
      const field = box.querySelector("[name=ms_text]");
      if (all(".stone", box).length > 1) stone.remove(); else for (const one of all("input", stone)) one.value = "";
      (all("[name=ms_text]", box)[0] || field).dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    const add = at.closest("[data-add]");
    if (add) {
      const stones = all(".stone", add.closest("fieldset")), made = stones.at(-1).cloneNode(true);
      for (const one of all("input", made)) one.value = "";
      stones.at(-1).after(made);
      made.querySelector("input").focus();
    }
  });

  // --- choosing -------------------------------------------------------------------------------------------------------
  function counted() {
    const box = $("with-chosen");
    box.hidden = chosen.size === 0;
    box.querySelector("[data-count]").textContent = chosen.size;
  }
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.name === "chosen" && box.form === bulk) {
      const code = codeOf(box);
      if (box.checked) chosen.add(code); else chosen.delete(code);
      counted();
    }
    if (box.matches("[data-choose-all]")) {
      for (const one of shown()) {
        one.querySelector("[name=chosen]").checked = box.checked;
        if (box.checked) chosen.add(one.id.slice(2)); else chosen.delete(one.id.slice(2));
      }
      counted();
    }
  });

  // --- keys -----------------------------------------------------------------------------------------------------------
  function move(by) {
    const rows = shown();
    if (!rows.length) return;
    const at = rows.findIndex((one) => one.id === `c-${here}`);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    const code = next.id.slice(2);
    if (editor() && editor().dataset.code !== code) shut();
    mark(code);
    line(code).querySelector(".what").focus({ preventScroll: true });
  }
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    a: () => here && act(here, "accept"),
    u: () => here && act(here, "reopen"),
    e: () => here && openAt(here, { field: "task" }),
    r: () => here && unfold(here, "reject", "textarea"),
    s: () => here && unfold(here, "split", "input, textarea"),
    m: () => { if (chosen.size > 1) bulk.querySelector("[value=merge]").click(); else if (here) unfold(here, "merge"); },
    x: () => { if (here) line(here).querySelector("[name=chosen]").click(); },
    i: () => { if (chosen.size) issue([...chosen]); else if (here) issue([here]); },
    "/": () => { pane("list"); filter.elements.q.focus(); filter.elements.q.select(); },
    "?": () => $("keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const at = event.target;
    if (document.querySelector("dialog[open]")) return;
    const typing = at.matches("textarea, select, [contenteditable], input:not([type=checkbox])");
    if (event.key === "Escape") {
      if (typing && !at.closest(".picker ul")) { at.blur(); if (editor()) line(editor().dataset.code)?.querySelector(".what").focus({ preventScroll: true }); } else if (editor()) shut({ focus: true });
      return;
    }
    if (typing || !keys[event.key]) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // "/" means this page's search here
    keys[event.key]();
  }, true);

  // Words selected in the text on the left are put among the new ones while a commitment is taken apart.
  document.addEventListener("mouseup", () => {
    const box = $("f-parts"), picked = String(getSelection()).trim();
    const piece = getSelection().anchorNode?.parentElement?.closest(".c");
    if (!picked || !box?.closest("details").open || piece?.dataset.c !== editor().dataset.code) return;
    box.value = (box.value ? `${box.value.trimEnd()}\n` : "") + picked.replace(/\d+$/, (end) => (piece.textContent.includes(picked) ? end : ""));
  });

  // --- pickers of bodies ----------------------------------------------------------------------------------------------
  let bodies = null;
  function known() {
    bodies ??= fetch(review.dataset.bodies).then((answer) => answer.json()).then((found) => found.bodies).catch(() => { bodies = null; return []; });
    return bodies;
  }
  function fits(body, want) {
    return body.name.toLowerCase().includes(want) || body.p.includes(want) || body.code.toLowerCase() === want;
  }
  let count = 0;
  function picker(select) {
    const many = select.multiple, id = select.id, box = document.createElement("div");
    box.className = "picker";
    const input = Object.assign(document.createElement("input"), { type: "text", autocomplete: "off", placeholder: select.dataset.hint || "" });
    const options = Object.assign(document.createElement("ul"), { id: `options-${count++}`, hidden: true });
    const chips = Object.assign(document.createElement("div"), { className: "chips" });
    const row = Object.assign(document.createElement("div"), { className: "in" });
    options.setAttribute("role", "listbox");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", options.id);
    input.setAttribute("aria-expanded", "false");
    for (const name of ["aria-describedby", "aria-label"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    select.removeAttribute("id");
    input.id = id;
    select.hidden = true;
    row.append(input);
    if (many) box.append(chips);
    box.append(row, options);
    select.before(box);
    box.append(select);
    let found = [], at = -1;

    function named() { return [...select.selectedOptions].filter((one) => one.value); }
    function show() {
      if (!many) { input.value = named()[0]?.text || ""; return; }
      chips.replaceChildren(...named().map((one) => {
        const chip = Object.assign(document.createElement("button"), { type: "button", textContent: one.text });
        chip.setAttribute("aria-label", `${select.dataset.clear} ${one.text}`);
        chip.addEventListener("click", () => { one.selected = false; show(); tell(); input.focus(); });
        return chip;
      }));
      input.value = "";
    }
    function tell() { select.dispatchEvent(new Event("change", { bubbles: true })); }
    function close() { options.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; }
    select.set = (code, name) => {
      let one = [...select.options].find((option) => option.value === code);
      if (!one) { one = new Option(name, code); select.add(one); }
      if (many) one.selected = true; else select.value = code;
      show();
    };
    function take(body) { select.set(body.code, body.name); close(); tell(); }
    function point(to) {
      at = found.length ? (to + found.length) % found.length : -1;
      [...options.children].forEach((one, n) => one.setAttribute("aria-selected", String(n === at)));
      if (at >= 0) { options.children[at].scrollIntoView({ block: "nearest" }); input.setAttribute("aria-activedescendant", options.children[at].id); }
    }
    async function look() {
      const want = input.value.trim().toLowerCase();
      const every = await known();
      const taken = many ? new Set(named().map((one) => one.value)) : new Set();
      found = every.filter((body) => !taken.has(body.code) && (!want || fits(body, want))).slice(0, 50);
      options.replaceChildren(...(found.length ? found.map((body, n) => {
        const one = Object.assign(document.createElement("li"), { textContent: body.name, id: `${options.id}-${n}` });
        one.setAttribute("role", "option");
        one.addEventListener("mousedown", (event) => { event.preventDefault(); take(body); });
        return one;
      }) : [Object.assign(document.createElement("li"), { className: "none", textContent: select.dataset.none || "—" })]));
      options.hidden = false;
      input.setAttribute("aria-expanded", "true");
      point(want ? 0 : -1);
      if (at < 0) input.removeAttribute("aria-activedescendant");
    }
    input.addEventListener("input", look);
    input.addEventListener("focus", () => { input.select(); known(); });
    input.addEventListener("click", look);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); if (options.hidden) look(); else point(at + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); point(at - 1); }
      else if (event.key === "Enter") { event.preventDefault(); if (!options.hidden && at >= 0) take(found[at]); }
      else if (event.key === "Escape" && !options.hidden) { event.stopPropagation(); close(); show(); }
      else if (event.key === "Backspace" && many && !input.value) { const last = named().at(-1); if (last) { last.selected = false; show(); tell(); } }
    });
    input.addEventListener("blur", () => {
      if (!many && !input.value.trim() && select.value) { select.value = ""; tell(); }
      close();
      show();
    });
    show();
  }
  function enhance(root) {
    for (const select of all("select[data-picker]:not([data-made])", root)) { select.dataset.made = "1"; picker(select); }
    if (editor()) taken();
  }

  // --- begin ----------------------------------------------------------------------------------------------------------
  $("bulk-lead").dataset.picker = "";
  counted();
  enhance(review);
  if (here) mark(here);
  for (const one of all("[name=chosen]:checked")) chosen.add(codeOf(one)); // the browser's own memory of a form
  counted();
  apply();
  if (here) { reveal(here); mark(here); } else if (!narrow.matches) centre(text.querySelector(".c"), text, 0.2);

  // Nothing is lost: what is being typed is saved when the tab goes to the back, and on its way out when it is closed.
  function typing() {
    const field = document.activeElement;
    return field?.form?.id === "edit-form" && field.name && !field.closest("[data-quiet]") && field.value !== field.defaultValue ? field : null;
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) typing()?.dispatchEvent(new Event("change", { bubbles: true })); });
  window.addEventListener("pagehide", () => {
    const field = typing();
    if (!field) return;
    const form = new FormData(field.form), body = new URLSearchParams();
    const stones = field.name.startsWith("ms_");
    for (const name of ["csrfmiddlewaretoken", "n", ...(stones ? ["ms_day", "ms_text"] : [field.name])]) for (const value of form.getAll(name)) body.append(name, value);
    if (stones) body.append("has", "milestones");
    fetch(field.form.getAttribute("action"), { method: "POST", body, keepalive: true, redirect: "manual" });
  });
})();
