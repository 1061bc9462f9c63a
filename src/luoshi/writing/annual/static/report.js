/* The report's page: each number of the ledger opens a panel that tells what it is and what proves it, and recomputes it
   in this browser (worker.js). The page is XHTML, so that elements are made by their namespace and never from text. */
"use strict";
{
  const here = document.currentScript.src;
  // In XHTML Chromium runs a deferred script where it stands, before the page is there.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => come(here));
  else come(here);
}

function come(here) {
  const XHTML = "http://www.w3.org/1999/xhtml";
  const XML = "http://www.w3.org/XML/1998/namespace";
  const root = document.documentElement;
  // A server that calls the page text/html makes a plain attribute of xml:lang.
  const tongue = root.getAttributeNS(XML, "lang") || root.getAttribute("xml:lang") || root.getAttribute("lang") || "zh-CN";
  const lang = tongue.startsWith("en") ? "en" : "zh";
  root.setAttribute("lang", tongue);

  const WORDS = {
    zh: {
      all: "在本浏览器中重算全部 {count} 个数",
      all_lead: "文中带下划线的数均由公开台账计算得出，点击即可查看其口径、查询、佐证记录，并在本浏览器中当场重算。",
      all_region: "核验",
      all_same: "全部一致：{count} 个数均与台账重算结果相同（读取 {size} 条记录，用时 {seconds} 秒）。",
      all_differ: "{differ} 个数与台账不一致，已在文中标出；其余 {count} 个相同。",
      next_differ: "看第一个不一致的数",
      says: "台账为 {value}",
      reading: "正在读取台账：{done} / {size} 条",
      starting: "正在准备……",
      stop: "停止",
      stopped: "已停止，未核验。",
      again: "重新计算",
      close: "关闭",
      title: "这个数从哪里来",
      same: "一致",
      same_lead: "本浏览器读取了公开台账的 {size} 条记录，树根与本报告所载相同；按下列查询重算，得 {value}，与文中相同。用时 {seconds} 秒。",
      differs: "不一致",
      differs_lead: "按台账应为 {value}，本页写的是 {shown}。",
      data_differs: "按台账应为 {value}（{parts}），与本页所载的数据不符。",
      root_differs: "台账不是本报告所依据的台账",
      root_lead: "由这份台账的记录算得的树根与报告所载不同：记录被改动过，或放错了台账。因此这里的数不能由它证明。",
      root_changed: "最先不符的是第 {seq} 条记录（序号从 0 起，在文件 {path} 中）：它与台账自己的散列值不一致。",
      root_value: "照这份台账现有的记录计算，结果是 {value}。",
      root_report: "报告所载树根",
      root_found: "算得的树根",
      root_checkpoint: "检查点所载树根",
      failed: "无法核验",
      missing: "台账缺少文件 {path}。",
      cut: "台账文件 {path} 不完整或多出内容。",
      unreachable: "取不到文件 {path}，请检查网络后再试。",
      checkpoint: "台账的检查点（checkpoint）不可读。",
      short: "台账只有 {size} 条记录，少于报告所依据的数目。",
      entry: "第 {seq} 条记录不可读。",
      gap: "事项 {case} 缺少第 {n} 条之前的记录。",
      value: "记录中的数值“{value}”不是可以累加的数。",
      day: "记录中的日期“{value}”不存在。",
      sqlite: "查询不能执行：{text}",
      columns: "查询给出的列不对：{columns}",
      rows: "查询给出了不止一行。",
      kind: "查询给出的 {column} 不是整数。",
      broken: "出现意外错误：{text}",
      no_worker: "浏览器不能从本机文件直接启动核验。请从网站打开本报告，或在报告所在文件夹运行 python3 -m http.server，再打开 http://localhost:8000/report.html。",
      no_cases: "没有事项",
      not_told: "未公布",
      name: "名称",
      period: "统计期",
      until: "{from} 至 {to}",
      as_of: "（截至{to}）",
      year: "{year}年",
      quarter: "{year}年第{quarter}季度",
      month: "{year}年{month}月",
      basis: "口径",
      value_is: "数值",
      numerator: "分子",
      denominator: "分母",
      ledger: "台账",
      ledger_is: "{origin}，{size} 条记录",
      tree: "树根",
      query: "查询",
      parameters: "参数",
      entries: "佐证记录",
      entries_is: "{count} 条，序号（从 0 起）：",
      entries_most: "……（仅列前 {most} 条）",
      entries_none: "没有",
      entries_same: "重算得到的佐证记录相同。",
      entries_differ: "重算得到 {count} 条佐证记录，与所列不同。",
      offline: "离线核验",
      offline_lead: "下载本报告的文件夹，用自己的程序核验，不必相信本页。签名与每个事项的记录链由它检查：",
    },
    en: {
      all: "Recompute all {count} numbers in this browser",
      all_lead: "Each underlined number is computed from the public ledger. Click one to see what it counts, its query and the entries that prove it, and to recompute it here.",
      all_region: "Check",
      all_same: "All the same: {count} numbers are what the ledger gives ({size} entries read, {seconds} s).",
      all_differ: "{differ} differ from the ledger and are marked in the text; {count} are the same.",
      next_differ: "Go to the first that differs",
      says: "the ledger says {value}",
      reading: "Reading the ledger: {done} of {size} entries",
      starting: "Starting …",
      stop: "Stop",
      stopped: "Stopped; nothing was checked.",
      again: "Recompute",
      close: "Close",
      title: "Where this number comes from",
      same: "The same",
      same_lead: "This browser read the {size} entries of the public ledger. Their root is the report's, and the query below gives {value}, as the text says. It took {seconds} s.",
      differs: "Not the same",
      differs_lead: "The ledger says {value}; this page shows {shown}.",
      data_differs: "The ledger says {value} ({parts}); that is not what this page holds as its data.",
      root_differs: "This is not the ledger that the report was made of",
      root_lead: "The root computed from its entries is not the report's: an entry was changed, or it is another ledger. It cannot prove this number.",
      root_changed: "The first that differs is entry {seq} (counted from 0, in the file {path}): it is not what the ledger's own hash says.",
      root_value: "From its entries as they are, the result would be {value}.",
      root_report: "Root in the report",
      root_found: "Root computed",
      root_checkpoint: "Root in the checkpoint",
      failed: "It could not be checked",
      missing: "The ledger lacks the file {path}.",
      cut: "The ledger's file {path} is cut short or has something after its end.",
      unreachable: "The file {path} cannot be reached; check the network and try again.",
      checkpoint: "The ledger's checkpoint cannot be read.",
      short: "The ledger has {size} entries only, fewer than the report was made of.",
      entry: "Entry {seq} cannot be read.",
      gap: "The case {case} lacks what came before its entry {n}.",
      value: "“{value}” in an entry is no number that can be summed.",
      day: "The day “{value}” in an entry does not exist.",
      sqlite: "The query cannot be run: {text}",
      columns: "The query gives other columns: {columns}",
      rows: "The query gives more than one row.",
      kind: "What the query gives as {column} is no integer.",
      broken: "Something went wrong: {text}",
      no_worker: "A browser does not start the check from a file on this machine. Open the report from its website, or run python3 -m http.server in its folder and open http://localhost:8000/report.html.",
      no_cases: "no cases",
      not_told: "not published",
      name: "Name",
      period: "Period",
      until: "{from} to {to}",
      as_of: " (as of {to})",
      year: "{year}",
      quarter: "Q{quarter} {year}",
      month: "{year}-{month}",
      basis: "What it counts",
      value_is: "Value",
      numerator: "Numerator",
      denominator: "Denominator",
      ledger: "Ledger",
      ledger_is: "{origin}, {size} entries",
      tree: "Root",
      query: "Query",
      parameters: "Parameters",
      entries: "Entries that prove it",
      entries_is: "{count}, at the places (from 0):",
      entries_most: "… (the first {most} only)",
      entries_none: "none",
      entries_same: "Recomputed, the same entries prove it.",
      entries_differ: "Recomputed, {count} entries prove it; they are not those listed.",
      offline: "Check it offline",
      offline_lead: "Download the report's folder and check it with a program of your own, without believing this page. It also checks the signatures and the chain of every case:",
    },
  };

  const say = (key, told = {}) => WORDS[lang][key].replace(/\{(\w+)\}/g, (_, name) => String(told[name]));
  const grouped = (told) => String(told).replace(/^(-?)(\d+)/, (_, sign, whole) => (sign ? "−" : "") + whole.replace(/\B(?=(\d{3})+$)/g, ","));
  const has = (code) => Object.hasOwn(WORDS[lang], code);

  /** An element with attributes, event listeners (functions) and children. */
  function make(tag, attributes = {}, ...children) {
    const made = document.createElementNS(XHTML, tag);
    for (const [name, value] of Object.entries(attributes))
      if (typeof value === "function") made.addEventListener(name, value);
      else if (value !== null) made.setAttribute(name, value);
    made.append(...children.filter((one) => one !== null));
    return made;
  }

  const place = document.getElementById("figures");
  const report = JSON.parse(place.textContent);
  report.page = location.href;
  report.ledger = report.ledger || "ledger/";

  // --- what the page shows

  const spanOf = (key) => document.getElementById(key);

  /** The digits that the reader sees, as a plain decimal; null where there are none. */
  function shownIn(span) {
    const found = /^\s*([-−]?)\s*(\d[\d,，\u00a0\u2009]*(?:\.\d+)?)/.exec(told(span));
    return found === null ? null : (found[1] ? "-" : "") + found[2].replace(/[^\d.]/g, "");
  }

  function told(span) {
    return [...span.childNodes].filter((one) => one.className !== "says").map((one) => one.textContent).join("");
  }

  function asked(keys) {
    return Object.fromEntries(keys.map((key) => {
      const { figure, scale, places } = report.numbers[key];
      return [key, { figure, scale, places, shown: shownIn(spanOf(key)) }];
    }));
  }

  const unitOf = (figure, value) => figure.units[lang === "en" && Number(value) === 1 ? "single" : lang];
  const valueOf = (figure, value, reason) =>
    value === null || value === undefined ? say(has(reason) ? reason : "not_told") : grouped(value) + unitOf(figure, value);

  /** A period in words; of one that runs, with the day that the ledger has reached. */
  function named({ period, to }) {
    const [year, part] = period.split("-");
    const quarter = part?.startsWith("q") ? Number(part[1]) : 0;
    const month = quarter ? quarter * 3 : Number(part ?? 12);
    const last = new Date(Date.UTC(Number(year), month, 0)).toISOString().slice(0, 10);
    const name = part === undefined ? say("year", { year }) : quarter ? say("quarter", { year, quarter }) : say("month", { year, month });
    return to < last ? name + say("as_of", { to }) : name;
  }

  // --- the worker

  let worker = null;
  let count = 0;
  const waiting = new Map();

  function started() {
    if (worker !== null) return worker;
    worker = new Worker(new URL("worker.js", here), { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      const one = waiting.get(data.id);
      if (one === undefined) return;
      if (data.type === "progress") one.progress(data);
      else {
        waiting.delete(data.id);
        one.done(data);
      }
    });
    worker.addEventListener("error", () => end(unable()));
    worker.postMessage({ type: "open", report });
    return worker;
  }

  /** Why there is no worker. */
  function unable() {
    const code = location.protocol === "file:" ? "no_worker" : "unreachable";
    return { type: "fault", code, details: { path: "assets/worker.js" } };
  }

  /** Give `answer` to all who wait, and let the worker go with what it holds. */
  function end(answer) {
    worker?.terminate();
    worker = null;
    const all = [...waiting.values()];
    waiting.clear();
    for (const one of all) one.done(answer);
  }

  function recompute(keys, progress) {
    return new Promise((done) => {
      const id = ++count;
      waiting.set(id, { progress, done });
      try {
        started().postMessage({ type: "ask", id, numbers: asked(keys) });
      } catch {
        end(unable());
      }
    });
  }

  const stop = () => end({ type: "stopped" });

  /** A line that tells how far the reading is, with a way to stop it. */
  function meter() {
    const bar = make("progress", { max: 1, "aria-label": say("all_region") });
    const line = make("span", { class: "far" }, say("starting"));
    const whole = make("div", { class: "meter" }, bar, line, make("button", { type: "button", click: stop }, say("stop")));
    const tell = ({ done, size }) => {
      bar.max = Math.max(1, size);
      bar.value = done;
      line.textContent = say("reading", { done: grouped(done), size: grouped(size) });
    };
    return { whole, tell };
  }

  // --- verdicts

  const seconds = (head) => (head.seconds < 10 ? head.seconds.toFixed(1) : String(Math.round(head.seconds)));

  /** What to say of one number: { kind, title, lines }. */
  function verdict(key, answer) {
    if (answer.type === "stopped") return { kind: "none", title: say("stopped"), lines: [] };
    if (answer.type === "fault") return { kind: "fault", title: say("failed"), lines: [fault(answer.code, answer.details)] };
    const one = answer.numbers[key];
    const figure = report.figures[report.numbers[key].figure];
    if (one.fault) return { kind: "fault", title: say("failed"), lines: [fault(one.fault, one.details)] };
    const value = valueOf(figure, one.value, one.reason);
    if (!answer.head.agrees)
      return { kind: "fault", title: say("root_differs"), lines: [...elsewhere(answer.head), say("root_value", { value })], head: answer.head };
    if (one.same)
      return { kind: "same", title: say("same"), lines: [say("same_lead", { value, size: grouped(report.size), seconds: seconds(answer.head) })], proof: one.proof };
    return { kind: "differs", title: say("differs"), lines: [difference(key, one, figure, value)], proof: one.proof };
  }

  /** What to say of a ledger that is another one. */
  function elsewhere({ changed }) {
    return [say("root_lead"), ...(changed === null ? [] : [say("root_changed", changed)])];
  }

  function difference(key, one, figure, value) {
    const number = report.numbers[key];
    const seen = shownIn(spanOf(key));
    const should = one.digits === null ? null : one.digits.replace(/\.?0+$/, (end) => (end.startsWith(".") || one.digits.includes(".") ? "" : end));
    const plain = seen?.includes(".") ? seen.replace(/\.?0+$/, "") : seen;
    if (plain !== should) {
      const scaled = number.scale !== 0 && one.digits !== null ? `${grouped(one.digits)}${number.unit}` : value;
      return say("differs_lead", { value: scaled, shown: told(spanOf(key)).trim() });
    }
    const parts = [one.numerator, one.denominator].filter((part) => part !== null).map(grouped).join(" / ");
    return say("data_differs", { value, parts: parts || value });
  }

  const fault = (code, details) => (has(code) ? say(code, details ?? {}) : say("broken", { text: code }));

  /** Show the verdict beside the number in the text. */
  function mark(key, found) {
    const span = spanOf(key);
    span.classList.remove("is-same", "is-different");
    span.querySelector(":scope > .says")?.remove();
    if (found.kind === "same") span.classList.add("is-same");
    if (found.kind !== "differs") return;
    span.classList.add("is-different");
    span.append(make("span", { class: "says" }, `（${found.short}）`));
  }

  function judged(key, answer) {
    const found = verdict(key, answer);
    if (found.kind === "differs") {
      const one = answer.numbers[key];
      const unit = report.numbers[key].unit;
      found.short = say("says", { value: one.digits === null ? say(one.reason) : grouped(one.digits) + unit });
    }
    mark(key, found);
    return found;
  }

  // --- the panel

  let opener = null;
  const body = make("div", { class: "panel-body" });
  const title = make("h2", { id: "panel-title", tabindex: "-1" });
  const close = make("button", { type: "button", class: "close", click: () => panel.close() }, say("close"));
  const panel = make(
    "dialog",
    { class: "panel", "aria-labelledby": "panel-title", click: (event) => event.target === panel && panel.close(), close: () => opener?.focus() },
    make("div", { class: "panel-head" }, title, close),
    body,
  );

  function show(key) {
    opener = spanOf(key);
    const figure = report.figures[report.numbers[key].figure];
    title.textContent = figure.names[lang];
    const outcome = make("div", { class: "outcome", role: "status" });
    body.replaceChildren(
      make("p", { class: "big" }, valueOf(figure, figure.value, figure.reason), make("span", { class: "when" }, named(figure))),
      outcome,
      facts(figure),
    );
    if (!panel.open) panel.showModal();
    title.focus();
    body.scrollTop = 0;
    check(key, outcome);
  }

  async function check(key, outcome) {
    const { whole, tell } = meter();
    outcome.replaceChildren(whole);
    const found = judged(key, await recompute([key], tell));
    const again = make("button", { type: "button", click: () => (end({ type: "stopped" }), check(key, outcome)) }, say("again"));
    const lines = found.lines.map((line) => make("p", {}, line));
    outcome.className = `outcome ${found.kind}`;
    const inside = [make("p", { class: "verdict" }, found.title), ...lines];
    if (found.head) inside.push(roots(found.head));
    if (found.proof) inside.push(make("p", { class: "small" }, proofLine(found.proof)));
    outcome.replaceChildren(...inside, again);
  }

  const proofLine = ({ same, count: found }) => say(same ? "entries_same" : "entries_differ", { count: grouped(found) });

  function roots(head) {
    const rows = [["root_report", report.root], ["root_found", head.computed]];
    if (head.size === report.size) rows.push(["root_checkpoint", head.root]);
    return list(rows.map(([name, value]) => [say(name), make("code", {}, value)]));
  }

  function list(rows) {
    return make("dl", {}, ...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, ...[value].flat())]));
  }

  function facts(figure) {
    const other = lang === "zh" ? "en" : "zh";
    const rows = [
      [say("name"), [figure.names[lang], make("span", { class: "other", lang: other === "zh" ? "zh-CN" : "en" }, figure.names[other])]],
      [say("period"), say("until", { from: figure.from, to: figure.to })],
      [say("basis"), figure.basis[lang]],
      [say("value_is"), valueOf(figure, figure.value, figure.reason)],
    ];
    if (figure.denominator !== null && figure.numerator !== null) {
      rows.push([say("numerator"), grouped(figure.numerator)]);
      rows.push([say("denominator"), `${grouped(figure.denominator_value)}${lang === "zh" ? "：" : ": "}${figure.denominator[lang]}`]);
    }
    rows.push([say("entries"), entries(figure)]);
    rows.push([say("query"), make("pre", { tabindex: "0", "aria-label": say("query") }, make("code", {}, figure.query.trim()))]);
    rows.push([say("parameters"), make("code", { class: "given" }, `:district = ${report.district}\n:period = ${figure.period}\n:from = ${figure.from}\n:to = ${figure.to}`)]);
    rows.push([say("ledger"), say("ledger_is", { origin: report.origin, size: grouped(report.size) })]);
    rows.push([say("tree"), make("code", {}, report.root)]);
    rows.push([say("offline"), [say("offline_lead"), make("pre", { tabindex: "0", "aria-label": say("offline") }, make("code", {}, commands(figure)))]]);
    return list(rows);
  }

  const commands = (figure) =>
    `luoshi verify report.html ledger\nluoshi figures --id ${figure.id} --export ledger --period ${figure.period} --district ${report.district}`;

  function entries(figure) {
    if (figure.entries_count === 0) return say("entries_none");
    const most = figure.entries.length;
    const rest = figure.entries_count > most ? say("entries_most", { most: grouped(most) }) : "";
    return [
      say("entries_is", { count: grouped(figure.entries_count) }),
      make("span", { class: "places" }, figure.entries.join(lang === "zh" ? "、" : ", "), rest),
    ];
  }

  // --- all numbers at once

  const keys = Object.keys(report.numbers).filter((key) => spanOf(key) !== null);

  function toolbar() {
    const outcome = make("div", { class: "outcome", role: "status" });
    const button = make("button", { type: "button", class: "all" }, say("all", { count: grouped(keys.length) }));
    button.addEventListener("click", async () => {
      button.disabled = true;
      const { whole, tell } = meter();
      outcome.replaceChildren(whole);
      summary(outcome, await recompute(keys, tell));
      button.disabled = false;
      button.focus();
    });
    return make(
      "section", { class: "check-all", "aria-label": say("all_region") },
      make("p", {}, say("all_lead")), button, outcome,
    );
  }

  function summary(outcome, answer) {
    const found = keys.map((key) => [key, judged(key, answer)]);
    const wrong = found.filter(([, one]) => one.kind !== "same");
    const first = wrong[0]?.[1];
    outcome.className = `outcome ${first === undefined ? "same" : first.kind}`;
    if (first === undefined) {
      const told = { count: grouped(keys.length), size: grouped(report.size), seconds: seconds(answer.head) };
      outcome.replaceChildren(make("p", { class: "verdict" }, say("all_same", told)));
    } else if (answer.type !== "answer" || !answer.head.agrees) {
      const said = answer.type === "answer" && first.head ? elsewhere(first.head) : first.lines.slice(0, 1);
      const lines = said.map((line) => make("p", {}, line));
      outcome.replaceChildren(make("p", { class: "verdict" }, first.title), ...lines, ...(first.head ? [roots(first.head)] : []));
    } else {
      const told = { differ: grouped(wrong.length), count: grouped(keys.length - wrong.length) };
      const go = () => (spanOf(wrong[0][0]).scrollIntoView({ block: "center" }), spanOf(wrong[0][0]).focus());
      outcome.replaceChildren(
        make("p", { class: "verdict" }, say("all_differ", told)),
        make("button", { type: "button", click: go }, say("next_differ")),
      );
    }
  }

  // --- the page comes to life

  for (const key of keys) {
    const span = spanOf(key);
    span.setAttribute("role", "button");
    span.setAttribute("tabindex", "0");
    span.setAttribute("aria-haspopup", "dialog");
    span.addEventListener("click", () => show(key));
    span.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      show(key);
    });
  }
  const front = document.querySelector(".front") ?? document.querySelector("h1");
  if (keys.length) front?.after(toolbar());
  document.body.append(panel);
}
