import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { NearbyQuery } from '../../../common/geo/nearby';
import { IsFlag } from '../../../common/validation/is-flag.decorator';
import { IsText } from '../../../common/validation/is-text.decorator';
import { ORGANIZATION_TYPES, type OrganizationType } from '../schemas/organization.schema';

export const ORGANIZATION_SORTS = ['distance', 'newest', 'relevance'] as const;
export type OrganizationSort = (typeof ORGANIZATION_SORTS)[number];

export class ListOrganizationsQuery extends NearbyQuery {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 200,
    example: 'lindenhof',
    description:
      'Whole words of name and description, any of them, as they are written; the name counts more. "a phrase" as it stands, ' +
      '-word without that word.',
  })
  @IsOptional()
  @IsText(1, 200)
  q?: string;

  @ApiPropertyOptional({ enum: ORGANIZATION_TYPES })
  @IsOptional()
  @IsIn(ORGANIZATION_TYPES)
  type?: OrganizationType;

  @ApiPropertyOptional({ example: true, description: 'Only those that you belong to.' })
  @IsOptional()
  @IsFlag()
  mine?: boolean;

  @ApiPropertyOptional({
    enum: ORGANIZATION_SORTS,
    description:
      'distance needs latitude and longitude, relevance needs q. ' +
      'Default: relevance with q, else distance with a place, else newest.',
  })
  @IsOptional()
  @IsIn(ORGANIZATION_SORTS)
  sort?: OrganizationSort;
}
