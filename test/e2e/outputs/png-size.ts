/** Width and height of a PNG in base64, in pixels. Throws if it is none. */
export function pngSize(base64: string | undefined): readonly [number, number] {
  const png = Buffer.from(base64 ?? '', 'base64');
  if (png.subarray(1, 4).toString() !== 'PNG') throw new Error('no PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}
