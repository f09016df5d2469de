import { Types } from 'mongoose';
import { createSecretKey } from 'node:crypto';
import { InvitationTokens } from './invitation-tokens';

const key = (text: string) => createSecretKey(Buffer.from(text.padEnd(32, '.')));

function tokens(signing: string, ...others: string[]): InvitationTokens {
  const accepted = [key(signing), ...others.map(key)] as [ReturnType<typeof key>];
  return new InvitationTokens({ accessKeys: { signing: key(signing), accepted } } as never);
}

const claims = {
  invitation: new Types.ObjectId(),
  expiresAt: new Date('2026-11-29T13:16:19.361Z'),
};

describe('The token of an invitation', () => {
  it('says what it was made of, to the millisecond', () => {
    expect(tokens('a').read(tokens('a').sign(claims))).toEqual(claims);
  });

  it('is the same whenever it is made again', () => {
    expect(tokens('a').sign(claims)).toBe(tokens('a').sign({ ...claims }));
  });

  it('is read by a key that is being exchanged, and by no other', () => {
    const token = tokens('old').sign(claims);
    expect(tokens('new', 'old').read(token)).toEqual(claims);
    expect(tokens('new').read(token)).toBeNull();
  });

  it('is worth nothing once anything in it was changed', () => {
    const token = tokens('a').sign(claims);
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === 'a' ? 'b' : 'a';
      const changed = `${token.slice(0, index)}${other}${token.slice(index + 1)}`;
      // The last digit of base64url holds two bits that mean nothing; the signature is compared as text all the same.
      expect(tokens('a').read(changed)).toBeNull();
    }
  });

  it.each(['', '.', '..', 'x.y.z', '0'.repeat(24), `${'0'.repeat(24)}.0.${'A'.repeat(43)}`])(
    'is not %j',
    (text) => expect(tokens('a').read(text)).toBeNull(),
  );
});
