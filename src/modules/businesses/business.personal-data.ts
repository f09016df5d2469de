import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { toPlace } from '../../common/geo/geo';
import { PersonalData, toldOneByOne } from '../data-protection/personal-data';
import { Business } from './schemas/business.schema';

/** Somebody's businesses, and those that they manage, for the archive of their data. */
@Injectable()
export class BusinessPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('businesses', (owner) =>
      toldOneByOne(this.businesses.find({ owner }).lean<Business[]>().cursor(), owned),
    );
    this.data.register('managed-businesses', (manager) =>
      toldOneByOne(
        this.businesses.find({ managers: manager }, { name: 1 }).lean<Business[]>().cursor(),
        ({ _id, name }) => ({ id: _id, name }),
      ),
    );
  }
}

function owned(business: Business): object {
  return {
    id: business._id,
    name: business.name,
    category: business.category,
    description: business.description,
    contact: business.contact,
    location: toPlace(business.location),
    openingHours: business.openingHours,
    verified: business.verified,
    managers: business.managers.length,
    promotions: business.promotions.map(({ _id, ...promotion }) => ({ id: _id, ...promotion })),
    status: business.status,
    createdAt: business.createdAt,
    updatedAt: business.updatedAt,
    removedAt: business.removedAt,
  };
}
