import type { Texts } from './texts';

export const en: Texts = {
  nobody: 'Deleted account',
  open: 'Open it in AllyNet:',
  why: 'You get this because of your settings in AllyNet, under notifications.',
  account: 'This is about your account, so it is mailed whatever your settings are.',
  kinds: {
    'emergency.alert': {
      title: 'Somebody near you needs help',
      body: 'An SOS was raised within your reach. Open it to see what is known and to answer.',
    },
    'helper.confirmed': {
      title: 'Your help was confirmed',
      body: 'The person in need confirms that you came.',
    },

    'help_offer.created': {
      title: 'Somebody offers to help',
      body: '{actor} offers to help with what you asked for.',
    },
    'help_offer.declined': {
      title: 'Your offer was declined',
      body: 'Your offer of help was not needed this time.',
    },
    'help_offer.withdrawn': {
      title: 'An offer was withdrawn',
      body: '{actor} takes back the offer to help you.',
    },
    'help_request.accepted': {
      title: 'Your offer was accepted',
      body: '{actor} accepts your offer of help. The exact place is shown to you now.',
    },
    'help_request.started': {
      title: 'Your helper has begun',
      body: '{actor} has begun with what you asked for.',
    },
    'help_request.done': {
      title: 'Your helper says that it is done',
      body: '{actor} says that it is done. Confirm it, or object if it is not.',
    },
    'help_request.objected': {
      title: 'It is not done yet',
      body: '{actor} says that it is not done yet.',
    },
    'help_request.completed': {
      title: 'Help was completed',
      body: 'It is completed. You can rate each other now.',
    },
    'help_request.reopened': {
      title: 'A help request is open again',
      body: 'Helper and help request have parted. The request is open for offers again.',
    },
    'help_request.cancelled': {
      title: 'A help request was cancelled',
      body: 'The help is not needed any more.',
    },
    'help_request.expired': {
      title: 'A help request has expired',
      body: 'Its time has passed without being completed.',
    },
    'help_request.removed': {
      title: 'A help request was removed',
      body: 'A moderator removed the help request.',
    },
    'help_request.closed': {
      title: 'A help request takes no more offers',
      body: 'A help request that you offered to help with has ended or found somebody else.',
    },
    'help_message.created': {
      title: 'New messages',
      body: '{actor} writes to you about a help request.',
    },
    'help_rating.created': {
      title: 'You were rated',
      body: '{actor} rated how it went.',
    },

    'skill.removed': {
      title: 'Your listing was removed',
      body: 'A moderator removed a listing of yours.',
    },
    'booking.requested': {
      title: 'Somebody asks to book you',
      body: '{actor} asks for a booking. Accept or decline it before it expires.',
    },
    'booking.accepted': {
      title: 'Your booking was accepted',
      body: '{actor} accepts your booking.',
    },
    'booking.declined': {
      title: 'Your booking was declined',
      body: '{actor} cannot take your booking.',
    },
    'booking.cancelled': {
      title: 'A booking was cancelled',
      body: 'A booking of yours was cancelled.',
    },
    'booking.completed': {
      title: 'A booking was completed',
      body: 'A booking of yours was completed.',
    },
    'booking.expired': {
      title: 'A booking has expired',
      body: 'Its time has passed before it was accepted or completed.',
    },
    'booking.reviewed': {
      title: 'You were reviewed',
      body: '{actor} reviewed a booking.',
    },

    'organization.join_requested': {
      title: 'Somebody asks to join',
      body: '{actor} asks to join an organization that you look after.',
    },
    'organization.join_approved': {
      title: 'You are a member now',
      body: 'Your request to join an organization was approved.',
    },
    'organization.join_rejected': {
      title: 'Your request to join was declined',
      body: 'Your request to join an organization was declined.',
    },
    'organization.member_changed': {
      title: 'Your membership was changed',
      body: 'An admin changed what you are in an organization.',
    },
    'organization.member_removed': {
      title: 'Your membership has ended',
      body: 'An admin ended your membership in an organization.',
    },
    'organization.owner_changed': {
      title: 'An organization is yours now',
      body: 'You own an organization now that you are a member of.',
    },
    'organization.removed': {
      title: 'An organization was removed',
      body: 'An organization that you look after does not exist any more.',
    },

    'business.verified': {
      title: 'Your business was verified',
      body: 'A moderator verified a business of yours.',
    },
    'business.unverified': {
      title: 'Your business is not verified any more',
      body: 'A moderator took back the verification of a business of yours.',
    },
    'business.removed': {
      title: 'A business was removed',
      body: 'A business that you look after was removed.',
    },
    'business.manager_added': {
      title: 'You manage a business now',
      body: '{actor} made you a manager of a business.',
    },
    'business.manager_removed': {
      title: 'You do not manage a business any more',
      body: 'You are no manager of a business any more.',
    },

    'payment.refunded': {
      title: 'You get money back',
      body: 'All of a payment of yours, or a part of it, was given back. Open it to see how much.',
    },
    'subscription.payment_failed': {
      title: 'A subscription could not be renewed',
      body: 'The payment for a subscription of yours failed. Everything stays as it is for two weeks: see to your card until then.',
    },
    'subscription.ended': {
      title: 'A subscription has ended',
      body: 'A subscription of yours has ended. What is there stays; the limits of the free plan hold from now on.',
    },
    'verification.approved': {
      title: 'Your request was approved',
      body: 'A moderator looked at your documents: you are verified now.',
    },
    'verification.rejected': {
      title: 'Your request was not approved',
      body: 'A moderator looked at your documents. Open it to read why; you can send others.',
    },
    'verification.ending': {
      title: 'Something of yours ends soon',
      body: 'Your verification ends soon. Send a new document in time, and it goes on.',
    },
    'verification.ended': {
      title: 'Something of yours has ended',
      body: 'You are not verified any more, and are not alerted. Send a new document to be verified again.',
    },
    'report.upheld': {
      title: 'Your report was right',
      body: 'Something was wrong with what you reported, and was dealt with. Thank you.',
    },
    'report.dismissed': {
      title: 'Your report was looked at',
      body: 'Moderators looked at what you reported and found nothing against the rules.',
    },
    'moderation.warned': {
      title: 'You were warned',
      body: 'A moderator found that something of yours is against the rules. Open it to read why, and to appeal within 30 days.',
    },
    'moderation.removed': {
      title: 'Something of yours was removed',
      body: 'A moderator removed something of yours. Open it to read why, and to appeal within 30 days.',
    },
    'moderation.suspended': {
      title: 'Your account is suspended',
      body: 'A moderator suspended your account for a time. Open the link to appeal within 30 days.',
    },
    'moderation.banned': {
      title: 'Your account is banned',
      body: 'A moderator banned your account. Open the link to appeal within 30 days.',
    },
    'moderation.overturned': {
      title: 'Your appeal was granted',
      body: 'Another moderator looked again: the decision about you does not hold any more.',
    },
    'moderation.appeal_rejected': {
      title: 'Your appeal was rejected',
      body: 'Another moderator looked again: the decision about you stands.',
    },
  },
};
