// The map of areas and cases: Leaflet without tiles, shapes and numbers from our own addresses. The table beside it says
// the same; a number is a button that tells more of its area and leads to the list of its cases.
"use strict";

(() => {
  const place = document.getElementById("map");
  if (!place) return;
  const words = place.dataset;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const json = (way) => fetch(way, { credentials: "same-origin" }).then((answer) => answer.ok ? answer.json() : Promise.reject(answer.status));

  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text ?? "" });

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString());

  Promise.all([json(words.areas), json(words.cases)]).then(([areas, cases]) => draw(areas.features, cases)).catch(() => {
    place.parentElement.hidden = false;
    place.replaceChildren(make("p", "notice wrong", words.failed));
  });

  function draw(features, cases) {
    place.parentElement.hidden = false;
    const map = L.map(place, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, maxZoom: 18,
      zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm });
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);

    const nodes = new Map(features.map((one) => [one.properties.code, { ...one.properties, own: { open: 0, late: 0 }, all: { open: 0, late: 0 }, below: 0 }]));
    for (const node of nodes.values()) if (nodes.has(node.parent)) nodes.get(node.parent).below += 1;
    for (const [code, count] of Object.entries(cases.areas)) {
      const node = nodes.get(code);
      if (!node) continue;
      node.own = count;
      for (let at = node; at; at = nodes.get(at.parent)) {
        at.all = { open: at.all.open + count.open, late: at.all.late + count.late };
      }
    }

    const finest = Math.max(1, ...[...nodes.values()].map((node) => node.depth));
    const layers = new Map();
    const shapes = L.geoJSON({ type: "FeatureCollection", features }, {
      style: (one) => ({ className: `area ${one.properties.drawn}${one.geometry.type.includes("Line") ? " line" : ""}${one.properties.code === words.area ? " chosen" : ""}` }),
      onEachFeature: (one, layer) => {
        const node = nodes.get(one.properties.code);
        layers.set(node.code, layer);
        if (node.drawn === "water") layer.bindTooltip(node.name);
        layer.on("click", (event) => { L.DomEvent.stop(event); tell(node, event.latlng); });
      },
    });
    const bounds = shapes.getBounds();
    const chosen = layers.get(words.area);
    map.fitBounds(chosen ? chosen.getBounds() : bounds, { padding: [8, 8], animate: false });
    map.setMaxBounds(bounds.pad(0.5));

    // From the zoom on at which the largest area of a depth fills the frame, the areas below it are shown.
    const fills = [];
    for (const node of nodes.values()) {
      if (!node.below) continue;
      const zoom = map.getBoundsZoom(layers.get(node.code).getBounds()) - 0.3;
      fills[node.depth] = Math.min(fills[node.depth] ?? Infinity, zoom);
    }
    const level = () => Math.min(finest, 1 + fills.reduce((found, zoom, depth) => map.getZoom() >= zoom ? depth : found, 1));
    const numbers = L.layerGroup().addTo(map);

    function show() {
      const depth = level();
      for (const [code, layer] of layers) {
        const node = nodes.get(code);
        const wanted = node.drawn === "water" || node.depth <= depth;
        if (wanted !== map.hasLayer(layer)) wanted ? layer.addTo(map) : layer.remove();
      }
      numbers.clearLayers();
      for (const node of nodes.values()) {
        // At this level an area stands for all below it; a coarser one only for what lies in no finer one.
        const rest = node.depth < depth && node.below > 0;
        if (node.depth > depth || (rest && !node.own.open)) continue;
        numbers.addLayer(number(node, rest ? node.own : node.all, rest));
      }
    }

    function number(node, count, rest) {
      const shown = make("div", `area-mark ${node.drawn}`);
      if (count.open) shown.append(make("span", count.late ? "count late" : "count", count.late ? `▲ ${count.late}/${count.open}` : String(count.open)));
      if (!rest) shown.append(make("span", "area-name", node.name));
      const marker = L.marker(at(node), { icon: L.divIcon({ html: shown, className: "count-place", iconSize: [48, 32] }), keyboard: count.open > 0, interactive: count.open > 0, riseOnHover: true });
      if (!count.open) return marker;
      const said = rest ? `${node.name}: ${fill(words.here, { count: count.open })}` : `${node.name}: ${fill(words.told, count)}`;
      marker.on("add", () => marker.getElement().setAttribute("aria-label", said));
      marker.on("click", () => tell(node, at(node)));
      marker.on("keydown", (event) => { if (event.originalEvent.key === "Enter") { L.DomEvent.stop(event.originalEvent); tell(node, at(node)); } });
      return marker;
    }

    const at = (node) => L.latLng(node.at[1], node.at[0]);

    function tell(node, where) {
      const box = make("div", "told");
      box.append(make("strong", "", node.name), make("p", "", fill(words.told, node.all)));
      if (node.below && node.own.open) box.append(make("p", "soft", fill(words.here, { count: node.own.open })));
      const actions = make("p", "actions");
      if (node.all.open) {
        const list = make("a", "btn small main", words.list);
        const way = new URL(cases.list, location.href);
        way.searchParams.set("area", node.code);
        list.href = way.pathname + way.search;
        actions.append(list);
      }
      if (node.below) {
        const closer = make("button", "btn small", words.finer);
        closer.type = "button";
        closer.addEventListener("click", () => {
          map.closePopup();
          map.fitBounds(layers.get(node.code).getBounds(), { animate: !calm });
        });
        actions.append(closer);
      }
      box.append(actions);
      L.popup({ autoPanPadding: [16, 16] }).setLatLng(where).setContent(box).openOn(map);
      const close = place.querySelector(".leaflet-popup-close-button");
      if (close) { close.setAttribute("aria-label", words.close); close.title = words.close; }
      box.querySelector("a, button")?.focus({ preventScroll: true });
    }

    if (cases.place) {
      const where = L.latLng(cases.place.lat, cases.place.lon);
      const mark = L.marker(where, { icon: L.divIcon({ html: make("span", "", "◎"), className: "case-place", iconSize: [32, 32] }), zIndexOffset: 1000 });
      mark.on("add", () => mark.getElement().setAttribute("aria-label", `${cases.place.name} ${cases.place.text}`));
      mark.bindTooltip(`${cases.place.name} ${cases.place.text}`, { direction: "top" }).addTo(map);
      map.setMaxBounds(bounds.pad(0.5).extend(where));
      map.setView(where, Math.max(map.getZoom(), fills.at(-1) ?? 12), { animate: false });
    } else if ("place" in cases) {
      const none = document.getElementById("case-place");
      if (none) none.textContent = none.dataset.none;
    }
    map.on("zoomend", show);
    show();
  }
})();
