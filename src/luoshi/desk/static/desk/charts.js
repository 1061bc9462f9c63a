// Draws every [data-chart] from its JSON block with ECharts, in the colours of the tokens; redraws when the theme or the
// width changes. The table behind each chart holds the same numbers, and is what keyboards and screen readers use.
"use strict";

(() => {
  const root = document.documentElement;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = [];

  // Patterns beside colours: soon is hatched, later is light, without a day is dotted.
  const looks = (token) => ({
    late: { color: token("red") },
    soon: { color: token("amber"), decal: { symbol: "rect", rotation: Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [2, 4], color: token("sheet") } },
    later: { color: token("blue-wash"), borderColor: token("blue"), borderWidth: 1 },
    undated: { color: token("wash"), borderColor: token("edge"), borderWidth: 1, borderType: "dashed" },
    in: { color: token("amber") },
    out: { color: token("green") },
    plain: { color: token("blue") },
  });

  function tokens() {
    const style = getComputedStyle(root);
    return (name) => style.getPropertyValue(`--${name}`).trim();
  }

  function option(data, width) {
    const token = tokens();
    const look = looks(token);
    const font = { color: token("ink"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
    const names = { type: "category", data: data.names, axisTick: { show: false }, axisLine: { lineStyle: { color: token("edge") } },
      axisLabel: { ...font, width: Math.min(170, width * 0.36), overflow: "truncate" } };
    const numbers = { type: "value", minInterval: 1, axisLabel: { ...font, color: token("soft") }, splitLine: { lineStyle: { color: token("line") } } };
    const lying = data.kind === "bars";
    const narrow = width < 480;
    if (!lying) delete names.axisLabel.width;
    else if (narrow) Object.assign(names.axisLabel, { overflow: "break", fontSize: 12, lineHeight: 14 });
    if (data.kind === "columns") Object.assign(names.axisLabel, { interval: 0, overflow: "break", width: (width - 60) / data.names.length });
    const top = data.series.length < 2 ? 12 : narrow && data.series.length > 2 ? 62 : 36;
    return {
      animation: !calm.matches, animationDuration: 250, textStyle: font,
      grid: { left: 4, right: 24, top, bottom: 4, containLabel: true },
      legend: { show: data.series.length > 1, left: 0, top: 0, textStyle: font, itemWidth: 16, itemHeight: 11, selectedMode: false },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: data.kind === "lines" ? "line" : "shadow" },
        backgroundColor: token("sheet"), borderColor: token("edge"), textStyle: font,
        formatter: (items) => [items[0].name, ...items.map((one) => `${one.seriesName}  ${(one.value ?? "—").toLocaleString()} ${data.unit}`)].join("\n") },
      xAxis: lying ? numbers : names,
      yAxis: lying ? { ...names, inverse: true } : numbers,
      series: data.series.map((one) => ({
        name: one.name, data: one.numbers, cursor: "pointer",
        ...(data.kind === "lines"
          ? { type: "line", symbol: one.tone === "out" ? "circle" : "rect", symbolSize: 8, lineStyle: { type: one.tone === "out" ? "solid" : "dashed", color: look[one.tone].color }, itemStyle: look[one.tone] }
          : { type: "bar", stack: data.kind === "bars" ? "all" : undefined, barMaxWidth: 22, itemStyle: look[one.tone] }),
      })),
    };
  }

  // Lying bars have as much room as their names need.
  function size(place, data) {
    const row = place.clientWidth < 480 ? 2.3 : 1.9;
    if (data.kind === "bars") place.style.height = `${Math.max(8, data.names.length * row + 5)}rem`;
  }

  function draw(place) {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    place.hidden = false;
    size(place, data);
    const chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option(data, place.clientWidth));
    chart.on("click", (event) => {
      const address = data.series[event.seriesIndex]?.addresses[event.dataIndex];
      if (address) location.assign(address);
    });
    drawn.push({ chart, data, place });
  }

  function again() {
    for (const one of drawn) {
      size(one.place, one.data);
      one.chart.resize();
      one.chart.setOption({ ...option(one.data, one.place.clientWidth), animation: false }, true);
    }
  }

  for (const behind of document.querySelectorAll("[data-behind]")) behind.open = behind.id !== "" && `#${behind.id}` === location.hash;
  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
  new MutationObserver(again).observe(root, { attributes: true, attributeFilter: ["data-theme", "data-size"] });
  dark.addEventListener("change", again);
  let asked = 0;
  addEventListener("resize", () => { cancelAnimationFrame(asked); asked = requestAnimationFrame(again); });
})();
