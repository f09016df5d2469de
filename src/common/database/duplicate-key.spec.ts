import { MongoServerError } from 'mongodb';
import { duplicateKeyIndex } from './duplicate-key';

const refused = (message: string, code = 11_000): MongoServerError =>
  new MongoServerError({ message, errmsg: message, code });

describe('The index that refused a write', () => {
  it('is read from the message of MongoDB', () => {
    const message =
      'E11000 duplicate key error collection: allynet.emergencies index: emergency_request_id dup key: { a: 1 }';
    expect(duplicateKeyIndex(refused(message))).toBe('emergency_request_id');
  });

  it('is the first one named, whatever the value of the key says', () => {
    const message =
      'E11000 duplicate key error collection: a.b index: user_email dup key: { email: "index: _id_" }';
    expect(duplicateKeyIndex(refused(message))).toBe('user_email');
  });

  it('is unknown, but a duplicate all the same, where the message is another', () => {
    expect(duplicateKeyIndex(refused('E11000'))).toBe('unknown');
  });

  it.each([
    [refused('index: user_email', 112)],
    [new Error('E11000 index: user_email')],
    [{ code: 11_000, message: 'index: user_email' }],
    [null],
    [undefined],
  ])('is none for any other error (%#)', (thrown) => {
    expect(duplicateKeyIndex(thrown)).toBeNull();
  });
});
