// A cursor on the wire is EPOCH-ID. Ids of different epochs have nothing to do with each other.

export function epochOf(cursor) {
  return cursor.slice(0, cursor.lastIndexOf("-"));
}

export function idOf(cursor) {
  return Number(cursor.slice(cursor.lastIndexOf("-") + 1));
}

export function sameEpoch(one, other) {
  return epochOf(one) === epochOf(other);
}

/** Whether `one` is at or past `other`, in the same epoch. */
export function covers(one, other) {
  return sameEpoch(one, other) && idOf(one) >= idOf(other);
}
