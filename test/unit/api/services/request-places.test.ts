import { describe, expect, it } from '@jest/globals';
import { createRequestPlaces } from '../../../../api/services/request-places.ts';
import { OrganizationId } from '../../../../shared/contracts/ids.ts';

const one = OrganizationId.parse(`org_${'a'.repeat(20)}`);
const other = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const refusal = expect.objectContaining({ code: 'RATE_LIMITED' });

describe('request places', () => {
  it('are counted for each organization', () => {
    const places = createRequestPlaces(1);
    places.enter(one);
    expect(() => places.enter(one)).toThrow(refusal);
    expect(() => places.enter(other)).not.toThrow();
  });

  it('are given back once, however often that is asked for', () => {
    const places = createRequestPlaces(2);
    const leave = places.enter(one);
    places.enter(one);
    leave();
    leave();
    expect(places.size()).toBe(1);
    places.enter(one);
    expect(() => places.enter(one)).toThrow(refusal);
  });
});
