import { DecodeError } from './protocol/fields.js';

/** How messages become frames and back, under the name of the subprotocol that stands for it. */
export interface Codec {
  /** As in `Sec-WebSocket-Protocol`. */
  readonly protocol: string;
  readonly encode: (message: object) => string | Uint8Array<ArrayBuffer>;
  /** @throws DecodeError when the frame is not of this codec. */
  readonly decode: (frame: string | ArrayBuffer) => unknown;
}

/** Text frames. Every server speaks it, so it is always offered last. */
export const json: Codec = {
  protocol: 'itori.v1.json',
  encode: (message) => JSON.stringify(message),
  decode: (frame) => {
    try {
      // A binary frame is no JSON either.
      return JSON.parse(frame as string) as unknown;
    } catch {
      throw new DecodeError('a frame that is not JSON');
    }
  },
};

const encoder = new TextEncoder();

/** The size of a frame on the wire, bytes. */
export function frameBytes(frame: string | Uint8Array): number {
  return typeof frame === 'string' ? encoder.encode(frame).length : frame.byteLength;
}
