import { invalidRequest } from './errors.js';

/** What a form says: text, or names (list positions included) with what is below them. */
export type FormValue = string | FormNode;
export interface FormNode {
  [name: string]: FormValue;
}

const maxPairs = 1000;
const maxDepth = 10;

/**
 * Reads `application/x-www-form-urlencoded` text with bracket nesting, as Stripe's SDKs and its CLI write it:
 * `a[b]=1`, `a[0][b]=1`, `a[]=1`. Lists become nodes named by position, because only the parameter's reader
 * knows whether `metadata[0]` is a list entry or a key called "0".
 * The nodes have no prototype, so no name is special.
 */
export function parseForm(text: string): FormNode {
  const root = emptyNode();
  const pairs = text.split('&').filter((pair) => pair !== '');
  if (pairs.length > maxPairs) throw invalidRequest(`Too many parameters: at most ${maxPairs} are allowed.`);
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    assign(root, splitName(name), equals < 0 ? '' : decode(pair.slice(equals + 1)), name);
  }
  return root;
}

export function emptyNode(): FormNode {
  return Object.create(null);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidRequest('Invalid request: the parameters are not valid percent-encoded UTF-8.');
  }
}

/** `a[b][]` → `['a', 'b', '']`. */
function splitName(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0) return [name];
  const segments = [name.slice(0, open)];
  for (const match of name.slice(open).matchAll(/\[([^[\]]*)\]/g)) segments.push(match[1] ?? '');
  if (segments.length > maxDepth) throw invalidRequest(`Parameters are nested too deeply: ${segments[0]}.`);
  return segments;
}

function assign(root: FormNode, segments: string[], value: string, name: string): void {
  let node = root;
  for (const [depth, segment] of segments.entries()) {
    const rest = segments.slice(depth + 1);
    const key = segment === '' && depth > 0 ? listPosition(node, rest) : segment;
    if (rest.length === 0) {
      node[key] = value;
      return;
    }
    const below = node[key] ?? emptyNode();
    if (typeof below === 'string') throw invalidRequest(`Invalid parameter: ${name} is given twice.`);
    node[key] = below;
    node = below;
  }
}

/** Where `[]` points: a new entry, or the last one while it still lacks the name that follows (`a[][b]=1&a[][c]=2`). */
function listPosition(node: FormNode, rest: string[]): string {
  const count = Object.keys(node).length;
  const last = node[String(count - 1)];
  const next = rest[0];
  if (next !== undefined && next !== '' && typeof last === 'object' && !(next in last))
    return String(count - 1);
  return String(count);
}
