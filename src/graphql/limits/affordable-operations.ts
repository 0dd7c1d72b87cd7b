import { type ASTNode, type DocumentNode, type OperationDefinitionNode, visit } from 'graphql';

/** Clients send a handful of page sizes. Beyond so many variants of an operation all of them are forgotten. */
const maxVariants = 50;

export interface OperationWithVariables {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Known {
  readonly variables: readonly { readonly name: string; readonly counts: boolean }[];
  readonly variants: Set<string>;
}

/**
 * Remembers which operations were found affordable, as long as Apollo keeps them parsed. Two requests of an
 * operation cost the same where the variables agree that cost depends on: those in arguments named `first` and in
 * directives by their value, all others by whether they have one, since a missing one may make an argument unreadable.
 */
export class AffordableOperations {
  readonly #operations = new WeakMap<OperationDefinitionNode, Known>();

  has(asked: OperationWithVariables): boolean {
    const known = this.#operations.get(asked.operation);
    const variant = known && variantOf(known, asked);
    return typeof variant === 'string' && known?.variants.has(variant) === true;
  }

  add(asked: OperationWithVariables): void {
    const known = this.#operations.get(asked.operation) ?? this.#begin(asked);
    const variant = variantOf(known, asked);
    if (variant === null) return;
    if (known.variants.size >= maxVariants) known.variants.clear();
    known.variants.add(variant);
  }

  #begin({ document, operation }: OperationWithVariables): Known {
    const counting = countingVariables(document);
    const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
    const variables = names.map((name) => ({ name, counts: counting.has(name) }));
    const known = { variables, variants: new Set<string>() };
    this.#operations.set(operation, known);
    return known;
  }
}

/** Null where a value is of a kind that is not worth remembering. */
function variantOf(known: Known, { variables }: OperationWithVariables): string | null {
  const parts: string[] = [];
  for (const { name, counts } of known.variables) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined || value === null) parts.push(String(value));
    else if (!counts) parts.push('given');
    else if (typeof value === 'number' || typeof value === 'boolean') parts.push(String(value));
    else return null;
  }
  return parts.join();
}

function countingVariables(document: DocumentNode): Set<string> {
  const found = new Set<string>();
  const collect = (node: ASTNode): void => {
    visit(node, {
      Variable({ name }) {
        found.add(name.value);
      },
    });
  };
  visit(document, {
    Argument(node) {
      if (node.name.value === 'first') collect(node);
    },
    Directive(node) {
      collect(node);
    },
  });
  return found;
}
