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
  /** Shown the payload so far whenever more of it has come; false drops the message with what follows of it. */
  readonly inspect?: (type: number, soFar: Buffer) => boolean;
  readonly onMessage: (type: number, payload: Buffer) => void;
  readonly onStop: (header: Header) => void;
};

const NOTHING = Buffer.alloc(0);

/**
 * Feed it chunks as they come, cut anywhere. After a `stop` everything further is ignored. It holds no chunk longer
 * than `push` takes: a small piece of a message would keep all that came with it.
 * A payload handed out may share memory with the chunk that was fed: copy what is kept.
 */
export function createDecoder({ framing, admit, inspect = () => true, onMessage, onStop }: DecoderOptions) {
  let header: Header | undefined;
  let neededBytes = framing.headerBytes;
  let held = NOTHING;
  let heldBytes = 0;
  let skipBytes = 0;
  let stopped = false;

  function expect(next: Header | undefined): void {
    header = next;
    neededBytes = next?.length ?? framing.headerBytes;
    held = NOTHING;
    heldBytes = 0;
  }

  /** What there is of the header or payload that is being read, with the chunk's bytes up to `end`. */
  function gather(chunk: Buffer, at: number, end: number): Buffer {
    if (heldBytes === 0 && end - at === neededBytes) return chunk.subarray(at, end);
    // Of the full length at once: memory that is never written to is none.
    if (heldBytes === 0) held = Buffer.allocUnsafeSlow(neededBytes);
    heldBytes += chunk.copy(held, heldBytes, at, end);
    return held.subarray(0, heldBytes);
  }

  function onHeader(next: Header): void {
    const verdict = admit(next);
    expect(verdict === 'take' ? next : undefined);
    if (verdict === 'skip') skipBytes = next.length;
    if (verdict !== 'stop') return;
    stopped = true;
    onStop(next);
  }

  function onPayload({ type, length }: Header, soFar: Buffer): void {
    const isGood = inspect(type, soFar);
    if (isGood && soFar.length < length) return;
    expect(undefined);
    if (isGood) onMessage(type, soFar);
    else skipBytes = length - soFar.length;
  }

  /** @returns how far the chunk has been read */
  function step(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + (skipBytes > 0 ? skipBytes : neededBytes - heldBytes));
    if (skipBytes > 0) {
      skipBytes -= end - at;
      return end;
    }
    const soFar = gather(chunk, at, end);
    if (header !== undefined) onPayload(header, soFar);
    else if (soFar.length === neededBytes) onHeader(framing.readHeader(soFar, 0));
    return end;
  }

  return {
    push(chunk: Buffer): void {
      let at = 0;
      // An empty payload is there with its header.
      while (!stopped && (at < chunk.length || neededBytes === 0)) at = step(chunk, at);
    },
  };
}

/** One frame as the supervisor reads it. */
export function encodeFrame(type: string, payload: Buffer): Buffer {
  return Buffer.concat([encodeHead(type, payload.length), payload]);
}

export function encodeHead(type: string, payloadBytes: number): Buffer {
  const head = Buffer.alloc(RUNNER_FRAME.headerBytes);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(payloadBytes, 1);
  return head;
}
