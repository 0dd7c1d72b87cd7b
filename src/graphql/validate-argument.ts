import { type ValidatorOptions, validateOrReject } from 'class-validator';
import { ArgumentValidationError, type ValidatorFn } from 'type-graphql';

/** Inputs are checked by the decorators that their fields have; errors repeat nothing of what was sent. */
const options: ValidatorOptions = {
  skipMissingProperties: true,
  forbidUnknownValues: false,
  validationError: { target: false, value: false },
};

/**
 * Validates an argument by its class-validator decorators, as type-graphql does by itself; but that looks
 * class-validator up by a dynamic import each time, which takes twice as long as validating.
 * @throws ArgumentValidationError
 */
export const validateArgument: ValidatorFn = async (argument: unknown) => {
  const inputs = (Array.isArray(argument) ? argument : [argument]).filter(isObject);
  try {
    await Promise.all(inputs.map((input) => validateOrReject(input, options)));
  } catch (errors) {
    throw new ArgumentValidationError(errors as ConstructorParameters<typeof ArgumentValidationError>[0]);
  }
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
