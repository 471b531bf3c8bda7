import { decode, encode } from '@msgpack/msgpack';
import type { Codec } from './codec.js';
import { DecodeError, isObject } from './protocol/fields.js';

const TURN = (2 * Math.PI) / 65_536;

/** Binary frames: smaller and quicker to read than JSON, above all frames of phases, which come packed. Give it as `codecs: [msgpack]`. */
export const msgpack: Codec = {
  protocol: 'itori.v1.msgpack',
  encode: (message) => encode(message, { ignoreUndefined: true }),
  decode: (frame) => {
    if (typeof frame === 'string') throw new DecodeError('a text frame on a MessagePack connection');
    let message: unknown;
    try {
      message = decode(frame);
    } catch (error) {
      throw new DecodeError(`a frame that is not MessagePack (${error instanceof Error ? error.message : 'unreadable'})`);
    }
    return isObject(message) ? withPhases(message) : message;
  },
};

function withPhases(message: Readonly<Record<string, unknown>>): unknown {
  const { payload } = message;
  if (!isObject(payload)) return message;
  if (payload['phases'] instanceof Uint8Array) return { ...message, payload: { ...payload, phases: unpackPhases(payload['phases']) } };
  const { phaseFrame } = payload;
  if (!isObject(phaseFrame) || !(phaseFrame['phases'] instanceof Uint8Array)) return message;
  return { ...message, payload: { ...payload, phaseFrame: { ...phaseFrame, phases: unpackPhases(phaseFrame['phases']) } } };
}

/**
 * Phases out of little-endian uint16, round(phase / 2π · 65536) mod 65536. The error is at most π / 65536 rad, which no eye sees.
 * @throws DecodeError when half a number is left over.
 */
export function unpackPhases(packed: Uint8Array): Float64Array {
  if (packed.byteLength % 2 !== 0) throw new DecodeError('packed phases of an odd length');
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const phases = new Float64Array(packed.byteLength / 2);
  for (let slot = 0; slot < phases.length; slot++) phases[slot] = view.getUint16(2 * slot, true) * TURN;
  return phases;
}
