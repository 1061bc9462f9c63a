(function () {
  "use strict";
  var root = document.documentElement, $ = function (id) { return document.getElementById(id); };
  var all = function (q, at) { return Array.prototype.slice.call((at || document).querySelectorAll(q)); };
  var text = $("text"), side = $("side"), tabs = all("[role=tab]"), panels = tabs.map(function (t) { return $(t.getAttribute("aria-controls")); });
  var filter = $("filter"), kind = $("kind"), lack = $("lack"), count = $("count"), switches = all(".switch button");
  var chosen = null, origin = null, active = 0, filters = tabs.map(function () { return ["", "", ""]; });
  var narrow = window.matchMedia("screen and (max-width:60rem)");
  root.classList.add("js");

  function key(el) {
    var mark = el.closest("[data-m],[id^='t-']");
    return mark && text.contains(mark) ? mark.dataset.m || mark.id.slice(2) : null;
  }
  function rowOf(k) { return $("r-" + k); }
  function body(panel) { return panel.querySelector("tbody"); }
  function shown(panel) { return all("tr:not([hidden])", body(panel) || panel); }

  function showPane(pane) {
    [text, side].forEach(function (p, i) { p.classList.toggle("off", p !== pane); switches[i].setAttribute("aria-pressed", String(p === pane)); });
  }
  function showTab(i, focus) {
    if (i !== active) { filters[active] = [filter.value, kind.value, lack.value]; }
    var back = i !== active ? filters[i] : [filter.value, kind.value, lack.value];
    active = i;
    tabs.forEach(function (t, n) { t.setAttribute("aria-selected", String(n === i)); t.tabIndex = n === i ? 0 : -1; panels[n].hidden = n !== i; });
    filter.value = back[0]; kind.value = back[1]; lack.value = back[2];
    var full = panels[i].id === "p-c";
    lack.hidden = !full; kind.hidden = !full;
    if (focus) { tabs[i].focus(); }
    apply();
  }
  function words(row) { return row._w || (row._w = row.textContent.toLowerCase()); }
  function apply() {
    var panel = panels[active], tb = body(panel), want = filter.value.trim().toLowerCase(), full = panel.id === "p-c", n = 0;
    var rows = tb ? tb.rows : [];
    for (var i = 0; i < rows.length; i++) {
      var r = rows[i];
      var hit = (!want || words(r).indexOf(want) >= 0) && (!full || ((!kind.value || r.dataset.k === kind.value) &&
        (!lack.value || (r.dataset.l || "").split(" ").indexOf(lack.value) >= 0)));
      if (r.hidden === hit) { r.hidden = !hit; }
      n += hit ? 1 : 0;
    }
    count.textContent = n === rows.length ? String(n) : n + " / " + rows.length;
  }
  function pieces(k) {
    var first = $("t-" + k), rest = all("[data-m='" + k + "']", text);
    return first ? [first].concat(rest) : rest;
  }
  function choose(k) {
    all(".on").forEach(function (e) { e.classList.remove("on"); });
    all("tr[aria-current]").forEach(function (e) { e.removeAttribute("aria-current"); });
    chosen = k;
    if (!k) { return; }
    pieces(k).forEach(function (e) { e.classList.add("on"); });
    var row = rowOf(k);
    if (row) { row.classList.add("on"); row.setAttribute("aria-current", "true"); }
  }
  function centre(el, box) {
    if (narrow.matches || !box) { el.scrollIntoView({ block: "center" }); return; }
    for (var i = 0; i < 3; i++) { // content-visibility guesses heights: the first jump makes the real ones known
      var r = el.getBoundingClientRect(), b = box.getBoundingClientRect();
      var by = r.top - b.top - b.height * 0.35;
      if (Math.abs(by) < 2) { break; }
      box.scrollTop += by;
    }
  }
  function flash(el) { el.classList.remove("flash"); void el.offsetWidth; el.classList.add("flash"); }
  function toRow(k, focus) {
    var row = rowOf(k);
    if (!row) { return; }
    var panel = row.closest(".panel");
    showPane(side);
    showTab(panels.indexOf(panel));
    if (row.hidden) { filter.value = kind.value = lack.value = ""; apply(); }
    choose(k);
    centre(row, panel);
    flash(row);
    if (focus !== false) { reach(row.querySelector("a"), panel); }
  }
  function toText(k, focus) {
    var mark = $("t-" + k);
    if (!mark) { return; }
    var row = rowOf(k);
    showPane(text);
    if (row) { var at = panels.indexOf(row.closest(".panel")); if (at !== active) { showTab(at); } }
    choose(k);
    centre(mark, text);
    flash(mark);
    if (focus !== false) { mark.tabIndex = -1; mark.focus({ preventScroll: true }); }
  }
  function reach(el, within) {
    all("a[tabindex='0']", within).forEach(function (a) { a.tabIndex = -1; });
    el.tabIndex = 0;
    el.focus({ preventScroll: true });
  }
  function follow() {
    var id = decodeURIComponent(location.hash.slice(1));
    if (id.indexOf("r-") === 0) { toRow(id.slice(2)); } else if (id.indexOf("t-") === 0) { toText(id.slice(2)); }
  }
  function go(id) {
    if (location.hash === "#" + id) { follow(); } else { location.hash = id; }
  }

  document.addEventListener("click", function (e) {
    var link = e.target.closest("a[href^='#']");
    if (link && link.classList.contains("skip")) { showPane(side); return; }
    if (link) { e.preventDefault(); origin = link; go(link.getAttribute("href").slice(1)); return; }
    if (String(window.getSelection())) { return; }
    var k = key(e.target), row = e.target.closest("tbody tr");
    if (k) { origin = $("t-" + k); go("r-" + k); } else if (row) { origin = row.querySelector("a"); go("t-" + row.id.slice(2)); }
  });
  window.addEventListener("hashchange", follow);

  tabs.forEach(function (t, i) {
    t.addEventListener("click", function () { showTab(i); });
    t.addEventListener("keydown", function (e) {
      var to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[e.key];
      if (to === undefined) { return; }
      e.preventDefault(); e.stopPropagation();
      showTab((to + tabs.length) % tabs.length, true);
    });
  });
  switches.forEach(function (b, i) { b.addEventListener("click", function () { showPane(i ? side : text); if (chosen) { var el = i ? rowOf(chosen) : $("t-" + chosen); if (el) { centre(el, null); } } }); });
  [filter, kind, lack].forEach(function (f) { f.addEventListener("input", apply); });

  all("th button").forEach(function (b) {
    b.addEventListener("click", function () {
      var th = b.parentNode, table = th.closest("table"), tb = table.tBodies[0], col = th.cellIndex;
      var down = th.getAttribute("aria-sort") === "ascending", sign = down ? -1 : 1;
      all("th", table).forEach(function (h) { h.removeAttribute("aria-sort"); });
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      var rows = Array.prototype.map.call(tb.rows, function (r) {
        var c = r.cells[col], v = c.dataset.v;
        return { r: r, v: v !== undefined ? v : c.textContent, n: parseFloat(v), at: +r.dataset.i };
      });
      var numeric = rows.some(function (x) { return !isNaN(x.n); });
      var order = new Intl.Collator(document.documentElement.lang).compare;
      rows.sort(function (x, y) {
        if (numeric) {
          if (isNaN(x.n) || isNaN(y.n)) { return (isNaN(x.n) - isNaN(y.n)) || x.at - y.at; }
          return sign * (x.n - y.n) || x.at - y.at;
        }
        return sign * order(x.v, y.v) || x.at - y.at;
      });
      rows.forEach(function (x) { tb.appendChild(x.r); });
    });
  });

  // One Tab stop for the marks and one for the rows; arrows or j and k go from one to the next.
  var stops = all("a.n", text);
  stops.forEach(function (a, i) { a.tabIndex = i ? -1 : 0; });
  panels.forEach(function (p) { all("tbody a", p).forEach(function (a, i) { a.tabIndex = i ? -1 : 0; }); });
  function step(by) {
    var here = document.activeElement, inText = text.contains(here) || (here === document.body && !text.classList.contains("off") && narrow.matches);
    var list = inText ? stops : shown(panels[active]).map(function (r) { return r.querySelector("a"); });
    if (!list.length) { return; }
    var at = list.indexOf(here);
    if (at < 0 && chosen) {
      if (inText) {
        at = list.findIndex(function (a) { return a.getAttribute("href") === "#r-" + chosen; });
      } else { var cur = rowOf(chosen); at = cur && !cur.hidden ? list.indexOf(cur.querySelector("a")) : -1; }
    }
    var next = list[Math.min(list.length - 1, Math.max(0, at + by))];
    var k = next.getAttribute("href").slice(3);
    if (inText) { choose(k); centre($("t-" + k) || next, text); reach(next, text); showMatching(k); } else {
      choose(k); reach(next, panels[active]); centreIfHidden(next.closest("tr"), panels[active]);
      if (!narrow.matches && $("t-" + k)) { centre($("t-" + k), text); }
    }
  }
  function showMatching(k) {
    var row = rowOf(k);
    if (narrow.matches || !row) { return; }
    var at = panels.indexOf(row.closest(".panel"));
    if (at !== active) { showTab(at); }
    choose(k);
    if (!row.hidden) { centreIfHidden(row, panels[at]); }
  }
  function centreIfHidden(el, box) {
    var r = el.getBoundingClientRect(), b = narrow.matches ? { top: 60, bottom: window.innerHeight } : box.getBoundingClientRect();
    if (r.top < b.top + 48 || r.bottom > b.bottom) { centre(el, narrow.matches ? null : box); }
  }
  document.addEventListener("keydown", function (e) {
    if (e.altKey || e.ctrlKey || e.metaKey) { return; }
    var at = e.target, typing = /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
    if (e.key === "Escape") {
      if (at === filter && filter.value) { filter.value = ""; apply(); } else if (typing) { at.blur(); } else {
        choose(null);
        if (origin && origin.focus && document.contains(origin)) { if (origin.tabIndex < 0) { origin.tabIndex = -1; } origin.focus(); origin = null; }
      }
      return;
    }
    if (typing) {
      if (at === filter && (e.key === "Enter" || e.key === "ArrowDown")) { var first = shown(panels[active])[0]; if (first) { e.preventDefault(); reach(first.querySelector("a"), panels[active]); } }
      return;
    }
    if (e.key === "/") { e.preventDefault(); showPane(side); filter.focus(); filter.select(); return; }
    if (e.key === "Enter") {
      if (at.id && at.id.indexOf("t-") === 0) { e.preventDefault(); origin = at; go("r-" + at.id.slice(2)); }
      return;
    }
    var free = at === document.body || at.closest("tbody") || at.classList.contains("n") || (at.id || "").indexOf("t-") === 0;
    if (e.key === "j" || (e.key === "ArrowDown" && free && at !== document.body)) { e.preventDefault(); step(1); }
    if (e.key === "k" || (e.key === "ArrowUp" && free && at !== document.body)) { e.preventDefault(); step(-1); }
  });

  showPane(text);
  showTab(0);
  follow();
})();
