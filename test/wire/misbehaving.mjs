/**
 * A target of one function, 00:01.0, with a BAR of 4 KiB. It does something wrong at one of its commands:
 * `node misbehaving.mjs HOW N` at command N, counted from 1.
 */
import { closeSync } from 'node:fs';

const [how = 'nothing', at = '0'] = process.argv.slice(2);
const config = Buffer.alloc(256);
const writable = Buffer.alloc(256);
config.writeUInt32LE(0x11e81234, 0);
config.writeUInt32LE(0xff000010, 8);
writable.writeUInt16LE(0x0506, 4);
writable.writeUInt32LE(0xfffff000, 0x10);
writable[0x3c] = 0xff;
const memory = Buffer.alloc(4096);
let index = 0;
let count = 0;

/** The bytes behind an address, with what may be written to them; undefined: nobody. */
function behind(port, address) {
  if (!port) {
    const base = config.readUInt32LE(0x10);
    const on = (config[4] & 2) !== 0 && address >= base && address < base + 4096;
    return on ? [memory, undefined, address - base] : undefined;
  }
  const selected = index >>> 0 >= 0x80000000 && ((index >>> 8) & 0xffff) === 0x08;
  return selected && address >= 0xcfc && address <= 0xcff
    ? [config, writable, (index & 0xfc) | (address & 3)]
    : undefined;
}

function carryOut(line) {
  const [word, ...numbers] = line.split(' ');
  const [, verb, letter] = /^(in|out|read|write)([bwlq])$/.exec(word) ?? [];
  if (verb === undefined) return 'FAIL there is no such command';
  const width = { b: 1, w: 2, l: 4, q: 8 }[letter];
  const port = verb === 'in' || verb === 'out';
  const address = Number(numbers[0]);
  if (port && address === 0xcf8 && width === 4) {
    if (verb === 'in') return `OK 0x${(index >>> 0).toString(16)}`;
    index = Number(numbers[1]) | 0;
    return 'OK';
  }
  const write = verb === 'out' || verb === 'write';
  let value = 0n;
  for (let byte = 0; byte < width; byte++) {
    const found = behind(port, address + byte);
    if (write && found !== undefined) {
      const [bytes, mask, offset] = found;
      const wanted = Number((BigInt(numbers[1]) >> BigInt(8 * byte)) & 0xffn);
      const may = mask === undefined ? 0xff : mask[offset];
      bytes[offset] = (bytes[offset] & ~may) | (wanted & may);
    }
    value |= BigInt(found === undefined ? 0xff : found[0][found[2]]) << BigInt(8 * byte);
  }
  return write ? 'OK' : `OK 0x${value.toString(16)}`;
}

const say = (text) => process.stdout.write(text);

/** Writes as fast as it is read. */
function forEver(text, bytes) {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      left -= text.length;
      if (!say(text)) return void process.stdout.once('drain', more);
    }
  };
  more();
}

/** What is wrong at that command, in place of its answer or around it. */
const WRONG = {
  exits: () => process.exit(7),
  'is killed': () => {
    process.stderr.write('one line\ndevice.c:4711: Assertion `bar < 6` failed.\n', () =>
      process.kill(process.pid, 'SIGSEGV'),
    );
    return 'stop';
  },
  hangs: () => 'stop',
  'half a line': () => say('OK 0x') && 'stop',
  'half a line and ends': () => process.stdout.write('OK 0x', () => process.exit(0)) && 'stop',
  'no end of line': () => forEver('x'.repeat(1 << 16), 1e9) ?? 'stop',
  'no end of events': () => forEver('MSI 0xfee00000 0x4000\n'.repeat(1000), 1e9) ?? 'stop',
  'no ASCII': () => say('OK 0xé\n'),
  'no answer at all': () => say('hello, world\n'),
  'carriage return': (answer) => say(`${answer}\r\n`),
  'two answers': (answer) => say(`${answer}\n${answer}\n`),
  'an answer too few': () => undefined,
  FAIL: () => say('FAIL I do not want to\n'),
  'a value too wide': () => say('OK 0x1ffffffff\n'),
  'no value': () => say('OK\n'),
  'a malformed event': (answer) => say(`MSI 0xfee00000\n${answer}\n`),
  events: (answer) => say(`MSI 0xfee01000 0x4021 00:01.0\nIRQ raise 17\n${answer}\nIRQ lower 17\n`),
  late: (answer) => setTimeout(() => say(`${answer}\n`), 300) && 'wait',
  'closes its output': () => closeSync(1) ?? 'stop',
};

process.on('SIGTERM', () => undefined);
process.stdout.on('error', () => process.exit(0));
let pending = '';
let queue = Promise.resolve();
let stopped = false;
process.stdin.on('data', (chunk) => {
  const lines = (pending + chunk).split('\n');
  pending = lines.pop();
  for (const line of lines) {
    queue = queue.then(async () => {
      if (stopped) return;
      const answer = carryOut(line);
      if (how === 'fails always') return void say('FAIL I cannot do anything\n');
      if (++count !== Number(at)) return void say(`${answer}\n`);
      const did = WRONG[how](answer);
      if (did === 'stop') stopped = true;
      if (did === 'wait') await new Promise((resolve) => setTimeout(resolve, 310));
    });
  }
});
// One that hangs does not end with its input either.
process.stdin.on('end', () => (how === 'hangs' ? setInterval(() => undefined, 1000) : undefined));
