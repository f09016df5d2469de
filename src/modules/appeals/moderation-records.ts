import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AppealTokens } from '../auth/appeal-tokens';
import { PersonalData } from '../data-protection/personal-data';
import { SubjectLinks } from '../notifications/subject-links';
import { toDecisionView } from '../reports/decisions/decision.view';
import { Decision } from '../reports/decisions/schemas/decision.schema';
import { toAppealView } from './appeal.view';
import { Appeal } from './schemas/appeal.schema';

/**
 * What of moderation is a person's own: what was decided about them, and what they appealed. And the link in the
 * mail about a decision, by which somebody who cannot log in appeals.
 */
@Injectable()
export class ModerationRecords implements OnModuleInit {
  constructor(
    @InjectModel(Decision.name) private readonly decisions: Model<Decision>,
    @InjectModel(Appeal.name) private readonly appeals: Model<Appeal>,
    private readonly personal: PersonalData,
    private readonly links: SubjectLinks,
    private readonly tokens: AppealTokens,
  ) {}

  onModuleInit(): void {
    this.links.register('moderation', (id) => `appeal?token=${this.tokens.sign(id)}`);
    this.personal.register('decisions', async (person) => {
      const about = await this.decisions.find({ person }).lean<Decision[]>();
      return about.filter(({ action }) => action !== 'dismiss').map(toDecisionView);
    });
    this.personal.register('appeals', async (person) =>
      (await this.appeals.find({ person }).lean<Appeal[]>()).map(toAppealView),
    );
  }
}
