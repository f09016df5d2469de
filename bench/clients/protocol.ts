/** Sent by the bench to a client process; it answers each order with one message. */
export interface LoadOrder {
  kind: 'load';
  url: string;
  concurrency: number;
  requests: number;
  /** Number of the first SOS: requests with the same number are alike, whichever server they go to. */
  first: number;
  /** How many people take turns. */
  requesters: number;
}

export interface LoadAnswer {
  kind: 'load';
  /** Of each request, in milliseconds. */
  latencies: number[];
  elapsedMs: number;
  /** Mean size of the answers. */
  bodyBytes: number;
}

export interface DeliveryOrder {
  kind: 'delivery';
  url: string;
  times: number;
  /** Whether the requesters have sockets of their own open, as an app would. */
  requestersConnected: boolean;
}

/** All in milliseconds, one entry an SOS. */
export interface DeliveryAnswer {
  kind: 'delivery';
  /** From the tap (before the request is sent) to its 201. */
  answered: number[];
  /** From the tap to the first of the alerts. */
  first: number[];
  /** From the tap to the last of the alerts. */
  last: number[];
  /** From the 201 to the last of the alerts; below zero when they all came before it. */
  lastAfterAnswer: number[];
}

export interface Failed {
  kind: 'failed';
  error: string;
}
