// A cursor on the wire is EPOCH-ID-CHECK; an older server's is EPOCH-ID. The check is the server's business. Ids of
// different epochs have nothing to do with each other.

export function epochOf(cursor) {
  return cursor.split("-")[0];
}

export function idOf(cursor) {
  return Number(cursor.split("-")[1]);
}

export function sameEpoch(one, other) {
  return epochOf(one) === epochOf(other);
}

/** Whether `one` is at or past `other`, in the same epoch. */
export function covers(one, other) {
  return sameEpoch(one, other) && idOf(one) >= idOf(other);
}

/** Whether `one` is past `other`, in the same epoch. */
export function isPast(one, other) {
  return sameEpoch(one, other) && idOf(one) > idOf(other);
}
