/**
 * Length-prefixed messages out of a byte stream. Three layers use it: Docker's attach stream, the supervisor's
 * frames, the child's records. Pure but for what it still holds, which is never more than one message.
 */

export type Header = { readonly type: number; readonly length: number };

export type Framing = {
  readonly headerBytes: number;
  readonly readHeader: (bytes: Buffer, offset: number) => Header;
};

/** Docker's multiplexed stream: stream number, three zero bytes, length (Docker Engine API, ContainerAttach). */
export const DOCKER_STREAM: Framing = {
  headerBytes: 8,
  readHeader: (bytes, offset) => ({ type: bytes.readUInt8(offset), length: bytes.readUInt32BE(offset + 4) }),
};

/** The supervisor's frames and the child's records: `sandbox-image/PROTOCOL.md`. */
export const RUNNER_FRAME: Framing = {
  headerBytes: 5,
  readHeader: (bytes, offset) => ({ type: bytes.readUInt8(offset), length: bytes.readUInt32BE(offset + 1) }),
};

export type DecoderOptions = {
  readonly framing: Framing;
  /** What to do with a message of this header: `skip` drops its payload unread, `stop` ends the decoder. */
  readonly admit: (header: Header) => 'take' | 'skip' | 'stop';
  readonly onMessage: (type: number, payload: Buffer) => void;
  readonly onStop: (header: Header) => void;
};

/**
 * Feed it chunks as they come, cut anywhere. After a `stop` everything further is ignored.
 * A payload handed out may share memory with the chunk that was fed: copy what is kept.
 */
export function createDecoder({ framing, admit, onMessage, onStop }: DecoderOptions) {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let neededBytes = framing.headerBytes;
  let skipBytes = 0;
  let header: Header | undefined;
  let stopped = false;

  function take(): Buffer {
    const joined = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    held = joined.length > neededBytes ? [joined.subarray(neededBytes)] : [];
    heldBytes = joined.length - neededBytes;
    return joined.subarray(0, neededBytes);
  }

  function expectHeader(): void {
    header = undefined;
    neededBytes = framing.headerBytes;
  }

  function readHeader(): void {
    const next = framing.readHeader(take(), 0);
    const verdict = admit(next);
    if (verdict === 'stop') {
      stopped = true;
      held = [];
      onStop(next);
    } else if (verdict === 'skip') {
      skipBytes = next.length;
    } else {
      header = next;
      neededBytes = next.length;
    }
  }

  function skip(): void {
    const joined = Buffer.concat(held);
    const dropped = Math.min(skipBytes, joined.length);
    skipBytes -= dropped;
    held = joined.length > dropped ? [joined.subarray(dropped)] : [];
    heldBytes = joined.length - dropped;
  }

  function readPayload(type: number): void {
    const payload = take();
    expectHeader();
    onMessage(type, payload);
  }

  return {
    push(chunk: Buffer): void {
      if (stopped || chunk.length === 0) return;
      held.push(chunk);
      heldBytes += chunk.length;
      while (!stopped && (skipBytes > 0 ? heldBytes > 0 : heldBytes >= neededBytes)) {
        if (skipBytes > 0) skip();
        else if (header === undefined) readHeader();
        else readPayload(header.type);
      }
    },
  };
}

/** One frame as the supervisor reads it. */
export function encodeFrame(type: string, payload: Buffer): Buffer {
  const head = Buffer.alloc(RUNNER_FRAME.headerBytes);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
}
