/* What a query says, in exact integers: a port of luoshi.figures.evaluating.answer. */

import { Fault } from "./relations.js";

const MILLION = 1000000n;

/** An exact decimal as a fraction of two BigInts; null for what is none. */
export function decimal(told) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(told);
  if (parts === null) return null;
  const digits = BigInt(parts[2] + (parts[3] ?? ""));
  return { above: parts[1] ? -digits : digits, below: 10n ** BigInt((parts[3] ?? "").length) };
}

/** Whether two fractions are the same number. */
export function same(one, other) {
  return one.above * other.below === other.above * one.below;
}

/** A fraction rounded to `places` decimals, halves away from zero 四舍五入, as a fraction. */
export function rounded({ above, below }, places) {
  const unit = 10n ** BigInt(places);
  const size = above < 0n ? -above : above;
  const whole = (2n * size * unit + below) / (2n * below);
  return { above: above < 0n ? -whole : whole, below: unit };
}

/** The same, but something is never nothing, and less than the `whole` never all of it: then to more decimals. */
export function honest(fraction, places, whole = 0n) {
  const found = rounded(fraction, places);
  const lies = found.above === 0n || found.above === whole * found.below;
  return lies && !same(found, fraction) ? honest(fraction, places + 1, whole) : found;
}

/** A fraction whose denominator is a power of ten, as text with as many decimals as it has zeros. */
export function written({ above, below }) {
  const places = below.toString().length - 1;
  const digits = (above < 0n ? -above : above).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return (above < 0n ? "-" : "") + whole + (places ? `.${digits.slice(-places)}` : "");
}

/** The same without zeros at its end. */
export function shortest(fraction) {
  const told = written(fraction);
  return told.includes(".") ? told.replace(/\.?0+$/, "") : told;
}

/** Value, numerator, denominator (texts or null) and why there is no value, of the rows of a figure's query. */
export function answer(figure, names, rows) {
  const rated = figure.kind === "rate" || figure.kind === "mean";
  const heads = names.map((name) => name.replace(/_e6$/, "")).sort().join();
  if (heads !== (rated ? "denominator,numerator" : "value")) throw new Fault("columns", { columns: names.join(", ") });
  if (rows.length > 1) throw new Fault("rows");
  if (rows.length === 0) return { value: null, numerator: null, denominator: null, reason: "not_told" };
  const told = {};
  names.forEach((name, place) => {
    const value = rows[0][place];
    if (value !== null && typeof value !== "bigint") throw new Fault("kind", { column: name });
    const below = name.endsWith("_e6") ? MILLION : 1n;
    told[name.replace(/_e6$/, "")] = value === null ? null : { above: value, below };
  });
  if (!rated) {
    const value = told.value === null ? null : written(honest(told.value, figure.precision));
    return { value, numerator: null, denominator: null, reason: value === null ? "no_cases" : null };
  }
  const nothing = { above: 0n, below: 1n };
  const upper = told.numerator ?? nothing, lower = told.denominator ?? nothing;
  const parts = { numerator: shortest(upper), denominator: shortest(lower) };
  if (lower.above === 0n) return { value: null, ...parts, reason: "no_cases" };
  const sign = lower.above < 0n ? -1n : 1n;
  const share = {
    above: sign * upper.above * lower.below * (figure.kind === "rate" ? 100n : 1n),
    below: sign * upper.below * lower.above,
  };
  const whole = figure.kind === "rate" ? 100n : 0n;
  return { value: written(honest(share, figure.precision, whole)), ...parts, reason: null };
}
