/** A place in a list whose items are in the order of instants and, within one, of ids. */
export interface InstantPosition {
  readonly at: Date;
  readonly id: string;
}

/** MikroORM's condition for what comes after a place in such a list, newest first; null: everything does. */
export const olderThan = <Field extends string>(field: Field, place: InstantPosition | null) =>
  place === null
    ? {}
    : { $or: [{ [field]: { $lt: place.at } }, { [field]: place.at, id: { $lt: place.id } }] };
