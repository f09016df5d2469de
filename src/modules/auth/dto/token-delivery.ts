export const TOKEN_DELIVERIES = ['cookie', 'body'] as const;
/** Browsers keep the refresh token in a cookie that scripts cannot read; native apps want it in the body. */
export type TokenDelivery = (typeof TOKEN_DELIVERIES)[number];
