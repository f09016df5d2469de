import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { Types } from 'mongoose';
import { invalidField } from '../errors/domain-error';

export const HEX_ID = /^[0-9a-f]{24}$/i;

const pathId = createParamDecorator((name: string, context: ExecutionContext): Types.ObjectId => {
  const value = context.switchToHttp().getRequest<{ params: Record<string, unknown> }>().params[
    name
  ];
  if (typeof value !== 'string' || !HEX_ID.test(value)) {
    throw invalidField(name, `${name} must be an id of 24 hexadecimal digits`);
  }
  return new Types.ObjectId(value);
});

/** A path parameter that is an id, described in the API's document too; anything else is 400 VALIDATION_FAILED. */
export const IdParam =
  (name = 'id'): ParameterDecorator =>
  (target, method, index) => {
    pathId(name)(target, method, index);
    const descriptor = method && Object.getOwnPropertyDescriptor(target, method);
    if (!descriptor) return;
    ApiParam({
      name,
      schema: { type: 'string', pattern: '^[0-9a-f]{24}$' },
      example: '6561f0a4c2b6a1d2e3f40516',
    })(target, method, descriptor);
  };
