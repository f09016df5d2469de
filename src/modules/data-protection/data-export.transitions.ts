import { defineStateMachine } from '../../common/state-machine/state-machine';

export const DATA_EXPORT_STATUSES = ['pending', 'ready', 'failed', 'replaced'] as const;
export type DataExportStatus = (typeof DATA_EXPORT_STATUSES)[number];

/** An archive that somebody asked for. When it expires it is deleted, so that is no state. */
export const dataExportMachine = defineStateMachine<
  DataExportStatus,
  'complete' | 'give_up' | 'replace',
  'system'
>({
  name: 'data export',
  states: DATA_EXPORT_STATUSES,
  initial: 'pending',
  terminal: ['failed', 'replaced'],
  transitions: {
    complete: { from: ['pending'], to: 'ready', by: ['system'] },
    give_up: { from: ['pending'], to: 'failed', by: ['system'] },
    /** A newer one is ready. */
    replace: { from: ['ready'], to: 'replaced', by: ['system'] },
  },
});
