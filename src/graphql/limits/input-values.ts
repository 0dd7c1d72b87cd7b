import { GraphQLError, type ValidationRule } from 'graphql';
import { badInput, type DomainError } from '../../platform/errors.js';
import { maxInputDepthLevels } from './limits.js';

/** PostgreSQL stores no NUL, and UTF-8 has no half of a surrogate pair: two such texts could end up as one. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

const notStorable = (): DomainError =>
  badInput('Text must be well-formed Unicode without NUL characters (U+0000).');
const tooDeep = (): DomainError =>
  badInput(`Variables may be nested at most ${maxInputDepthLevels} levels deep.`);

/**
 * Checks every text in the variables of a request, names of members included, and how deep they are nested.
 * @throws DomainError BAD_USER_INPUT
 */
export function assertStorable(variables: Readonly<Record<string, unknown>>): void {
  // Not recursive: the depth is what is in doubt.
  let level: unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxInputDepthLevels) throw tooDeep();
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') {
        if (!isStorable(value)) throw notStorable();
      } else if (typeof value === 'object' && value !== null) {
        for (const [name, member] of Object.entries(value)) next.push(name, member);
      }
    }
    level = next;
  }
}

/** The same for text that is written into the document; how deep that is nested, the bound on tokens limits. */
export const storableLiteralsRule: ValidationRule = (context) => ({
  StringValue(node) {
    if (isStorable(node.value)) return;
    const error = notStorable();
    context.reportError(new GraphQLError(error.message, { nodes: node, originalError: error }));
  },
});
