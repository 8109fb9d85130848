/** A name server that answers as a test says: one list of IPv4 addresses after the other, then the last for ever. */
import { createSocket, type RemoteInfo } from 'node:dgram';

const HEADER_BYTES = 12;
const TYPE_A = 1;
const ANSWER_FLAGS = 0x8180;

/**
 * @param answers to the queries for IPv4 addresses, in their order; there are none of IPv6
 * @param isSilentForV6 whether queries for those are not even answered
 */
export async function startNameServer(answers: readonly (readonly string[])[], isSilentForV6 = false) {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const question = questionOf(query);
    const isForV4 = question.readUInt16BE(question.length - 4) === TYPE_A;
    const addresses = isForV4 ? (answers[Math.min(asked, answers.length - 1)] ?? []) : [];
    if (isForV4) asked += 1;
    else if (isSilentForV6) return;
    socket.send(answerTo(query, question, addresses), from.port, from.address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', () => {
      resolve();
    });
  });
  return {
    address: `127.0.0.1:${String(socket.address().port)}`,
    /** Queries for IPv4 addresses. */
    asked: () => asked,
    stop: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

/** Name, type and class of the first question. */
function questionOf(query: Buffer): Buffer {
  let end = HEADER_BYTES;
  while ((query[end] ?? 0) !== 0) end += (query[end] ?? 0) + 1;
  return query.subarray(HEADER_BYTES, end + 5);
}

function answerTo(query: Buffer, question: Buffer, addresses: readonly string[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(ANSWER_FLAGS, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) =>
    // A pointer to the name in the question, type A, class IN, no time to live, four bytes.
    Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([header, question, ...records]);
}
