import { expect, test } from 'vitest';
import { randomStream } from '../../core/random.ts';
import { formatScenario, parseScenario } from '../../scenario/grammar.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../targets/emulated/index.ts';
import { Lockstep } from '../../check/lockstep/lockstep.ts';
import { generate, generateWithOrigins } from '../generate/generate.ts';
import { Feedback, nothingLearned, weighted } from './feedback.ts';

const { topology } = new Lockstep(createEmulated({ layout: DEFAULT_LAYOUT }), { divergence: () => undefined });
const OPTIONS = { steps: 60 };

const STRETCH = 'power fn3 d3\nread fn3.bar0 4\nflr fn3\n';
const { program: stretch } = parseScenario(STRETCH);

function learned(...rules: string[]): Feedback {
  const feedback = new Feedback();
  feedback.add({
    ...nothingLearned(),
    kept: rules.map((rule) => ({ program: stretch, rule, features: [], isSeed: false })),
  });
  return feedback;
}

test('stretches that reached something come again, as they were and changed', () => {
  const feedback = learned('PM-003');
  const texts = Array.from({ length: 40 }, (_, number) =>
    formatScenario(generate(randomStream(`again ${number}`), topology, { ...OPTIONS, feedback })),
  );
  expect(texts.filter((text) => text.includes(STRETCH)).length).toBeGreaterThan(5);
  expect(texts.some((text) => /power fn3 d3\nread fn3\.bar0 4\nflr fn(?!3\n)\d+/.test(text))).toBe(true);
  const without = Array.from({ length: 40 }, (_, number) =>
    formatScenario(generate(randomStream(`again ${number}`), topology, OPTIONS)),
  );
  expect(without.filter((text) => text.includes(STRETCH))).toEqual([]);
});

test('each step has an origin, but for those of stretches and of looks', () => {
  for (let number = 0; number < 10; number++) {
    const { program, origins } = generateWithOrigins(randomStream(`origins ${number}`), topology, OPTIONS);
    const lines = formatScenario(program).trimEnd().split('\n');
    for (const [step, line] of lines.entries())
      expect({ line, has: origins[step] !== undefined }).toEqual({ line, has: !line.startsWith('looks ') });
  }
});

test('the more seldom a rule is judged, the sooner its stretch is taken', () => {
  const feedback = learned('PM-003', 'BRG-009');
  feedback.add({ ...nothingLearned(), judged: new Map([['PM-003', 99]]) });
  const stream = randomStream('seldom');
  const picks = Array.from({ length: 200 }, () => feedback.pick(stream)!.rule);
  expect(picks.filter((rule) => rule === 'BRG-009').length).toBeGreaterThan(180);
});

test('a class is expected to bring what it has brought', () => {
  const feedback = new Feedback();
  const before = feedback.expected('relocation');
  feedback.add({
    ...nothingLearned(),
    yields: new Map([
      ['relocation', { accesses: 500, features: 100 }],
      ['covering', { accesses: 500, features: 1 }],
    ]),
  });
  expect(feedback.expected('relocation')).toBeGreaterThan(before);
  expect(feedback.expected('covering')).toBeLessThan(before);
});

test('what is kept is bounded: the stretches whose rules are judged most go', () => {
  const feedback = new Feedback();
  feedback.add({ ...nothingLearned(), judged: new Map([['CMD-001', 1000]]) });
  for (let number = 0; number < 400; number++) {
    const kept = ['CMD-001', 'BRG-009'].map((rule) => ({ program: stretch, rule, features: [], isSeed: false }));
    feedback.add({ ...nothingLearned(), kept });
  }
  feedback.trim();
  const rules = feedback.stretches.map(({ rule }) => rule);
  expect(rules.length).toBe(512);
  expect(rules.filter((rule) => rule === 'BRG-009').length).toBe(400);
});

test('weights', () => {
  const stream = randomStream('weights');
  expect(weighted(stream, [], () => 1)).toBe(undefined);
  const picks = Array.from({ length: 1000 }, () =>
    weighted(stream, ['rare', 'often'], (item) => (item === 'rare' ? 1 : 9)),
  );
  const rare = picks.filter((item) => item === 'rare').length;
  expect(rare).toBeGreaterThan(60);
  expect(rare).toBeLessThan(140);
});
