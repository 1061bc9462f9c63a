/* Recomputes figures from the public ledger, beside the page: reads every entry, compares the root of the Merkle tree
   with that of the report, folds the entries into the relations, asks the figure's query of them in SQLite. */

import { COLUMNS, Fault, Fold, INDEXES, NUMBERS } from "./relations.js";
import { answer, decimal, rounded, same, written } from "./exact.js";
import { checkpoint, firstChanged, mechanismOf, readEntries } from "./ledger.js";
import { sqlite } from "./sqlite.js";

/** Up to so many entries everything that the page asks about is made at once; beyond, what is asked for alone. */
const SMALL = 100000;
const EVERY = "*";
const WASM = "vendor/sqlite/sqlite3.wasm";
const TELL_EVERY = 100; // milliseconds

const decoder = new TextDecoder();
let report = null;
/** What was made last: { raw, mechanisms, relations, fault, root, seconds }. */
let made = null;
let turn = Promise.resolve();

addEventListener("message", ({ data }) => {
  if (data.type === "open") report = data.report;
  // One after the other: a second question waits until the first has its relations.
  else turn = turn.then(() => respond(data));
});

/** `numbers`: by the number's id in the page { figure, scale, places, shown }, with the digits that the reader sees. */
async function respond({ id, numbers }) {
  try {
    const keys = [...new Set(Object.values(numbers).map((one) => one.figure))];
    const figures = keys.map((key) => report.figures[key]);
    const head = await madeFor(figures, (done, size) => postMessage({ id, type: "progress", done, size }));
    const results = Object.fromEntries(keys.map((key, place) => [key, recompute(figures[place])]));
    const told = Object.entries(numbers).map(([key, one]) => [key, held(one, results[one.figure])]);
    postMessage({ id, type: "answer", head, numbers: Object.fromEntries(told) });
  } catch (error) {
    if (!(error instanceof Fault)) console.error(error);
    const told = error instanceof Fault ? error : new Fault("broken", { text: String(error) });
    postMessage({ id, type: "fault", code: told.code, details: told.details });
  }
}

/** The relations that a query may name. */
function relationsOf(figure, proofs) {
  const words = new Set(`${figure.query} ${proofs ? figure.entries_query : ""}`.toLowerCase().match(/[a-z_][a-z_0-9]*/g));
  return Object.keys(COLUMNS).filter((name) => words.has(name));
}

/** The mechanisms whose entries a figure reads, by every text that its queries name; EVERY where they do not say which.
    What the page lists beside is not asked: it might list too few. */
function mechanismsOf(figure) {
  const asked = [figure.query, figure.entries_query];
  const narrow = asked.every((query) => {
    const named = query.match(/\bmechanism\b/gi)?.length ?? 0;
    return named > 0 && named === (query.match(/\bmechanism\s*(=\s*'|in\s*\(\s*')/gi)?.length ?? 0);
  });
  return narrow ? asked.flatMap((query) => query.match(/'[^']*'/g)).map((text) => text.slice(1, -1)) : [EVERY];
}

async function madeFor(figures, tell) {
  const small = report.size <= SMALL;
  const asked = small ? Object.values(report.figures) : figures;
  const mechanisms = new Set([...(made?.mechanisms ?? []), ...asked.flatMap(mechanismsOf)]);
  const relations = new Set([...(made?.relations ?? []), ...asked.flatMap((one) => relationsOf(one, small))]);
  const known = made !== null && (made.mechanisms.has(EVERY) || made.mechanisms.size === mechanisms.size);
  if (known && made.relations.size === relations.size) return made.head;
  made = null;
  let found = null;
  // What the browser kept from before may be of another ledger: before anything is said against this one, it is
  // fetched anew.
  for (const cache of ["default", "reload"]) {
    try {
      found = await make(mechanisms, relations, cache, tell);
      if (found.head.agrees) break;
    } catch (error) {
      if (cache === "reload" || !(error instanceof Fault)) throw error;
    }
  }
  made = found;
  return made.head;
}

async function make(mechanisms, relations, cache, tell) {
  const began = performance.now();
  const base = new URL(report.ledger, report.page);
  const head = await checkpoint(base, cache);
  if (head.size < report.size) throw new Fault("short", { size: head.size });
  const wasm = await fetch(new URL(WASM, import.meta.url)).catch(() => null);
  if (!wasm?.ok) throw new Fault("unreachable", { path: `assets/${WASM}` });
  const raw = await sqlite(await wasm.arrayBuffer());
  const writers = tables(raw);
  const fold = new Fold((name, row) => writers[name](row), relations);
  const reads = (mechanism) => mechanisms.has(EVERY) || mechanisms.has(mechanism);
  let told = 0;
  raw.run("BEGIN");
  const { root, leaves } = await readEntries(
    base, report.size, cache,
    (bytes, start, end, seq) => {
      const mechanism = mechanismOf(bytes, start, end);
      if (mechanism && !reads(mechanism)) return;
      const one = fields(bytes, start, end, seq);
      if (one.district === report.district && reads(one.mechanism)) fold.add(one, seq);
    },
    (done) => {
      const now = performance.now();
      if (now - told < TELL_EVERY && done < report.size) return;
      told = now;
      tell(done, report.size);
    },
  );
  fold.finish();
  raw.run("COMMIT");
  for (const name of relations) for (const sql of INDEXES[name]) raw.run(sql);
  raw.run("ANALYZE");
  const agrees = root === report.root && (head.size !== report.size || head.root === root);
  const changed = agrees ? null : await firstChanged(base, report.size, leaves, cache);
  const seconds = (performance.now() - began) / 1000;
  return { raw, mechanisms, relations, head: { ...head, computed: root, agrees, changed, seconds } };
}

function tables(raw) {
  const writers = {};
  for (const [name, columns] of Object.entries(COLUMNS)) {
    const told = columns.map((one) => `"${one}" ${NUMBERS.has(one) ? "INTEGER" : "TEXT"}`);
    raw.run(`CREATE TABLE ${name} (${told.join(", ")})`);
    writers[name] = raw.writer(name, columns.length);
  }
  return writers;
}

function fields(bytes, start, end, seq) {
  try {
    return JSON.parse(decoder.decode(bytes.subarray(start, end)));
  } catch {
    throw new Fault("entry", { seq });
  }
}

// --- asking

/** A query with the relations named before it, narrowed to one district: luoshi.figures.query.statement. */
function statement(query) {
  const named = Object.entries(COLUMNS).map(([name, columns]) => {
    const told = columns.map((one) => `"${one}"`).join(", ");
    return `${name} AS NOT MATERIALIZED (SELECT ${told} FROM main.${name} WHERE district = :district)`;
  });
  return `WITH ${named.join(", ")} SELECT * FROM (\n${query}\n) AS figure`;
}

function recompute(figure) {
  const parameters = { district: report.district, period: figure.period, from: figure.from, to: figure.to };
  try {
    const [names, rows] = made.raw.ask(statement(figure.query), parameters, 2);
    return { ...answer(figure, names, rows), proof: proof(figure, parameters) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { fault: error.code, details: error.details };
  }
}

/** How many entries prove it, and whether they are those that the report names; null where they were not made. */
function proof(figure, parameters) {
  if (!relationsOf(figure, true).every((name) => made.relations.has(name))) return null;
  const [, rows] = made.raw.ask(statement(figure.entries_query), parameters);
  const places = [...new Set(rows.map(([place]) => Number(place)))].sort((one, other) => one - other);
  const named = figure.entries.every((place, i) => place === places[i]);
  return { count: places.length, same: places.length === figure.entries_count && named };
}

/** A number of the page held against what its figure is by the ledger: `digits` that it should show, whether it does. */
function held({ figure, scale, places, shown }, result) {
  if (result.fault) return { ...result, same: false };
  const stated = report.figures[figure];
  const stands = ["value", "numerator"].every((name) => alike(result[name], stated[name]));
  const below = alike(result.denominator, stated.denominator_value);
  if (result.value === null) return { ...result, digits: null, same: shown === null && stated.value === null };
  const value = decimal(result.value);
  const scaled = scale < 0 ? { ...value, above: value.above * 10n ** BigInt(-scale) } : over(value, scale);
  const digits = rounded(scaled, Math.max(0, places));
  const seen = shown === null ? null : decimal(shown);
  return { ...result, digits: written(digits), same: stands && below && seen !== null && same(digits, seen) };
}

function over({ above, below }, scale) {
  return { above, below: below * 10n ** BigInt(scale) };
}

/** Whether two exact decimals, or nulls, are the same. */
function alike(one, other) {
  if (one === null || other === null || other === undefined) return one === (other ?? null);
  const told = decimal(other);
  return told !== null && same(decimal(one), told);
}
