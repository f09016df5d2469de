/** The header in which the sandbox signs, in lower case as Node gives it. */
export const SANDBOX_SIGNATURE = 'sandbox-signature';
