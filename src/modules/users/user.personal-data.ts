import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { toPlace } from '../../common/geo/geo';
import { PersonalData } from '../data-protection/personal-data';
import { User } from './schemas/user.schema';

/** What an account holds of its owner, for the archive of their data. */
@Injectable()
export class UserPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('account', (user) => this.account(user));
  }

  /** Contacts and blocks are in it: their owner entered them. Who blocked them is nobody's to know. */
  private async account(id: Types.ObjectId): Promise<object[]> {
    const user = await this.users.findById(id).lean<User>();
    if (!user) return [];
    return [
      {
        id: user._id,
        email: user.email ?? null,
        emailVerified: user.emailVerified,
        displayName: user.displayName,
        phone: user.phone,
        bio: user.bio,
        avatarUrl: user.avatarUrl,
        role: user.role,
        status: user.status,
        helper: user.helper,
        verified: user.verified,
        available: user.available,
        skills: user.skills,
        trustScore: user.trustScore,
        emergencyRadiusMeters: user.emergencyRadiusMeters,
        helperRadiusMeters: user.helperRadiusMeters,
        shareLocationWithContacts: user.shareLocationWithContacts,
        sharesEmergencies: user.sharesEmergencies ?? false,
        location: user.location
          ? {
              ...toPlace(user.location),
              accuracyMeters: user.locationAccuracyMeters ?? null,
              at: user.locationUpdatedAt ?? null,
            }
          : null,
        contacts: user.contacts.map(({ _id, name, email, phone }) => ({
          id: _id,
          name,
          email,
          phone,
        })),
        blockedUserIds: user.blockedUsers,
        createdAt: user.createdAt,
      },
    ];
  }
}
