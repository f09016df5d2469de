import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldProblem, invalidField, validationFailed } from '../errors/domain-error';
import { payloadProblem } from './payload-form';

class PayloadPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const problem = metadata.type === 'custom' ? null : payloadProblem(value);
    if (problem) throw invalidField(problem.field, problem.rule);
    return super.transform(value, metadata);
  }
}

/** Enough to mend a request by; an answer with thousands would be as long as many requests. */
const PROBLEMS_TOLD = 100;

/** The one way input is checked: unknown fields are refused, and each problem names its field. */
export function createValidationPipe(): ValidationPipe {
  return new PayloadPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: false,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) =>
      validationFailed(errors.flatMap((error) => problems(error)).slice(0, PROBLEMS_TOLD)),
  });
}

function problems(error: ValidationError, parent = ''): FieldProblem[] {
  const field = parent ? `${parent}.${error.property}` : error.property;
  const own = Object.values(error.constraints ?? {});
  return [
    ...(own.length > 0 ? [{ field, messages: own }] : []),
    ...(error.children ?? []).flatMap((child) => problems(child, field)),
  ];
}
