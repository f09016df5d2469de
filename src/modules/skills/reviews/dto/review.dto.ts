import { ApiProperty } from '@nestjs/swagger';
import { EXAMPLE_ID, EXAMPLE_TIME } from '../../dto/skill.view.dto';

class ReviewAuthorDto {
  @ApiProperty({ example: EXAMPLE_ID })
  id: string;

  @ApiProperty({ example: 'Jonas R.', description: '"Deleted account" once it was erased.' })
  displayName: string;
}

export class ReviewDto {
  @ApiProperty({ example: EXAMPLE_ID })
  id: string;

  @ApiProperty({ example: EXAMPLE_ID })
  skillId: string;

  @ApiProperty({ type: ReviewAuthorDto })
  author: ReviewAuthorDto;

  @ApiProperty({ minimum: 1, maximum: 5, example: 5 })
  rating: number;

  @ApiProperty({ type: String, nullable: true, example: 'Patient, and on time.' })
  text: string | null;

  @ApiProperty({ example: EXAMPLE_TIME })
  createdAt: string;
}
