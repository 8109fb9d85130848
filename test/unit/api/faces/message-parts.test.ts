import { describe, expect, it } from '@jest/globals';
import { readContainers } from '../../../../api/faces/container-files.ts';
import { assertSmall, readParts } from '../../../../api/faces/message-parts.ts';
import { RESPONSE_INPUT_BYTES_MAX } from '../../../../shared/contracts/limits.ts';

const AT = 'inputs.0.content';
const PICTURE = 'data:image/png;base64,iVBORw0K';

describe('message parts', () => {
  it.each([[{ text: 'a' }], [{ type: 'text', text: 'a' }], [{ type: 'input_text', text: 'a' }]])(
    'read the text %j',
    (block) => {
      expect(readParts([block], AT)).toEqual({ parts: [{ type: 'text', text: 'a' }], files: [], warnings: [] });
    },
  );

  it.each([
    [{ type: 'image', url: PICTURE }],
    [{ type: 'input_image', image_url: PICTURE }],
    [{ type: 'image_url', image_url: { url: PICTURE } }],
  ])('read the picture %j', (block) => {
    expect(readParts([block], AT).parts).toEqual([{ type: 'image', mediaType: 'image/png', base64: 'iVBORw0K' }]);
  });

  it.each([
    [
      { type: 'file', file_id: 'file_1' },
      { fileId: 'file_1', param: `${AT}.0.file_id` },
    ],
    [
      { type: 'input_file', file_id: 'file_1' },
      { fileId: 'file_1', param: `${AT}.0.file_id` },
    ],
    [
      { type: 'file', file: { file_id: 'file_1' } },
      { fileId: 'file_1', param: `${AT}.0.file.file_id` },
    ],
    [
      { type: 'input_image', file_id: 'file_1' },
      { fileId: 'file_1', param: `${AT}.0.file_id`, isOnlyPicture: true },
    ],
  ])('read the file of %j', (block, file) => {
    expect(readParts([block, { text: 'a' }], AT)).toEqual({
      ...{ parts: [{ type: 'text', text: 'a' }], files: [file], warnings: [] },
    });
  });

  it('say something where there are only files', () => {
    expect(readParts([{ type: 'file', file_id: 'file_1' }], AT).parts).toHaveLength(1);
  });

  it.each([
    [{ type: 'input_file', file_data: 'data:text/csv;base64,YQ==' }],
    [{ type: 'file', file_id: 7 }],
    [{ type: 'image', url: 'https://example.com/a.png' }],
    [{ type: 'image', url: 'data:image/svg+xml;base64,YQ==' }],
    [{ type: 'hologram' }],
  ])('tell that %j was not used', (block) => {
    expect(readParts([block], AT)).toEqual({
      ...{ parts: [], files: [], warnings: [expect.stringMatching(/^inputs\.0\.content\.0: .*not used\.$/)] },
    });
  });
});

describe('container files', () => {
  it('are those of the code interpreter', () => {
    const container = { type: 'auto', file_ids: ['file_1', 'file_2'] };
    expect(
      readContainers([
        { type: 'web_search', container },
        { type: 'code_interpreter', container },
      ]),
    ).toEqual({
      fileIds: [
        { fileId: 'file_1', param: 'tools.1.container.file_ids.0' },
        { fileId: 'file_2', param: 'tools.1.container.file_ids.1' },
      ],
      isAuto: true,
      warnings: [],
    });
  });

  it('tell what of them is not known', () => {
    const tools = [
      { type: 'code_interpreter', container: 'cntr_1' },
      { type: 'code_interpreter', container: { type: 'auto', memory_limit: '4g' } },
    ];
    expect(readContainers(tools).warnings).toEqual([
      'tools.0.container: only {"type":"auto"} is known here, and it was not used.',
      'tools.1.container.memory_limit: is not known here, and was not used.',
    ]);
  });

  it.each([
    [undefined],
    [{}],
    [[null]],
    [[{ type: 'code_interpreter' }]],
    [[{ type: 'code_interpreter', container: 'cntr_1' }]],
  ])('are none in %j', (tools) => {
    expect(readContainers(tools).fileIds).toEqual([]);
  });
});

describe('message parts: all texts of a request together', () => {
  const system = 'ä'.repeat(RESPONSE_INPUT_BYTES_MAX / 4);
  const texts = (bytes: number) => [
    { role: 'user' as const, parts: [{ type: 'text' as const, text: 'x'.repeat(bytes / 2 - 1) }] },
    { role: 'assistant' as const, text: 'x', calls: [{ callId: 'c', code: 'x'.repeat(bytes / 2) }] },
  ];

  it('may have so many bytes', () => {
    expect(assertSmall(system, texts(RESPONSE_INPUT_BYTES_MAX / 2))).toBeUndefined();
  });

  it('are refused with one more', () => {
    expect(() => {
      assertSmall(`${system}x`, texts(RESPONSE_INPUT_BYTES_MAX / 2));
    }).toThrow(expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', param: 'inputs' }));
  });
});
