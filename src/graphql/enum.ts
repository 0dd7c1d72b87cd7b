/** A union of strings as the object that `registerEnumType` takes: { A: 'A', B: 'B' }. */
export function enumOf<Value extends string>(values: readonly Value[]): { readonly [V in Value]: V } {
  return Object.fromEntries(values.map((value) => [value, value])) as { [V in Value]: V };
}
