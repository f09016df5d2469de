import type { Kind } from '../data/people';
import type { Place } from '../data/places';

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

/** Connect as these people, as often as they are named, and listen for one event. */
export interface ConnectOrder {
  kind: 'connect';
  url: string;
  person: Kind;
  indexes: number[];
  event: string;
}

/** Send a request that makes the server emit the event to everybody connected. */
export interface EventOrder {
  kind: 'event';
  method: 'POST' | 'PUT';
  url: string;
  body: string;
  as: { person: Kind; index: number };
}

/** In milliseconds of the machine's clock. */
export interface EventAnswer {
  kind: 'event';
  sentAt: number;
  /** When the last of them heard it. */
  lastAt: number;
  /** How many did not hear it in time. */
  missing: number;
  payload: unknown;
}

/** Report positions, a fixed number at any moment. */
export interface PositionsOrder {
  kind: 'positions';
  by: 'driver' | 'http' | 'socket';
  /** Of the server; unused by the driver. */
  url: string;
  updates: number;
  people: number;
  concurrency: number;
  /** Number of the first update: those with the same number are alike. */
  first: number;
}

/** Give Redis the places of so many citizens. */
export interface FillOrder {
  kind: 'fill';
  helpers: number;
}

/** Find the fifty for each of these places, one after another. */
export interface SearchOrder {
  kind: 'search';
  places: Place[];
  radiusMeters: number;
}

export interface SearchAnswer {
  kind: 'search';
  latencies: number[];
  /** Of each search, the numbers of the helpers found, best first. */
  found: number[][];
}

export interface Failed {
  kind: 'failed';
  error: string;
}
