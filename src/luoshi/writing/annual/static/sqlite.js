/* SQLite's own WebAssembly (vendor/sqlite), without the loader of 570 kB that comes with it: a database in memory needs
   no files, so every system call that would reach one is answered with "there is none". */

import { Fault } from "./relations.js";

const OK = 0, ROW = 100, DONE = 101;
const INTEGER = 1, NULL = 5;
const NONE = -52; // ENOSYS
const PAGE = 65536, FIRST_PAGES = 128, MOST_PAGES = 32768;
const SCRATCH = 1 << 18;

/** SQLite, from the bytes of sqlite3.wasm. */
export async function sqlite(bytes) {
  const module = await WebAssembly.compile(bytes);
  const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES });
  const own = {
    emscripten_date_now: () => Date.now(),
    emscripten_get_now: () => performance.now(),
    emscripten_get_heap_max: () => MOST_PAGES * PAGE,
    emscripten_resize_heap: (size) => grow(memory, size >>> 0),
    environ_sizes_get: () => NONE,
    environ_get: () => NONE,
  };
  const imports = {};
  for (const { module: room, name, kind } of WebAssembly.Module.imports(module))
    (imports[room] ??= {})[name] = kind === "memory" ? memory : (own[name] ?? (() => NONE));
  const { exports } = await WebAssembly.instantiate(module, imports);
  exports.__wasm_call_ctors();
  return new Sqlite(exports, memory);
}

function grow(memory, size) {
  const pages = memory.buffer.byteLength / PAGE;
  // A sixth more than is asked for: each growth may move everything.
  const wanted = Math.min(MOST_PAGES, Math.max(Math.ceil(size / PAGE), Math.ceil(pages * 1.16)));
  try {
    memory.grow(wanted - pages);
    return 1;
  } catch {
    return 0;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

class Sqlite {
  constructor(exports, memory) {
    this.c = exports;
    this.memory = memory;
    this.bytes = new Uint8Array(memory.buffer);
    this.room = SCRATCH;
    this.scratch = this.c.malloc(SCRATCH);
    const slot = this.c.malloc(4);
    const name = this.put(":memory:", this.scratch);
    this.heap()[this.scratch + name] = 0;
    const code = this.c.sqlite3_open(this.scratch, slot);
    this.db = this.int(slot);
    this.slot = slot;
    if (code !== OK) throw new Fault("sqlite", { text: this.told() });
    for (const sql of ["PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"]) this.run(sql);
  }

  /** The memory as bytes; it is another one after each growth. */
  heap() {
    if (this.bytes.buffer !== this.memory.buffer) this.bytes = new Uint8Array(this.memory.buffer);
    return this.bytes;
  }

  int(at) {
    return new DataView(this.memory.buffer).getInt32(at, true);
  }

  told() {
    const bytes = this.heap(), start = this.c.sqlite3_errmsg(this.db);
    return decoder.decode(bytes.subarray(start, bytes.indexOf(0, start)));
  }

  /** Write `text` at `at`; how many bytes it took. */
  put(text, at) {
    const bytes = this.heap(), size = text.length;
    for (let i = 0; i < size; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return i + encoder.encodeInto(text.slice(i), bytes.subarray(at + i)).written;
      bytes[at + i] = code;
    }
    return size;
  }

  /** Make sure that the scratch room holds `size` bytes. */
  hold(size) {
    if (size <= this.room) return;
    this.c.free(this.scratch);
    this.scratch = this.c.malloc(2 * size);
    this.room = 2 * size;
  }

  prepare(sql) {
    this.hold(3 * sql.length + 1);
    const size = this.put(sql, this.scratch);
    if (this.c.sqlite3_prepare_v2(this.db, this.scratch, size, this.slot, 0) !== OK) this.fail();
    return this.int(this.slot);
  }

  fail() {
    throw new Fault("sqlite", { text: this.told() });
  }

  /** Run one statement that gives no rows. */
  run(sql) {
    this.ask(sql, {}, 1);
  }

  /** Names of columns and rows (integers as BigInt, null, all else as text) of one statement with named texts. */
  ask(sql, parameters, most = Infinity) {
    const statement = this.prepare(sql);
    try {
      this.name(statement, parameters);
      const names = [], rows = [];
      const width = this.c.sqlite3_column_count(statement);
      for (let i = 0; i < width; i++) {
        const start = this.c.sqlite3_column_name(statement, i), bytes = this.heap();
        names.push(decoder.decode(bytes.subarray(start, bytes.indexOf(0, start))));
      }
      while (rows.length < most) {
        const code = this.c.sqlite3_step(statement);
        if (code === DONE) break;
        if (code !== ROW) this.fail();
        rows.push(names.map((_, i) => this.column(statement, i)));
      }
      return [names, rows];
    } finally {
      this.c.sqlite3_finalize(statement);
    }
  }

  name(statement, parameters) {
    this.hold(4096);
    let at = this.scratch;
    for (const [name, value] of Object.entries(parameters)) {
      const size = this.put(`:${name}`, at);
      this.heap()[at + size] = 0;
      const place = this.c.sqlite3_bind_parameter_index(statement, at);
      const length = this.put(value, at);
      if (place && this.c.sqlite3_bind_text(statement, place, at, length, 0) !== OK) this.fail();
      at += length;
    }
  }

  column(statement, i) {
    const kind = this.c.sqlite3_column_type(statement, i);
    if (kind === NULL) return null;
    if (kind === INTEGER) return this.c.sqlite3_column_int64(statement, i);
    const start = this.c.sqlite3_column_text(statement, i), size = this.c.sqlite3_column_bytes(statement, i);
    const told = decoder.decode(this.heap().subarray(start, start + size));
    return kind === 3 ? told : Number(told);
  }

  /** A writer of rows of texts, integers (number or BigInt) and nulls into `table`. */
  writer(table, width) {
    const statement = this.prepare(`INSERT INTO ${table} VALUES (${new Array(width).fill("?").join(", ")})`);
    const { sqlite3_bind_text, sqlite3_bind_int, sqlite3_bind_int64, sqlite3_bind_null, sqlite3_step, sqlite3_reset } =
      this.c;
    return (row) => {
      let need = 0;
      for (const value of row) if (typeof value === "string") need += 3 * value.length;
      this.hold(need);
      let at = this.scratch;
      for (let i = 0; i < width; i++) {
        const value = row[i];
        if (typeof value === "string") {
          const size = this.put(value, at);
          sqlite3_bind_text(statement, i + 1, at, size, 0); // static: it stays there until the step is done
          at += size;
        } else if (value === null) sqlite3_bind_null(statement, i + 1);
        else if (typeof value === "number" && Math.abs(value) < 2 ** 31) sqlite3_bind_int(statement, i + 1, value);
        else sqlite3_bind_int64(statement, i + 1, BigInt(value));
      }
      const code = sqlite3_step(statement);
      sqlite3_reset(statement);
      if (code !== DONE) this.fail();
    };
  }
}
