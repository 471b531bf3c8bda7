import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decode } from '../src/protocol/decode.js';
import { DecodeError } from '../src/protocol/fields.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

describe('the types of messages', () => {
  it('are those of the JSON Schemas: `npm run generate` changes nothing', () => {
    const generated = execFileSync(process.execPath, [path('../scripts/generate.mjs'), '--print'], { encoding: 'utf8' });
    expect(readFileSync(path('../src/protocol/wire.ts'), 'utf8')).toBe(generated);
  });
});

describe('decode', () => {
  const examples = [...readFileSync(path('../../../../../docs/protocol.md'), 'utf8').matchAll(/```json server\n(.+?)\n```/gs)].map(([, example]) => String(example));

  it('knows every message that the protocol shows', () => {
    expect(examples.length).toBeGreaterThan(20);
    for (const example of examples) {
      const { type } = JSON.parse(example) as { readonly type: string };
      expect(decode(JSON.parse(example)), example).not.toMatchObject({ type: 'ignored' });
      if (type !== 'concept_update') expect(decode(JSON.parse(example))).toMatchObject({ type });
    }
  });

  it('keeps what a forecast and an alert say', () => {
    const of = (variant: string) => decode(JSON.parse(examples.find((example) => example.includes(`"type":"${variant}"`)) ?? '{}'));
    expect(of('coherence_forecast')).toMatchObject({
      topic: 'field:main',
      forecast: { stepSeconds: 5, metrics: { coherence: { current: 0.7, upper80: [0.72, 0.71], trend: 'falling' } }, assessment: { status: 'stable' } },
    });
    expect(of('cluster_alert')).toMatchObject({ alerts: [{ cluster_id: 1, eta_sec: 15, concepts: ['c1', 'c2'] }] });
    expect(of('spectral_state')).toMatchObject({ state: { connectivity: 1.5, components: 1, eigenvalues: [0, 1.5], clusters: [{ id: 1, size: 2 }] } });
  });

  it('refuses a message of a known type that lacks what it must have', () => {
    for (const message of [null, [], 'text', {}, { type: 'user_msg', payload: {} }, { type: 'user_msg', payload: { text: 'x', user: { id: 'u' } } }, { type: 'concept_update', payload: {} }]) {
      expect(() => decode(message)).toThrow(DecodeError);
    }
  });

  it('leaves out of a list what is not of its kind, and out of a record what is not there', () => {
    const message = decode({ type: 'presence', topic: 'graph:main', payload: { topic: 'graph:main', users: [{ id: 'u', since: 1 }, 7, null] } });
    expect(message).toEqual({ type: 'presence', topic: 'graph:main', users: [{ id: 'u', name: 'u', since: 1 }], left: [], count: 1 });
  });

  it('ignores types and variants of tomorrow', () => {
    expect(decode({ type: 'tomorrow', payload: 3 })).toEqual({ type: 'ignored', name: 'tomorrow' });
    expect(decode({ type: 'concept_update', payload: { type: 'x', data: 1 } })).toEqual({ type: 'ignored', name: 'concept_update x' });
  });
});
