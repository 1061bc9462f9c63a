/* SHA-256 (FIPS 180-4) and the Merkle tree of RFC 6962 §2.1. Why no crypto.subtle: it is asynchronous, so that each of a
   million short entries would wait for its turn, and it is missing where a page comes without TLS. */

const K = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
const START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const W = new Int32Array(64);
const state = new Int32Array(8);
let padded = new Uint8Array(1024);

function compress(bytes, at) {
  for (let i = 0; i < 16; i++, at += 4)
    W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** The digest of the first `size` bytes of `padded`, written to `out` from `to` on. */
function digest(size, out, to) {
  const blocks = (size + 72) >> 6;
  padded[size] = 0x80;
  padded.fill(0, size + 1, blocks * 64);
  const bits = size * 8, last = blocks * 64;
  padded[last - 5] = Math.floor(bits / 0x100000000);
  padded[last - 4] = bits >>> 24; padded[last - 3] = bits >>> 16; padded[last - 2] = bits >>> 8; padded[last - 1] = bits;
  state.set(START);
  for (let block = 0; block < blocks; block++) compress(padded, block * 64);
  for (let i = 0; i < 8; i++, to += 4) {
    const word = state[i];
    out[to] = word >>> 24; out[to + 1] = word >>> 16; out[to + 2] = word >>> 8; out[to + 3] = word;
  }
}

/** SHA-256(0x00 ‖ bytes[start:end]), written to `out` from `to` on. */
export function leafHash(bytes, start, end, out, to) {
  const size = end - start + 1;
  if (padded.length < size + 72) padded = new Uint8Array(2 * size + 72);
  padded[0] = 0;
  padded.set(bytes.subarray(start, end), 1);
  digest(size, out, to);
}

/** SHA-256(0x01 ‖ left ‖ right) of two hashes in `from`, written to `out` from `to` on. */
function nodeHash(from, left, right, out, to) {
  padded[0] = 1;
  for (let i = 0; i < 32; i++) {
    padded[1 + i] = from[left + i];
    padded[33 + i] = from[right + i];
  }
  digest(65, out, to);
}

/** The Merkle tree of a log of `most` entries, leaf by leaf; it keeps the hash of each leaf, 32 bytes after 32 bytes. */
export class Tree {
  constructor(most) {
    this.size = 0;
    this.leaves = new Uint8Array(32 * most);
    this.stack = new Uint8Array(64 * 32);
    this.depth = 0;
  }

  /** Add an entry, bytes[start:end]. */
  add(bytes, start, end) {
    const stack = this.stack;
    const leaf = this.size * 32;
    leafHash(bytes, start, end, this.leaves, leaf);
    stack.set(this.leaves.subarray(leaf, leaf + 32), this.depth * 32);
    this.depth++;
    // Each trailing 1 bit of the leaf's number completes a subtree with the one on its left.
    for (let ones = this.size; ones % 2 === 1; ones = Math.floor(ones / 2)) this.join();
    this.size++;
  }

  join() {
    const left = (this.depth - 2) * 32;
    nodeHash(this.stack, left, left + 32, this.stack, left);
    this.depth--;
  }

  /** The root, 32 bytes; the tree takes no further leaf. */
  root() {
    const out = new Uint8Array(32);
    if (this.depth === 0) {
      digest(0, out, 0);
      return out;
    }
    while (this.depth > 1) this.join();
    out.set(this.stack.subarray(0, 32));
    return out;
  }
}
