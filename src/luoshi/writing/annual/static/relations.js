/* The public relations, made from entries alone: a port of luoshi.ledger.relations and of the tables that
   luoshi.figures.tables makes of them. tests/browser/test_annual_relations.py holds them row by row against each other. */

/** Relation → its columns. */
export const COLUMNS = {
  cases: [
    "district", "case", "mechanism", "version", "channel", "category", "body", "area", "opened_on", "answered_on",
    "struck_off_on", "due_on", "stage", "weight", "weight_e6", "grade", "satisfied",
  ],
  entries: [
    "district", "case", "n", "seq", "mechanism", "act", "stage_from", "stage_to", "body", "on_day", "day_n",
    "until_day",
  ],
  measures: [
    "district", "case", "name", "value", "value_e6", "unit", "mechanism", "n", "on_day", "until_day",
  ],
  observations: [
    "district", "case", "indicator", "period", "from_day", "to_day", "area", "value", "value_e6", "unit", "basis",
    "source", "revision", "superseded", "n",
  ],
};
/** Columns that hold integers; all others hold text. */
export const NUMBERS = new Set(["version", "n", "seq", "weight_e6", "value_e6", "revision", "superseded", "day_n"]);
export const INDEXES = {
  cases: [
    'CREATE UNIQUE INDEX case_once ON cases (district, "case")',
    "CREATE INDEX case_opened ON cases (district, mechanism, opened_on, stage, struck_off_on, answered_on, due_on)",
    "CREATE INDEX case_struck_off ON cases (district, mechanism, struck_off_on)",
    "CREATE INDEX case_answered ON cases (district, mechanism, answered_on)",
  ],
  entries: [
    'CREATE UNIQUE INDEX entry_once ON entries (district, "case", n, seq)',
    "CREATE INDEX entry_staged ON entries (district, mechanism, stage_to, on_day, until_day, act)",
  ],
  measures: [
    'CREATE UNIQUE INDEX measure_once ON measures (district, "case", name, n)',
    'CREATE INDEX measure_named ON measures (district, mechanism, name, on_day, until_day, "case", value_e6)',
  ],
  observations: [
    'CREATE UNIQUE INDEX observation_once ON observations (district, "case", n)',
    "CREATE INDEX observation_of ON observations (district, indicator, period)",
  ],
};
/** `until_day` of a case's last entry, and of a measure that was not told anew. */
export const HOLDS = "9999-12-31";

const AT = Object.fromEntries(COLUMNS.cases.map((name, place) => [name, place]));
const FOLLOWED = COLUMNS.entries.indexOf("until_day");
const UNTIL = COLUMNS.measures.indexOf("until_day");
const SUPERSEDED = COLUMNS.observations.indexOf("superseded");
const UNIT = "unit_";
const OBSERVED = ["indicator", "period", "value", "unit", "basis", "source"];
const MILLION = 1000000n;
const LARGEST_E6 = 2n ** 63n - 1n;
/** The significant digits that Python's decimals are rounded to. */
const DIGITS = 28;

/** What is wrong with a ledger, by a word and details. */
export class Fault extends Error {
  constructor(code, details = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** Folds the entries of one district, in the order of the log, into rows. `out(relation, row)` takes each row that
    changes no more; the others come with `finish`. `wanted`: the relations that are asked for. */
export class Fold {
  constructor(out, wanted = new Set(Object.keys(COLUMNS))) {
    this.out = out;
    this.wanted = wanted;
    this.cases = new Map();
    this.last = new Map();
    this.measures = new Map();
    this.revisions = new Map();
    this.observations = new Map();
  }

  /** Take the fields of an entry, which is at the place `seq` of the log. */
  add(one, seq) {
    let row = this.cases.get(one.case);
    if (row === undefined) {
      if (one.n !== 1) throw new Fault("gap", { case: one.case, n: one.n });
      row = begin(one);
      this.cases.set(one.case, row);
    }
    row[AT.version] = one.version;
    row[AT.body] = one.body;
    row[AT.stage] = one.stage_to;
    for (const column of Object.keys(one.set)) {
      const value = one.set[column];
      row[AT[column]] = value;
      if (column === "weight") row[AT.weight_e6] = value === null ? MILLION : millionths(value);
    }
    if (this.wanted.has("entries")) this.entry(one, seq);
    const data = one.data;
    if ("surveyed" in data) row[AT.satisfied] = data.surveyed;
    for (const name of Object.keys(data))
      if (name.startsWith(UNIT)) this.measure(one, name.slice(UNIT.length), data);
    if ("observed_value" in data) this.observe(one, row);
  }

  entry(one, seq) {
    const before = this.last.get(one.case);
    if (before !== undefined) {
      before[FOLLOWED] = one.on_day;
      this.out("entries", before);
    }
    this.last.set(one.case, [
      one.district, one.case, one.n, seq, one.mechanism, one.act, one.stage_from, one.stage_to, one.body,
      one.on_day, dayNumber(one.on_day), HOLDS,
    ]);
  }

  measure(one, name, data) {
    const value = data[name];
    if (value === null || value === undefined || !this.wanted.has("measures")) return;
    const key = `${one.case}\n${name}`;
    const before = this.measures.get(key);
    if (before !== undefined) {
      before[UNTIL] = one.on_day;
      this.out("measures", before);
    }
    const told = text(value);
    this.measures.set(key, [
      one.district, one.case, name, told, millionths(told), data[UNIT + name], one.mechanism, one.n, one.on_day, HOLDS,
    ]);
  }

  observe(one, row) {
    if (!this.wanted.has("observations")) return;
    const [indicator, period, value, unit, basis, source] = OBSERVED.map((name) => filled(one.data[`observed_${name}`]));
    const key = JSON.stringify([one.case, period, basis]);
    const before = this.observations.get(key);
    if (before !== undefined) {
      before[SUPERSEDED] = 1;
      this.out("observations", before);
    }
    const revision = this.revisions.has(key) ? this.revisions.get(key) + 1 : 0;
    this.revisions.set(key, revision);
    const [first, last] = bounds(period);
    const area = filled(one.data.observed_area) || row[AT.area]; // of a larger area, or of the case's own
    this.observations.set(key, [
      one.district, one.case, indicator, period, first, last, area, value, millionths(value), unit, basis,
      source, revision, 0, one.n,
    ]);
  }

  /** Give out the rows that hold at the end. */
  finish() {
    if (this.wanted.has("cases")) for (const row of this.cases.values()) this.out("cases", row);
    for (const row of this.last.values()) this.out("entries", row);
    for (const row of this.measures.values()) this.out("measures", row);
    for (const row of this.observations.values()) this.out("observations", row);
  }
}

function begin(one) {
  const row = new Array(COLUMNS.cases.length).fill(null);
  row[AT.district] = one.district;
  row[AT.case] = one.case;
  row[AT.mechanism] = one.mechanism;
  row[AT.weight_e6] = MILLION;
  return row;
}

/** A value as Python's str() writes it. */
function text(value) {
  return value === true ? "True" : value === false ? "False" : String(value);
}

function filled(value) {
  const empty = !value || (typeof value === "object" && Object.keys(value).length === 0);
  return empty ? "" : text(value);
}

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,6}))?$/;
const known = new Map();

/** The exact decimal `told` in millionths, as a BigInt. */
export function millionths(told) {
  let found = known.get(told);
  if (found === undefined) {
    found = scaled(told);
    if (known.size > 65536) known.clear();
    known.set(told, found);
  }
  return found;
}

function scaled(told) {
  const parts = DECIMAL.exec(told.trim());
  const wrong = () => new Fault("value", { value: told.slice(0, 40) });
  if (parts === null || !(parts[2] || parts[3]) || told.trim().split(".").length > 2) throw wrong();
  let digits = BigInt(parts[2] + parts[3]);
  let exponent = Number(parts[4] ?? 0) - parts[3].length + 6;
  const size = digits.toString().length;
  if (size > DIGITS) {
    // Python's decimals round to 28 digits here, halves to the even one.
    const unit = 10n ** BigInt(size - DIGITS), rest = digits % unit;
    digits /= unit;
    if (2n * rest > unit || (2n * rest === unit && digits % 2n === 1n)) digits += 1n;
    exponent += size - DIGITS;
  }
  if (digits !== 0n && (exponent > 40 || exponent < -80)) throw wrong();
  let whole = 0n;
  if (digits !== 0n && exponent >= 0) whole = digits * 10n ** BigInt(exponent);
  else if (digits !== 0n) {
    const unit = 10n ** BigInt(-exponent);
    if (digits % unit !== 0n) throw wrong();
    whole = digits / unit;
  }
  if (whole > LARGEST_E6) throw wrong();
  return parts[1] === "-" ? -whole : whole;
}

const days = new Map();

/** Days since 1970-01-01 of a day `YYYY-MM-DD`. */
export function dayNumber(day) {
  let found = days.get(day);
  if (found === undefined) {
    const at = new Date(`${day}T00:00:00Z`);
    // Some engines take 30 February for 2 March.
    if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day) throw new Fault("day", { value: day });
    found = at.getTime() / 86400000;
    days.set(day, found);
  }
  return found;
}

const PERIOD = /^(\d{4})(?:-(?:(\d\d)|q([1-4])|h([12])))?$/;

/** The first and last day of a period; nulls for another code. */
export function bounds(period) {
  const found = PERIOD.exec(period);
  if (found === null) return [null, null];
  const year = Number(found[1]);
  let first = 1, last = 12;
  if (found[2]) first = last = Number(found[2]);
  else if (found[3]) [first, last] = [3 * Number(found[3]) - 2, 3 * Number(found[3])];
  else if (found[4]) [first, last] = [6 * Number(found[4]) - 5, 6 * Number(found[4])];
  if (first < 1 || first > 12 || year < 1) return [null, null];
  const two = (number) => String(number).padStart(2, "0");
  const end = new Date(Date.UTC(2000, last, 0));
  end.setUTCFullYear(year, last, 0);
  return [`${found[1]}-${two(first)}-01`, `${found[1]}-${two(last)}-${two(end.getUTCDate())}`];
}
