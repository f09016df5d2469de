import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { StateMachineDefinition } from './state-machine';

/** What a move asks for beside its from-states, and what it changes beside the status. */
export interface Move {
  id: Types.ObjectId;
  condition?: Filter<Document>;
  set?: Document;
}

/**
 * The one way in which a status changes: a conditional update whose filter holds every state that the move may start from
 * and what else must be true. Of two moves that exclude each other the database lets one through. `seq`, the subject's
 * place in its timeline, goes up by one; the caller appends the event of that number in the same transaction.
 *
 * @returns the document as it was, or null when the move is not open.
 */
export async function moveStatus<
  T extends { status: State; seq: number },
  State extends string,
  Name extends string,
  Role extends string,
>(
  model: Model<T>,
  session: ClientSession,
  machine: StateMachineDefinition<State, Name, Role>,
  transition: Name,
  { id, condition = {}, set = {} }: Move,
): Promise<T | null> {
  const { from, to } = machine.transitions[transition];
  const before = await model.collection.findOneAndUpdate(
    { $and: [{ _id: id, status: { $in: [...from] } }, condition] },
    {
      $set: { ...set, status: to },
      $inc: { seq: 1 },
    },
    { session, returnDocument: 'before' },
  );
  return before as T | null;
}
