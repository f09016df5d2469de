import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role } from '../../../common/auth/actor';
import { USER_STATUSES, type UserStatus } from '../schemas/user.schema';
import { LocationView } from './location.view';

/** An account, as its owner and (with a coarse location) staff see it. */
export class UserView {
  @ApiProperty({ example: '665f1c2ab7e4d2f3a1b0c9d8' })
  id: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sam@example.org',
    description: 'Null once the account is erased.',
  })
  email: string | null;

  @ApiProperty({
    example: true,
    description: 'Mail to the address reaches its owner: a link from it was opened.',
  })
  emailVerified: boolean;

  @ApiProperty({ example: 'Sam Okafor' })
  displayName: string;

  @ApiProperty({ type: String, nullable: true, example: '+4930123456' })
  phone: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Paramedic, off duty on weekends.' })
  bio: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://cdn.example.org/sam.jpg' })
  avatarUrl: string | null;

  @ApiProperty({ enum: ROLES, example: 'user' })
  role: Role;

  @ApiProperty({ example: true, description: 'Opted in to be alerted.' })
  helper: boolean;

  @ApiProperty({ example: true, description: 'An operator checked this helper.' })
  verified: boolean;

  @ApiProperty({ example: true, description: 'Wants to be alerted now.' })
  available: boolean;

  @ApiProperty({ type: [String], example: ['first aid'] })
  skills: string[];

  @ApiProperty({ example: 500, minimum: 0, maximum: 1000 })
  trustScore: number;

  @ApiProperty({ enum: USER_STATUSES, example: 'active' })
  status: UserStatus;

  @ApiProperty({ example: 5000, description: 'How far an SOS of this user reaches, in metres.' })
  emergencyRadiusMeters: number;

  @ApiProperty({ example: 5000, description: 'How far this helper would go, in metres.' })
  helperRadiusMeters: number;

  @ApiProperty({ example: true })
  shareLocationWithContacts: boolean;

  @ApiProperty({ type: LocationView, nullable: true })
  location: LocationView | null;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z', format: 'date-time' })
  createdAt: string;
}
