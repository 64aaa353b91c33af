/** What was asked of a target, in order, so that it can be asked again: of a fresh machine, or of nobody. */

import { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import type { Command, CommandResult, Target, TargetDescription } from '../../access/target.ts';

/** An access with its answer, and what it caused. */
interface AskedAccess {
  access: Access;
  events: Event[];
}

/** A command, with the accesses of its recipe. */
interface AskedCommand {
  command: Command;
  recipe: AskedAccess[];
  result: CommandResult;
  events: Event[];
}

export type Asked = AskedAccess | AskedCommand;

/** A target that keeps what it is asked. */
export class LoggedTarget implements Target {
  readonly asked: Asked[] = [];
  /** As it was when somebody looked last. */
  latest: TargetDescription;
  private readonly target: Target;
  /** The command whose recipe is being carried out. */
  private current: AskedCommand | undefined;
  /** What the next events belong to. */
  private last: { events: Event[] } = { events: [] };
  readonly images?: NonNullable<Target['images']>;

  constructor(target: Target) {
    this.target = target;
    this.latest = target.description;
    if (target.images !== undefined) this.images = target.images.bind(target);
  }

  get description(): TargetDescription {
    return (this.latest = this.target.description);
  }

  access(access: Access): void {
    // All is kept before it is carried out: the target may die of it.
    const kept = this.keep(access);
    this.last = kept;
    this.target.access(access);
    kept.access.assign(access);
  }

  accessAll(accesses: readonly Access[], done: (access: Access) => void): void {
    if (this.target.accessAll === undefined) {
      for (const access of accesses) {
        this.access(access);
        done(access);
      }
      return;
    }
    const kept = accesses.map((access) => this.keep(access));
    const carried = kept.values();
    this.target.accessAll(accesses, (access) => {
      const asked = carried.next().value!;
      asked.access.assign(access);
      this.last = asked;
      done(access);
    });
  }

  *recipe(command: Command): Generator<Access, void, void> {
    this.current = { command, recipe: [], result: { done: false, reason: 'it was not carried out' }, events: [] };
    this.asked.push(this.current);
    yield* this.target.recipe?.(command) ?? [];
  }

  /** Its recipe has been asked for before. */
  command(command: Command): CommandResult {
    const result = this.target.command(command);
    if (this.current !== undefined) {
      this.current.result = result;
      this.last = this.current;
    }
    this.current = undefined;
    return result;
  }

  takeEvents(): readonly Event[] {
    const events = this.target.takeEvents();
    this.last.events.push(...events);
    return events;
  }

  transcribe(told: (line: string, answer: string | undefined) => void): void {
    this.target.transcribe?.(told);
  }

  close(): void {
    this.target.close?.();
  }

  private keep(access: Access): AskedAccess {
    const asked = { access: new Access().assign(access), events: [] };
    (this.current?.recipe ?? this.asked).push(asked);
    return asked;
  }
}

/** A target that answers as another one did, as long as it is asked a part of what that was asked, in the same order. */
export class Playback implements Target {
  readonly description: TargetDescription;
  private events: readonly Event[] = [];
  private readonly answers = new Map<Access, AskedAccess>();
  private readonly results = new Map<Command, AskedCommand>();

  constructor(description: TargetDescription, asked: readonly Asked[]) {
    this.description = description;
    for (const one of asked) {
      if ('access' in one) this.answers.set(one.access, one);
      else {
        this.results.set(one.command, one);
        for (const step of one.recipe) this.answers.set(step.access, step);
      }
    }
  }

  /** The answer stands in it already. */
  access(access: Access): void {
    this.events = this.answers.get(access)?.events ?? [];
  }

  recipe(command: Command): Access[] {
    return this.results.get(command)?.recipe.map(({ access }) => access) ?? [];
  }

  command(command: Command): CommandResult {
    const asked = this.results.get(command);
    this.events = asked?.events ?? [];
    return asked?.result ?? { done: false, reason: 'it was not asked this' };
  }

  takeEvents(): readonly Event[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}
