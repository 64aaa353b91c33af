/** A target behind a wire, to the rest of the program as any other: what it is asked, it has answered on return. */

import type { Access } from '../../access/access.ts';
import { parseBdf } from '../../access/bdf.ts';
import type { Event } from '../../access/event.ts';
import type { Command, CommandResult, Target, TargetDescription } from '../../access/target.ts';
import { TargetDied } from '../../access/target-died.ts';
import { excerpt } from '../../access/text.ts';
import { widthMaskHi, widthMaskLo } from '../../core/pair.ts';
import { BulkImages } from './bulk-images.ts';
import { parseHello, withoutHello } from './hello.ts';
import { accessLine, capabilityOf, commandLine, isEventLine, parseEventLine, valueIn } from './lines.ts';
import type { Link } from './link.ts';
import type { Ending } from './way.ts';

/** Accesses that are on their way at once. */
const WINDOW = 256;
const NONE: readonly Event[] = [];
/** Commands that are told of when it dies. */
const COMMANDS_TOLD = 12;

/** Asks the target something behind accesses. */
export interface Follower {
  /** Lines to be sent right behind an access, each of which is answered `OK …`; the same whenever asked about it. */
  behind(access: Access): readonly string[];
  /** What the answers to these lines tell of. */
  heard(access: Access, answers: readonly string[]): readonly Event[];
  /** Whether a line is one of these, or a poll: nobody else has asked for it. */
  isOwn(line: string): boolean;
  /** Whether a line waits for something, so that it differs from run to run how often it is sent. */
  isPoll(line: string): boolean;
}

/** What is special in how a target is driven. */
export interface Manner {
  /** Makes ready what does not know `hello`, and returns what it knows of it then, in the words of `hello`. */
  prepare?: (target: Target) => string[];
  /** Asks something behind accesses. */
  follower?: Follower;
  /** Bulk reads of configuration space cost little. */
  bulk?: boolean;
}

export class WireTarget implements Target {
  private readonly link: Link;
  private readonly follower: Follower | undefined;
  private events: Event[] = [];
  private said: TargetDescription | undefined;
  private hasHello = true;
  /** What is known of its machine, if it cannot say so itself. */
  private known: readonly string[];
  private caps: ReadonlySet<string> = new Set();
  /** Where memory reaches ports, if that is the way to them. */
  private ports: number | undefined;
  private died: TargetDied | undefined;
  private answered = false;
  /** The last commands, in a ring. */
  private readonly last: string[] = [];
  private sent = 0;
  /** Lines of the window that is being read, and the place in them. */
  private lines: readonly string[] = [];
  private at = 0;
  private ending: Ending | undefined;
  private unanswered = 0;
  /** What made the machine ready, and who is told of the rest. */
  private readonly prologue: [line: string, answer: string | undefined][] = [];
  private told: ((line: string, answer: string | undefined) => void) | undefined = (...line) =>
    void this.prologue.push(line);

  /** See Target. */
  readonly images?: (bdfs: readonly number[]) => readonly (Uint8Array | undefined)[];

  /** Opens a fresh machine. Throws a TargetDied when there is none. */
  constructor(link: Link, { prepare = () => [], follower, bulk = false }: Manner = {}) {
    this.link = link;
    this.follower = follower;
    const { ending } = link.ask({ kind: 'open' });
    if (ending !== undefined) this.die(ending);
    this.known = link.way.machine;
    this.hello();
    if (!this.hasHello) this.known = [...this.known, ...prepare(this)];
    this.said = undefined;
    this.told = undefined;
    const [ecam] = bulk ? (this.description.machine.ecam ?? []) : [];
    if (ecam === undefined) return;
    const reader = new BulkImages((lines) => this.ask(lines), ecam);
    this.images = (bdfs) => reader.read(bdfs);
  }

  get description(): TargetDescription {
    return this.said ?? this.hello();
  }

  access(access: Access): void {
    this.window([access]);
    this.finish(access);
  }

  accessAll(accesses: readonly Access[], done: (access: Access) => void): void {
    for (let start = 0; start < accesses.length; start += WINDOW) {
      const window = accesses.slice(start, start + WINDOW);
      this.window(window);
      for (const access of window) {
        this.finish(access);
        done(access);
      }
    }
  }

  command(command: Command): CommandResult {
    const capability = capabilityOf(command);
    if (!this.caps.has(capability)) return { done: false, reason: `the target does not have '${capability}'` };
    this.send([commandLine(command)]);
    const answer = this.answer();
    this.sync();
    this.said = undefined;
    if (answer.startsWith('FAIL')) return { done: false, reason: answer.slice(5) };
    if (answer === 'OK') return { done: true };
    const bdf = command.kind === 'plug' ? parseBdf(answer.slice(3)) : undefined;
    return bdf === undefined ? this.refuse(commandLine(command), answer) : { done: true, bdf };
  }

  takeEvents(): readonly Event[] {
    const { events } = this;
    if (events.length === 0) return NONE;
    this.events = [];
    return events;
  }

  transcribe(told: (line: string, answer: string | undefined) => void): void {
    for (const line of this.prologue) told(...line);
    this.told = told;
  }

  close(): void {
    if (this.died === undefined) this.link.ask({ kind: 'close' });
    this.died ??= new TargetDied(
      this.death({ kind: 'crash', how: 'was closed', detail: 'It was closed.', stderr: '' }),
    );
  }

  private hello(): TargetDescription {
    const { name } = this.link.way;
    if (this.hasHello) {
      this.send(['hello 1\n']);
      const answer = this.answer();
      this.hasHello = answer.startsWith('OK');
      const read = this.hasHello ? parseHello(answer.split(' ').slice(1), name) : withoutHello(name, this.known);
      if (typeof read === 'string') {
        return this.die(protocol('answered hello wrongly', `What it answers to hello is wrong: ${read}.`));
      }
      this.said = read;
    } else this.said = withoutHello(name, this.known);
    this.caps = new Set(this.said.machine.caps);
    this.ports = this.said.machine.ioWindow?.loLo;
    return this.said;
  }

  /** Sends accesses in one go; `finish` then reads the answer to each. */
  private window(accesses: readonly Access[]): void {
    const lines: string[] = [];
    for (const access of accesses) {
      const line = this.lineOf(access);
      if (line === undefined) continue;
      lines.push(line);
      if (this.follower !== undefined) lines.push(...this.follower.behind(access));
      else if (this.caps.has('async-msi')) lines.push('sync\n');
    }
    this.said = undefined;
    this.send(lines);
  }

  private lineOf(access: Access): string | undefined {
    return accessLine(access, this.ports);
  }

  private finish(access: Access): void {
    const line = this.lineOf(access);
    if (line === undefined) {
      if (!access.write) this.put(access, -1, -1);
      return;
    }
    const answer = this.answer();
    if (access.write) {
      if (answer.trimEnd() !== 'OK') this.refuse(line, answer);
    } else {
      const value = valueIn(answer);
      if (value === undefined) return void this.refuse(line, answer);
      const { width } = access;
      if ((value.lo & ~widthMaskLo(width)) !== 0 || (value.hi & ~widthMaskHi(width)) !== 0) this.refuse(line, answer);
      this.put(access, value.hi, value.lo);
    }
    if (this.follower !== undefined) this.follow(access, this.follower);
    else if (this.caps.has('async-msi') && this.answer() !== 'OK') this.refuse('sync\n', 'FAIL');
  }

  private follow(access: Access, follower: Follower): void {
    const lines = follower.behind(access);
    if (lines.length === 0) return;
    const answers = lines.map((line) => this.accepted(line));
    this.report(follower.heard(access, answers));
  }

  /** Sends lines and returns their answers, which must all be `OK …`. */
  protected ask(lines: readonly string[]): string[] {
    this.send(lines);
    return lines.map((line) => this.accepted(line));
  }

  private accepted(line: string): string {
    const answer = this.answer();
    return isAccepted(line, answer) ? answer : this.refuse(line, answer);
  }

  /** Adds events to those that the next `takeEvents` gives. */
  protected report(events: readonly Event[]): void {
    this.events.push(...events);
  }

  private put(access: Access, hi: number, lo: number): void {
    access.valueLo = lo & widthMaskLo(access.width);
    access.valueHi = hi & widthMaskHi(access.width);
  }

  /** Until all messages that the last command has caused are here. */
  private sync(): void {
    if (!this.caps.has('async-msi')) return;
    this.send(['sync\n']);
    const answer = this.answer();
    if (answer !== 'OK') this.refuse('sync\n', answer);
  }

  private send(lines: readonly string[]): void {
    if (this.died !== undefined) throw this.died;
    for (const line of lines) this.last[this.sent++ % KEPT] = line;
    const reply = this.link.ask({ kind: 'carry', text: lines.join(''), answers: lines.length });
    this.lines = reply.lines;
    this.at = 0;
    this.ending = reply.ending;
    this.unanswered = lines.length;
  }

  /** The next answer; events in front of it are put aside. Throws a TargetDied if there is none. */
  private answer(): string {
    while (this.at < this.lines.length) {
      const line = this.lines[this.at++]!;
      if (!isEventLine(line)) {
        this.tell(line);
        this.unanswered--;
        this.answered = true;
        return line;
      }
      const event = parseEventLine(line);
      if (event === undefined)
        this.die(protocol('sent a malformed event', `It sent a malformed event: '${excerpt(line)}'.`));
      this.events.push(event);
    }
    this.tell(undefined);
    return this.die(this.ending ?? protocol('answered too little', 'It answered too little.'));
  }

  private tell(answer: string | undefined): void {
    if (this.told === undefined) return;
    const line = this.last[(this.sent - this.unanswered) % KEPT]!;
    if (this.follower?.isPoll(line) !== true) this.told(line.trimEnd(), answer);
  }

  private refuse(line: string, answer: string): never {
    const [word = ''] = line.trimEnd().split(' ');
    const how = answer.startsWith('FAIL') ? `answered FAIL to ${word}` : `answered ${word} wrongly`;
    return this.die(protocol(how, `It answered '${line.trimEnd()}' with '${excerpt(answer)}'.`));
  }

  private die(ending: Ending): never {
    this.died = new TargetDied(this.death(ending));
    this.link.ask({ kind: 'close' });
    throw this.died;
  }

  private death({ kind, how, detail, stderr }: Ending): TargetDied['death'] {
    const { sent, unanswered, follower } = this;
    const kept = Math.min(sent, KEPT);
    const first = sent - unanswered;
    // What is asked behind accesses tells nobody anything, unless it is what was not answered.
    const places = Array.from({ length: kept }, (_, index) => sent - kept + index).filter(
      (place) => place === first || !isAside(this.last[place % KEPT]!, follower),
    );
    const answered = places.filter((place) => place < first).length;
    // One before those that are not answered is the last that it has coped with.
    const end = Math.min(places.length, answered + COMMANDS_TOLD / 2);
    const start = Math.max(0, end - COMMANDS_TOLD);
    const commands = places.slice(start, end).map((place) => this.last[place % KEPT]!.trimEnd());
    return {
      target: this.link.way.name,
      kind,
      how,
      detail,
      stderr,
      commands,
      unanswered: Math.max(0, answered - start),
      answered: this.answered,
    };
  }
}

/** Whether it is no access of a guest, and nobody's command. */
function isAside(line: string, follower: Follower | undefined): boolean {
  return line.startsWith('b64read ') || follower?.isOwn(line) === true;
}

/** Places in the ring: a window, two lines behind each access, and what came before it. */
const KEPT = 3 * WINDOW + COMMANDS_TOLD;

function protocol(how: string, detail: string): Ending {
  return { kind: 'protocol', how, detail, stderr: '' };
}

/** Whether an answer is `OK`, and with as many bytes as were asked for where those are all that it has. */
function isAccepted(line: string, answer: string): boolean {
  const [ok, bytes = ''] = answer.trimEnd().split(' ');
  const [word, , size] = line.trimEnd().split(' ');
  return ok === 'OK' && (word !== 'b64read' || Buffer.from(bytes, 'base64').length === Number(size));
}
