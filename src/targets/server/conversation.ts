/** The target's side of the target protocol (docs/target-protocol.md): one line in, events and one answer out. */
import { Access, MEMORY, PORT } from '../../access/access.ts';
import type { Width } from '../../access/access.ts';
import { formatBdf } from '../../access/bdf.ts';
import type { Event } from '../../access/event.ts';
import type { Command, Target } from '../../access/target.ts';
import { excerpt } from '../../access/text.ts';
import { formatHex } from '../../core/hex.ts';
import type { Pair } from '../../core/hex.ts';
import { didYouMean } from '../../core/nearest.ts';
import { widthMaskHi, widthMaskLo } from '../../core/pair.ts';
import { readBytes, writeBytes } from './bulk.ts';
import { helloWords } from './hello.ts';
import { addressOf, anyNumber, bytesOf, functionOf, numberOf, portOf, Refusal, sizeOf, valueOf } from './words.ts';

/** The one version of the protocol that there is. */
const PROTOCOL = 1;

export class Conversation {
  private readonly target: Target;
  private readonly version: string | undefined;
  private readonly access = new Access();

  /** `version` is what `hello` tells where the target itself names none. */
  constructor(target: Target, version?: string) {
    this.target = target;
    this.version = version;
  }

  /** Carries out one line (without its end). Gives the events that it caused and its answer, each a line. */
  answer(line: string): string {
    let answer: string;
    try {
      answer = this.carryOut(line);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = `FAIL ${error.message}`;
    }
    const events = this.target.takeEvents();
    return events.length === 0 ? `${answer}\n` : `${events.map(eventLine).join('')}${answer}\n`;
  }

  private carryOut(line: string): string {
    const [name = '', ...words] = line.split(' ');
    const form = FORMS.get(name);
    if (form === undefined) {
      if (line === '') throw new Refusal('expected a command, found an empty line');
      throw new Refusal(`there is no command '${excerpt(name)}'.${didYouMean(name.slice(0, 40), FORMS.keys())}`);
    }
    if (words.length !== form.operands) throw new Refusal(`expected: ${form.usage}`);
    return form.run(this, words as [string, string, string]);
  }

  hello(version: string): string {
    numberOf(version, 0x7fffffff, 'a version of the protocol');
    if (Number(version) !== PROTOCOL) throw new Refusal(`only version ${PROTOCOL} of the protocol is spoken here`);
    return `OK ${helloWords(this.target.description, this.version).join(' ')}`;
  }

  read(space: Access['space'], address: Pair, width: Width): string {
    const { access } = this;
    this.aim(space, address, width);
    access.write = false;
    this.target.access(access);
    return `OK ${formatHex(access.valueHi & widthMaskHi(width), access.valueLo & widthMaskLo(width))}`;
  }

  write(space: Access['space'], address: Pair, width: Width, value: Pair): string {
    const { access } = this;
    this.aim(space, address, width);
    access.write = true;
    access.valueHi = value.hi;
    access.valueLo = value.lo;
    this.target.access(access);
    return 'OK';
  }

  private aim(space: Access['space'], { hi, lo }: Pair, width: Width): void {
    const { access } = this;
    access.space = space;
    access.addressHi = hi;
    access.addressLo = lo;
    access.width = width;
  }

  readBulk(address: Pair, size: number): Buffer {
    return readBytes(this.target, this.access, address, size);
  }

  writeBulk(address: Pair, bytes: Buffer): string {
    writeBytes(this.target, this.access, address, bytes);
    return 'OK';
  }

  command(command: Command): string {
    const result = this.target.command(command);
    if (!result.done) throw new Refusal(result.reason);
    return result.bdf === undefined ? 'OK' : `OK ${formatBdf(result.bdf)}`;
  }
}

/** How a command is written, and what it does. */
interface Form {
  usage: string;
  operands: number;
  run(conversation: Conversation, words: [string, string, string]): string;
}

const FORMS = new Map<string, Form>();

function define(usage: string, run: Form['run']): void {
  const [name = '', ...operands] = usage.split(' ');
  FORMS.set(name, { usage, operands: operands.length, run });
}

const WIDTHS = [
  ['b', 1],
  ['w', 2],
  ['l', 4],
  ['q', 8],
] as const;

for (const [letter, width] of WIDTHS) {
  define(`read${letter} ADDRESS`, (it, [at]) => it.read(MEMORY, addressOf(at), width));
  define(`write${letter} ADDRESS VALUE`, (it, [at, value]) =>
    it.write(MEMORY, addressOf(at), width, valueOf(value, width)),
  );
  if (width === 8) continue;
  define(`in${letter} PORT`, (it, [at]) => it.read(PORT, { hi: 0, lo: portOf(at) }, width));
  define(`out${letter} PORT VALUE`, (it, [at, value]) =>
    it.write(PORT, { hi: 0, lo: portOf(at) }, width, valueOf(value, width)),
  );
}

define('read ADDRESS SIZE', (it, [at, size]) => `OK 0x${it.readBulk(addressOf(at), sizeOf(size)).toString('hex')}`);
define('b64read ADDRESS SIZE', (it, [at, size]) => `OK ${it.readBulk(addressOf(at), sizeOf(size)).toString('base64')}`);
define('write ADDRESS SIZE 0xBYTES', (it, [at, size, bytes]) =>
  it.writeBulk(addressOf(at), bytesOf(bytes, sizeOf(size))),
);
define('memset ADDRESS SIZE VALUE', (it, [at, size, value]) =>
  it.writeBulk(addressOf(at), Buffer.alloc(sizeOf(size), valueOf(value, 1).lo)),
);

define('hello VERSION', (it, [version]) => it.hello(version));
define('fire BDF VECTOR', (it, [bdf, vector]) =>
  it.command({ kind: 'fire', bdf: functionOf(bdf), vector: numberOf(vector, 0x7fffffff, 'a vector') }),
);
define('intx BDF LEVEL', (it, [bdf, level]) =>
  it.command({ kind: 'condition', bdf: functionOf(bdf), level: numberOf(level, 1, 'a level: 0 or 1') as 0 | 1 }),
);
define('plug BDF', (it, [bdf]) => it.command({ kind: 'plug', bdf: functionOf(bdf) }));
define('unplug BDF', (it, [bdf]) => it.command({ kind: 'unplug', bdf: functionOf(bdf) }));
define('reset', (it) => it.command({ kind: 'reset' }));
define('save', (it) => it.command({ kind: 'save' }));
define('restore', (it) => it.command({ kind: 'restore' }));
// A target in this process does everything at once: time changes nothing, and nothing is still on its way.
define('clock_step NANOSECONDS', (_, [time]) => {
  anyNumber(time, 'nanoseconds');
  return 'OK';
});
define('sync', () => 'OK');

/** The line of an event; events that the protocol has no line for give nothing. */
function eventLine(event: Event): string {
  switch (event.kind) {
    case 'message': {
      const sender = event.bdf === undefined ? '' : ` ${formatBdf(event.bdf)}`;
      return `MSI ${formatHex(event.addressHi, event.addressLo)} ${formatHex(0, event.data)}${sender}\n`;
    }
    case 'line':
      return `IRQ ${event.level === 1 ? 'raise' : 'lower'} ${event.input}\n`;
    default:
      return '';
  }
}
