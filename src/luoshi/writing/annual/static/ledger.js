/* The public ledger of an export (luoshi.ledger.export), read over the network: checkpoint and bundles of entries. */

import { Tree } from "./sha256.js";
import { Fault } from "./relations.js";

export const WIDTH = 256;
/** Bundles that are fetched at once. */
const AT_ONCE = 8;

/** Where the bundle `n`, of `width` entries, is served: luoshi.ledger.tiles. */
export function bundlePath(n, width) {
  return `tile/entries/${place(n, width)}`;
}

function place(n, width) {
  const groups = [String(n % 1000).padStart(3, "0")];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  return groups.join("/") + (width === WIDTH ? "" : `.p/${width}`);
}

async function load(base, path, cache) {
  let answer;
  try {
    answer = await fetch(new URL(path, base), { cache });
  } catch {
    throw new Fault("unreachable", { path });
  }
  if (!answer.ok) throw new Fault("missing", { path });
  try {
    return new Uint8Array(await answer.arrayBuffer());
  } catch {
    throw new Fault("cut", { path });
  }
}

/** Origin, size and root (base64) of the checkpoint. Its signature is not looked at here. */
export async function checkpoint(base, cache) {
  const [origin, size, root] = new TextDecoder().decode(await load(base, "checkpoint", cache)).split("\n");
  if (!origin || !/^(0|[1-9]\d{0,14})$/.test(size ?? "") || !/^[A-Za-z0-9+/]{43}=$/.test(root ?? ""))
    throw new Fault("checkpoint");
  return { origin, size: Number(size), root };
}

/** Read all `size` entries in their order: `take(bytes, start, end, seq)` gets each, `tell(done)` how far it is.
    Gives the root of the Merkle tree over them, in base64, and the hash of each. */
export async function readEntries(base, size, cache, take, tell) {
  const tree = new Tree(size);
  const count = Math.ceil(size / WIDTH);
  const widthOf = (n) => Math.min(WIDTH, size - n * WIDTH);
  const coming = [];
  let next = 0;
  const ask = () => {
    const fetched = load(base, bundlePath(next, widthOf(next)), cache);
    fetched.catch(() => {}); // it is told when its turn comes
    coming.push(fetched);
    next++;
  };
  for (let n = 0; n < count; n++) {
    while (next < count && coming.length < AT_ONCE) ask();
    const bytes = await coming.shift();
    readBundle(bytes, n, widthOf(n), tree, take);
    tell(Math.min(size, (n + 1) * WIDTH));
  }
  return { root: base64(tree.root()), leaves: tree.leaves };
}

/** Where an entry first differs from the ledger's own tile of hashes: { seq, path }; null if every one agrees with its
    tile (then the tiles are another ledger's, too) or a tile cannot be read. */
export async function firstChanged(base, size, leaves, cache) {
  for (let n = 0; n * WIDTH < size; n++) {
    const width = Math.min(WIDTH, size - n * WIDTH);
    let tile;
    try {
      tile = await load(base, `tile/0/${place(n, width)}`, cache);
    } catch {
      return null;
    }
    for (let i = 0; i < width * 32; i++) {
      if (tile[i] === leaves[n * WIDTH * 32 + i]) continue;
      return { seq: n * WIDTH + Math.floor(i / 32), path: bundlePath(n, width) };
    }
  }
  return null;
}

function readBundle(bytes, n, width, tree, take) {
  let at = 0;
  for (let i = 0; i < width; i++) {
    const start = at + 2;
    const end = start + (bytes[at] << 8) + bytes[at + 1];
    if (!(end <= bytes.length)) throw new Fault("cut", { path: bundlePath(n, width) });
    tree.add(bytes, start, end);
    take(bytes, start, end, n * WIDTH + i);
    at = end;
  }
  if (at !== bytes.length) throw new Fault("cut", { path: bundlePath(n, width) });
}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

const MARK = new TextEncoder().encode(',"mechanism":"');

/** The mechanism of the entry bytes[start:end], read from its bytes; "" where it is not in its canonical place. Keys are
    sorted and a quotation mark within a text is escaped, so that the last such mark is the entry's own. */
export function mechanismOf(bytes, start, end) {
  for (let at = end - MARK.length; at >= start; at--) {
    if (bytes[at] !== 44 || bytes[at + 1] !== 34 || bytes[at + 2] !== 109) continue;
    let same = 3;
    while (same < MARK.length && bytes[at + same] === MARK[same]) same++;
    if (same < MARK.length) continue;
    let told = "";
    for (let i = at + MARK.length; i < end && bytes[i] !== 34; i++) told += String.fromCharCode(bytes[i]);
    return told;
  }
  return "";
}
