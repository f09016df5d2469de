import type { Texts } from './texts';

export const de: Texts = {
  nobody: 'Gelöschtes Konto',
  open: 'In AllyNet öffnen:',
  why: 'Das kommt nach deinen Einstellungen in AllyNet, unter Benachrichtigungen.',
  account: 'Es geht um dein Konto; solche Nachrichten kommen unabhängig von den Einstellungen.',
  kinds: {
    'emergency.alert': {
      title: 'Jemand in deiner Nähe braucht Hilfe',
      body: 'In deiner Reichweite wurde ein SOS ausgelöst. Öffne es, um zu sehen, was bekannt ist, und zu antworten.',
    },
    'helper.confirmed': {
      title: 'Deine Hilfe wurde bestätigt',
      body: 'Die Person in Not bestätigt, dass du da warst.',
    },

    'help_offer.created': {
      title: 'Jemand bietet Hilfe an',
      body: '{actor} bietet dir Hilfe an.',
    },
    'help_offer.declined': {
      title: 'Dein Angebot wurde abgelehnt',
      body: 'Dein Hilfsangebot wurde diesmal nicht gebraucht.',
    },
    'help_offer.withdrawn': {
      title: 'Ein Angebot wurde zurückgezogen',
      body: '{actor} zieht das Hilfsangebot zurück.',
    },
    'help_request.accepted': {
      title: 'Dein Angebot wurde angenommen',
      body: '{actor} nimmt dein Hilfsangebot an. Der genaue Ort ist jetzt für dich zu sehen.',
    },
    'help_request.started': {
      title: 'Die Hilfe hat begonnen',
      body: '{actor} hat angefangen.',
    },
    'help_request.done': {
      title: 'Die Hilfe ist fertig gemeldet',
      body: '{actor} meldet: fertig. Bestätige es, oder widersprich, wenn es nicht stimmt.',
    },
    'help_request.objected': {
      title: 'Es ist noch nicht fertig',
      body: '{actor} sagt, dass es noch nicht fertig ist.',
    },
    'help_request.completed': {
      title: 'Die Hilfe ist abgeschlossen',
      body: 'Sie ist abgeschlossen. Ihr könnt einander jetzt bewerten.',
    },
    'help_request.reopened': {
      title: 'Ein Hilfegesuch ist wieder offen',
      body: 'Die Zusammenarbeit wurde beendet. Das Gesuch ist wieder offen für Angebote.',
    },
    'help_request.cancelled': {
      title: 'Ein Hilfegesuch wurde abgesagt',
      body: 'Die Hilfe wird nicht mehr gebraucht.',
    },
    'help_request.expired': {
      title: 'Ein Hilfegesuch ist abgelaufen',
      body: 'Die Zeit ist vergangen, ohne dass es abgeschlossen wurde.',
    },
    'help_request.removed': {
      title: 'Ein Hilfegesuch wurde entfernt',
      body: 'Die Moderation hat das Hilfegesuch entfernt.',
    },
    'help_request.closed': {
      title: 'Ein Hilfegesuch nimmt keine Angebote mehr an',
      body: 'Ein Hilfegesuch, zu dem du Hilfe angeboten hast, ist zu Ende oder vergeben.',
    },
    'help_message.created': {
      title: 'Neue Nachrichten',
      body: '{actor} schreibt dir zu einem Hilfegesuch.',
    },
    'help_rating.created': {
      title: 'Du wurdest bewertet',
      body: '{actor} hat bewertet, wie es war.',
    },

    'skill.removed': {
      title: 'Dein Angebot wurde entfernt',
      body: 'Die Moderation hat ein Angebot von dir entfernt.',
    },
    'booking.requested': {
      title: 'Jemand möchte dich buchen',
      body: '{actor} bittet um eine Buchung. Nimm sie an oder lehne sie ab, bevor sie abläuft.',
    },
    'booking.accepted': {
      title: 'Deine Buchung wurde angenommen',
      body: '{actor} nimmt deine Buchung an.',
    },
    'booking.declined': {
      title: 'Deine Buchung wurde abgelehnt',
      body: '{actor} kann deine Buchung nicht annehmen.',
    },
    'booking.cancelled': {
      title: 'Eine Buchung wurde abgesagt',
      body: 'Eine Buchung von dir wurde abgesagt.',
    },
    'booking.completed': {
      title: 'Eine Buchung ist abgeschlossen',
      body: 'Eine Buchung von dir ist abgeschlossen.',
    },
    'booking.expired': {
      title: 'Eine Buchung ist abgelaufen',
      body: 'Die Zeit ist vergangen, bevor sie angenommen oder abgeschlossen wurde.',
    },
    'booking.reviewed': {
      title: 'Du wurdest bewertet',
      body: '{actor} hat eine Buchung bewertet.',
    },

    'organization.join_requested': {
      title: 'Jemand möchte beitreten',
      body: '{actor} möchte einer Organisation beitreten, die du verwaltest.',
    },
    'organization.join_approved': {
      title: 'Du bist jetzt Mitglied',
      body: 'Deine Bitte, einer Organisation beizutreten, wurde angenommen.',
    },
    'organization.join_rejected': {
      title: 'Deine Beitrittsanfrage wurde abgelehnt',
      body: 'Deine Bitte, einer Organisation beizutreten, wurde abgelehnt.',
    },
    'organization.member_changed': {
      title: 'Deine Mitgliedschaft wurde geändert',
      body: 'Deine Rolle in einer Organisation wurde geändert.',
    },
    'organization.member_removed': {
      title: 'Deine Mitgliedschaft ist beendet',
      body: 'Deine Mitgliedschaft in einer Organisation wurde von der Verwaltung beendet.',
    },
    'organization.owner_changed': {
      title: 'Eine Organisation gehört jetzt dir',
      body: 'Dir gehört jetzt eine Organisation, in der du Mitglied bist.',
    },
    'organization.removed': {
      title: 'Eine Organisation wurde entfernt',
      body: 'Eine Organisation, die du verwaltest, gibt es nicht mehr.',
    },

    'business.verified': {
      title: 'Dein Unternehmen wurde bestätigt',
      body: 'Die Moderation hat ein Unternehmen von dir bestätigt.',
    },
    'business.unverified': {
      title: 'Dein Unternehmen ist nicht mehr bestätigt',
      body: 'Die Moderation hat die Bestätigung eines Unternehmens von dir zurückgenommen.',
    },
    'business.removed': {
      title: 'Ein Unternehmen wurde entfernt',
      body: 'Ein Unternehmen, das du verwaltest, wurde entfernt.',
    },
    'business.manager_added': {
      title: 'Du verwaltest jetzt ein Unternehmen',
      body: '{actor} hat dir die Verwaltung eines Unternehmens gegeben.',
    },
    'business.manager_removed': {
      title: 'Du verwaltest ein Unternehmen nicht mehr',
      body: 'Du verwaltest ein Unternehmen nicht mehr.',
    },

    'payment.refunded': {
      title: 'Du bekommst Geld zurück',
      body: 'Eine Zahlung von dir wurde ganz oder zum Teil erstattet. Öffne sie, um zu sehen, wie viel.',
    },
    'subscription.payment_failed': {
      title: 'Ein Abonnement konnte nicht verlängert werden',
      body: 'Die Zahlung für ein Abonnement von dir ist fehlgeschlagen. Zwei Wochen lang bleibt alles, wie es ist: Kümmere dich bis dahin um deine Karte.',
    },
    'subscription.ended': {
      title: 'Ein Abonnement ist beendet',
      body: 'Ein Abonnement von dir ist beendet. Was da ist, bleibt; ab jetzt gelten die Grenzen des kostenlosen Tarifs.',
    },
    'verification.approved': {
      title: 'Dein Antrag wurde angenommen',
      body: 'Die Moderation hat deine Unterlagen angesehen: Du bist jetzt bestätigt.',
    },
    'verification.rejected': {
      title: 'Dein Antrag wurde nicht angenommen',
      body: 'Die Moderation hat deine Unterlagen angesehen. Warum nicht, steht dort; du kannst andere schicken.',
    },
    'verification.ending': {
      title: 'Etwas von dir läuft bald ab',
      body: 'Deine Bestätigung läuft bald ab. Schick rechtzeitig eine neue Unterlage, dann gilt sie weiter.',
    },
    'verification.ended': {
      title: 'Etwas von dir ist abgelaufen',
      body: 'Du bist nicht mehr bestätigt und wirst nicht alarmiert. Schick eine neue Unterlage, um es wieder zu sein.',
    },
    'report.upheld': {
      title: 'Deine Meldung war berechtigt',
      body: 'An dem, was du gemeldet hast, war etwas nicht in Ordnung; es wurde gehandelt. Danke.',
    },
    'report.dismissed': {
      title: 'Deine Meldung wurde geprüft',
      body: 'Die Moderation hat geprüft, was du gemeldet hast, und nichts gegen die Regeln gefunden.',
    },
    'moderation.warned': {
      title: 'Du wurdest verwarnt',
      body: 'Die Moderation hat festgestellt, dass etwas von dir gegen die Regeln ist. Öffne es, um den Grund zu lesen und innerhalb von 30 Tagen Einspruch zu erheben.',
    },
    'moderation.removed': {
      title: 'Etwas von dir wurde entfernt',
      body: 'Die Moderation hat etwas von dir entfernt. Öffne es, um den Grund zu lesen und innerhalb von 30 Tagen Einspruch zu erheben.',
    },
    'moderation.suspended': {
      title: 'Dein Konto ist gesperrt',
      body: 'Die Moderation hat dein Konto für eine Zeit gesperrt. Öffne den Link, um innerhalb von 30 Tagen Einspruch zu erheben.',
    },
    'moderation.banned': {
      title: 'Dein Konto ist dauerhaft gesperrt',
      body: 'Die Moderation hat dein Konto dauerhaft gesperrt. Öffne den Link, um innerhalb von 30 Tagen Einspruch zu erheben.',
    },
    'moderation.overturned': {
      title: 'Deinem Einspruch wurde stattgegeben',
      body: 'Jemand anderes hat noch einmal geprüft: Die Entscheidung über dich gilt nicht mehr.',
    },
    'moderation.appeal_rejected': {
      title: 'Dein Einspruch wurde abgelehnt',
      body: 'Jemand anderes hat noch einmal geprüft: Die Entscheidung über dich bleibt bestehen.',
    },
  },
};
